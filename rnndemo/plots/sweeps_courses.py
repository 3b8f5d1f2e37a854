"""How the trials of a study got on while they were trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from rnndemo.errors import N_
from rnndemo.plots.colors import ink, run_color
from rnndemo.plots.look import Translate, plain
from rnndemo.plots.sweeps_axes import metric_axis
from rnndemo.plots.sweeps_shown import CHOSEN, FAINT, Shown, message, rgba
from rnndemo.sweeps.analysis import CHOSEN_BY, METRICS
from rnndemo.sweeps.trials import COMPLETE

NAMED = 4  # chosen trials, up to which each has a colour of its own
NO_COURSE = N_("No trial has told yet how it gets on.")


def stages(shown: Shown, dark: bool, _: Translate) -> go.Figure:
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
        Training images read and validation accuracy then, as `rnndemo.sweeps.analysis.course`
        reads them.
    chosen : frozenset of int
    dark : bool
    _ : callable
    """
    told = {number: course for number, course in by_number.items() if course}
    if not told:
        return message(_(NO_COURSE), dark)
    figure = plain(go.Figure(), dark, 360)
    strong = [number for number in told if number in chosen]
    usual = [number for number in told if number not in chosen]
    faint = min(FAINT, 10 / len(told)) if strong else max(0.12, min(0.8, 20 / len(told)))
    line = {"color": rgba(ink(dark), faint), "width": 1.5}
    figure.add_trace(_lines(told, usual, line, _).update(showlegend=False))
    if 0 < len(strong) <= NAMED:
        for place, number in enumerate(strong):
            trace = _lines(told, [number], {"color": run_color(place), "width": 3}, _)
            figure.add_trace(trace.update(name=_("trial {number}").format(number=number)))
    elif strong:
        trace = _lines(told, strong, {"color": CHOSEN, "width": 2}, _)
        figure.add_trace(trace.update(name=_("chosen trials")))
    read = METRICS["images"]
    figure.update_xaxes(title=_(read.label), rangemode="tozero")
    return figure.update_yaxes(metric_axis(METRICS[CHOSEN_BY], (), _))


def _lines(
    told: Mapping[int, Sequence[tuple[float, float]]], numbers: Sequence[int],
    line: Mapping[str, Any], _: Translate,
) -> go.Scatter:  # fmt: skip
    """Return the courses of several trials as one trace, with gaps between them."""
    x: list[float | None] = []
    y: list[float | None] = []
    customdata: list[list[Any]] = []
    for number in numbers:
        for place, value in [*told[number], (None, None)]:
            x.append(place)
            y.append(value)
            customdata.append([number])
    text = _("trial {number}: {accuracy}").format(number="%{customdata[0]}", accuracy="%{y:.2%}")
    alone = max((len(told[number]) for number in numbers), default=0) < 2
    return go.Scatter(
        x=x, y=y, customdata=customdata, mode="markers" if alone else "lines", line=dict(line),
        marker={"color": line["color"], "size": 6}, hovertemplate=text + "<extra></extra>",
    )  # fmt: skip
