"""Views of a study that show every trial: in order, by setting, and during training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.errors import N_
from rnndemo.plots.look.colors import ACCENT, run_color
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.plots.sweeps.axes import metric_axis, side
from rnndemo.plots.sweeps.study import (
    CHOSEN,
    FAINT,
    NO_FIGURES,
    NO_TRIALS,
    STATES,
    StudyView,
    marks,
    message,
    rgba,
)
from rnndemo.sweeps.analysis.points import CHOSEN_BY, METRICS
from rnndemo.trials.task import COMPLETE, FAILED

MAX_PANELS, COLUMNS = 9, 3
NAMED = 4  # chosen trials up to which each has a colour of its own

NO_COURSE = N_("No trial has reported progress yet.")
NO_SETTINGS = N_("Only the seed varies, so there are no settings to compare.")


def history(study: StudyView, look: Look) -> go.Figure:
    """Return the trials in order, with the best so far."""
    if not study.measured:
        return message(NO_FIGURES if study.trials else NO_TRIALS, look)
    metric = METRICS[study.metric]
    trials, values = zip(*study.measured, strict=True)
    figure = plain(go.Figure(), look, 360)
    figure.add_trace(marks(trials, [one.number for one in trials], values, study, look))
    ended = [(one.number, value) for one, value in study.measured if one.state == COMPLETE]
    if ended:
        better = max if metric.better == "high" else min
        figure.add_scatter(
            x=[number for number, _value in ended],
            y=list(accumulate((value for _number, value in ended), better)),
            mode="lines", line={"color": ACCENT, "width": 2.5, "shape": "hv"},
            name=look.text("best so far"), hoverinfo="skip", showlegend=True,
        )  # fmt: skip
    failed = [one for one in study.trials if one.state == FAILED]
    if failed:
        worst = (min if metric.better == "high" else max)(values)
        figure.add_trace(
            marks(failed, [one.number for one in failed], [worst] * len(failed), study, look)
        )
    _legend(figure, {one.state for one in [*trials, *failed]}, look)
    figure.update_xaxes(title=look.text("trial"), range=[-0.7, len(study.trials) - 0.3])
    return figure.update_yaxes(metric_axis(metric, values, look))


def _legend(figure: go.Figure, states: set[str], look: Look) -> None:
    """Add a legend of the marks if there is more than one kind."""
    for state, (text, symbol) in STATES.items():
        if state in states and len(states) > 1:
            figure.add_scatter(
                x=[None], y=[None], mode="markers", name=look.text(text), hoverinfo="skip",
                marker={"symbol": symbol, "color": look.ink, "size": 8}, showlegend=True,
            )  # fmt: skip


def slices(study: StudyView, look: Look) -> go.Figure:
    """Return the trials over each setting, one panel per setting."""
    paths = study.main(MAX_PANELS)
    if not paths:
        return message(NO_SETTINGS, look)
    if not study.measured:
        return message(NO_FIGURES if study.trials else NO_TRIALS, look)
    columns = 1 if study.narrow else min(COLUMNS, len(paths))
    rows = -(-len(paths) // columns)
    figure = make_subplots(
        rows=rows, cols=columns, shared_yaxes=not study.narrow, horizontal_spacing=0.03,
        vertical_spacing=0.3 / rows if rows > 1 else 0,
    )  # fmt: skip
    plain(figure, look, 90 + 240 * rows)
    for number, path in enumerate(paths):
        row, column = divmod(number, columns)
        place = {"row": row + 1, "col": column + 1}
        one = side(study.space, path, look)
        found = [
            (trial, x, value) for trial, value in study.measured
            if (x := one.place(trial.params.get(path))) is not None
        ]  # fmt: skip
        if found:
            trials, xs, ys = zip(*found, strict=True)
            figure.add_trace(marks(trials, xs, ys, study, look), **place)
        figure.update_xaxes(one.axis(), **place)
    values = [value for _trial, value in study.measured]
    axis = metric_axis(METRICS[study.metric], values, look)
    return figure.update_yaxes({**axis, "title": None}).update_yaxes(title=axis["title"], col=1)


def stages(study: StudyView, look: Look) -> go.Figure:
    """Return the accuracy of trials at each stage at which weak ones are pruned."""
    by_number = {}
    for trial in study.trials:
        course = [(stage / 100, value) for stage, value in sorted(trial.stages.items())]
        value = METRICS[CHOSEN_BY].value(trial)
        if trial.state == COMPLETE and value is not None:
            course.append((1.0, value))
        if trial.stages:
            by_number[trial.number] = course
    return courses(by_number, study.chosen, look)


def courses(
    by_number: Mapping[int, Sequence[tuple[float, float]]], chosen: frozenset[int], look: Look
) -> go.Figure:
    """Return the learning curves of trials, with the chosen ones emphasized.

    Parameters
    ----------
    by_number : mapping of int to sequence of (float, float)
        Number of a trial -> shares of its training with the validation accuracy then.
    """
    reported = {number: course for number, course in by_number.items() if course}
    if not reported:
        return message(NO_COURSE, look)
    figure = plain(go.Figure(), look, 360)
    strong = [number for number in reported if number in chosen]
    usual = [number for number in reported if number not in chosen]
    faint = min(FAINT, 10 / len(reported)) if strong else max(0.12, min(0.8, 20 / len(reported)))
    line = {"color": rgba(look.ink, faint), "width": 1.5}
    figure.add_trace(_lines(reported, usual, line, look).update(showlegend=False))
    if 0 < len(strong) <= NAMED:
        for place, number in enumerate(strong):
            trace = _lines(reported, [number], {"color": run_color(place, look), "width": 3}, look)
            figure.add_trace(trace.update(name=look.text("trial {number}", number=number)))
    elif strong:
        trace = _lines(reported, strong, {"color": CHOSEN, "width": 2}, look)
        figure.add_trace(trace.update(name=look.text("chosen trials")))
    figure.update_xaxes(title=look.text("training progress"), tickformat=".0%", rangemode="tozero")
    return figure.update_yaxes(metric_axis(METRICS[CHOSEN_BY], (), look))


def _lines(
    reported: Mapping[int, Sequence[tuple[float, float]]], numbers: Sequence[int],
    line: Mapping[str, Any], look: Look,
) -> go.Scatter:  # fmt: skip
    """Return the learning curves of several trials as one trace, with gaps between them."""
    x: list[float | None] = []
    y: list[float | None] = []
    customdata: list[list[Any]] = []
    for number in numbers:
        for place, value in [*reported[number], (None, None)]:
            x.append(place)
            y.append(value)
            customdata.append([number])
    text = look.text("trial {number}: {accuracy}", number="%{customdata[0]}", accuracy="%{y:.2%}")
    alone = max((len(reported[number]) for number in numbers), default=0) < 2
    return go.Scatter(
        x=x, y=y, customdata=customdata, mode="markers" if alone else "lines", line=dict(line),
        marker={"color": line["color"], "size": 6}, hovertemplate=text + "<extra></extra>",
    )  # fmt: skip
