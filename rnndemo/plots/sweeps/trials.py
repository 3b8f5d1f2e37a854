"""Views of a study that show each trial as a mark: in order, and by setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.errors import N_
from rnndemo.plots.look.colors import ACCENT, ink, run_color
from rnndemo.plots.look.plotly import Translate, plain
from rnndemo.plots.sweeps.axes import metric_axis, side
from rnndemo.plots.sweeps.shown import (
    CHOSEN,
    FAINT,
    MANY,
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

NO_SETTINGS = N_("Nothing varies but the seed, so there is no setting to look along.")


def history(shown: StudyView, dark: bool, _: Translate) -> go.Figure:
    """Return the trials in order, with the best so far."""
    if not shown.measured:
        return message(_(NO_FIGURES if shown.trials else NO_TRIALS), dark)
    metric = METRICS[shown.metric]
    trials, values = zip(*shown.measured, strict=True)
    figure = plain(go.Figure(), dark, 360)
    figure.add_trace(
        marks(trials, [one.number for one in trials], values, shown, dark, _, len(trials) > MANY)
    )
    ended = [(one.number, value) for one, value in shown.measured if one.state == COMPLETE]
    if ended:
        better = max if metric.better == "high" else min
        figure.add_scatter(
            x=[number for number, _value in ended],
            y=list(accumulate((value for _number, value in ended), better)),
            mode="lines", line={"color": ACCENT, "width": 2.5, "shape": "hv"},
            name=_("best so far"), hoverinfo="skip", showlegend=True,
        )  # fmt: skip
    failed = [one for one in shown.trials if one.state == FAILED]
    if failed:
        worst = (min if metric.better == "high" else max)(values)
        figure.add_trace(
            marks(failed, [one.number for one in failed], [worst] * len(failed), shown, dark, _)
        )
    _legend(figure, {one.state for one in [*trials, *failed]}, dark, _)
    figure.update_xaxes(title=_("trial"), range=[-0.7, len(shown.trials) - 0.3])
    return figure.update_yaxes(metric_axis(metric, values, _))


def _legend(figure: go.Figure, states: set[str], dark: bool, _: Translate) -> None:
    """Say what the marks mean, where there is more than one kind."""
    for state, (text, symbol) in STATES.items():
        if state in states and len(states) > 1:
            figure.add_scatter(
                x=[None], y=[None], mode="markers", name=_(text), hoverinfo="skip",
                marker={"symbol": symbol, "color": ink(dark), "size": 8}, showlegend=True,
            )  # fmt: skip


def slices(shown: StudyView, dark: bool, _: Translate) -> go.Figure:
    """Return the trials along each setting, one panel a setting."""
    paths = shown.main(MAX_PANELS)
    if not paths:
        return message(_(NO_SETTINGS), dark)
    if not shown.measured:
        return message(_(NO_FIGURES if shown.trials else NO_TRIALS), dark)
    columns = 1 if shown.narrow else min(COLUMNS, len(paths))
    rows = -(-len(paths) // columns)
    figure = make_subplots(
        rows=rows, cols=columns, shared_yaxes=not shown.narrow, horizontal_spacing=0.03,
        vertical_spacing=0.3 / rows if rows > 1 else 0,
    )  # fmt: skip
    plain(figure, dark, 90 + 240 * rows)
    many = len(paths) * len(shown.measured) > 3 * MANY
    for number, path in enumerate(paths):
        row, column = divmod(number, columns)
        place = {"row": row + 1, "col": column + 1}
        one = side(shown.space, path, _)
        found = [
            (trial, x, value) for trial, value in shown.measured
            if (x := one.place(trial.params.get(path))) is not None
        ]  # fmt: skip
        if found:
            trials, xs, ys = zip(*found, strict=True)
            figure.add_trace(marks(trials, xs, ys, shown, dark, _, many), **place)
        figure.update_xaxes(one.axis(), **place)
    values = [value for _trial, value in shown.measured]
    axis = metric_axis(METRICS[shown.metric], values, _)
    return figure.update_yaxes({**axis, "title": None}).update_yaxes(title=axis["title"], col=1)


NAMED = 4  # chosen trials, up to which each has a colour of its own
NO_COURSE = N_("No trial has reported yet how it gets on.")


def stages(shown: StudyView, dark: bool, _: Translate) -> go.Figure:
    """Return what trials had reached at each stage where weak ones are given up."""
    by_number = {}
    for trial in shown.trials:
        course = [(stage / 100, value) for stage, value in sorted(trial.stages.items())]
        value = METRICS[CHOSEN_BY].value(trial)
        if trial.state == COMPLETE and value is not None:
            course.append((1.0, value))
        if len(course) > 1 or trial.stages:
            by_number[trial.number] = course
    figure = courses(by_number, shown.chosen, dark, _)
    if by_number:
        figure.update_xaxes(title=_("share of the training"), tickformat=".0%")
    return figure


def courses(
    by_number: Mapping[int, Sequence[tuple[float, float]]],
    chosen: frozenset[int],
    dark: bool,
    _: Translate,
) -> go.Figure:
    """Return the courses of trials' trainings, those that are chosen strongly.

    Parameters
    ----------
    by_number : mapping of int to sequence of (float, float)
        Training images read and validation accuracy then, as
        `rnndemo.sweeps.analysis.tables.course` reads them.
    chosen : frozenset of int
    dark : bool
    _ : callable
    """
    reported = {number: course for number, course in by_number.items() if course}
    if not reported:
        return message(_(NO_COURSE), dark)
    figure = plain(go.Figure(), dark, 360)
    strong = [number for number in reported if number in chosen]
    usual = [number for number in reported if number not in chosen]
    faint = min(FAINT, 10 / len(reported)) if strong else max(0.12, min(0.8, 20 / len(reported)))
    line = {"color": rgba(ink(dark), faint), "width": 1.5}
    figure.add_trace(_lines(reported, usual, line, _).update(showlegend=False))
    if 0 < len(strong) <= NAMED:
        for place, number in enumerate(strong):
            trace = _lines(reported, [number], {"color": run_color(place), "width": 3}, _)
            figure.add_trace(trace.update(name=_("trial {number}").format(number=number)))
    elif strong:
        trace = _lines(reported, strong, {"color": CHOSEN, "width": 2}, _)
        figure.add_trace(trace.update(name=_("chosen trials")))
    read = METRICS["images"]
    figure.update_xaxes(title=_(read.label), rangemode="tozero")
    return figure.update_yaxes(metric_axis(METRICS[CHOSEN_BY], (), _))


def _lines(
    reported: Mapping[int, Sequence[tuple[float, float]]], numbers: Sequence[int],
    line: Mapping[str, Any], _: Translate,
) -> go.Scatter:  # fmt: skip
    """Return the courses of several trials as one trace, with gaps between them."""
    x: list[float | None] = []
    y: list[float | None] = []
    customdata: list[list[Any]] = []
    for number in numbers:
        for place, value in [*reported[number], (None, None)]:
            x.append(place)
            y.append(value)
            customdata.append([number])
    text = _("trial {number}: {accuracy}").format(number="%{customdata[0]}", accuracy="%{y:.2%}")
    alone = max((len(reported[number]) for number in numbers), default=0) < 2
    return go.Scatter(
        x=x, y=y, customdata=customdata, mode="markers" if alone else "lines", line=dict(line),
        marker={"color": line["color"], "size": 6}, hovertemplate=text + "<extra></extra>",
    )  # fmt: skip
