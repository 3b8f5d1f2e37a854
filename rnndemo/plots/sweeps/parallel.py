"""Parallel coordinates of a study: each trial is a line through its settings and metrics.

Lines and marks are drawn by themselves: Plotly's own parallel coordinates report no selection and
have no hover text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from rnndemo.errors import N_
from rnndemo.plots.look.colors import ACCENT
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.plots.sweeps.axes import (
    MAX_TICKS,
    TINY,
    Side,
    log_ticks,
    logarithmic,
    metric_title,
    side,
)
from rnndemo.plots.sweeps.study import (
    CHOSEN,
    FAINT,
    NO_TRIALS,
    STRONG,
    USUAL,
    StudyView,
    marks,
    message,
)
from rnndemo.sweeps.analysis.points import METRICS, Metric
from rnndemo.sweeps.plan import TrialRecord

MAX_AXES = 9  # of settings; those of metrics are added
MIN_TICKS = 3
SHADES = 8  # of the lines, from poor to good
LETTERS = 16  # per line of an axis's title
CROWD = 100  # trials from which on lines are thin
HEIGHT, ROW = 420, 78  # pixels: of a chart with vertical axes; per horizontal axis

TWO = N_("Parallel coordinates need at least two finished trials.")


@dataclass(frozen=True)
class _Axis:
    """One axis: the positions of the trials and of its ticks, from 0 to 1."""

    title: str
    places: Sequence[float]
    ticks: Sequence[float]
    texts: Sequence[str]


def parallel(study: StudyView, look: Look) -> go.Figure:
    """Return each trial as a line through its settings and metrics."""
    if len(study.measured) < 2:
        return message(TWO if study.trials else NO_TRIALS, look)
    trials = [trial for trial, _value in study.measured]
    sides = [side(study.space, path, look) for path in study.main(MAX_AXES)]
    names = dict.fromkeys(("seconds", "parameters", study.metric))
    found = [_of_setting(one, trials) for one in sides]
    found += [_of_figure(METRICS[name], trials, look) for name in names]
    axes = [axis for axis in found if axis is not None]
    figure = plain(go.Figure(), look, 40 + ROW * len(axes) if study.narrow else HEIGHT)
    width = 1.0 if len(trials) > CROWD else 1.5
    for group, color, opacity in _groups(study, look):
        line = {"color": color, "width": width}
        figure.add_trace(_lines(axes, group, study.narrow).update(line=line, opacity=opacity))
    figure.add_trace(_marks(axes, trials, study, look))
    return _frame(figure, axes, look, study.narrow)


# --- axes -----------------------------------------------------------------------------------------


def _of_setting(one: Side, trials: Sequence[TrialRecord]) -> _Axis | None:
    """Return the axis of a setting; None if a trial has a value that is not on it."""
    scaled = math.log10 if one.log else float
    places = [one.place(trial.params.get(one.path)) for trial in trials]
    known = [scaled(place) for place in places if place is not None]
    if len(known) < len(trials):
        return None
    if one.values and len(one.values) <= MAX_TICKS:
        ends = [place for value in one.values if (place := one.place(value)) is not None]
        return _axis(one.title, known, [scaled(place) for place in ends], one.texts)
    return _spread(one.title, known, lambda value: f"{value:.3g}", one.log)


def _of_figure(metric: Metric, trials: Sequence[TrialRecord], look: Look) -> _Axis | None:
    """Return the axis of a metric; None if a trial has no value."""
    known = [value for trial in trials if (value := metric.value(trial)) is not None]
    if len(known) < len(trials):
        return None
    log = logarithmic(metric, known)
    values = [math.log10(max(value, TINY)) if log else value for value in known]

    def text(value: float) -> str:
        written = metric.text(value, look.translate)
        return written.replace(".00", "") if metric.percent else written  # "0.001 s" stays

    return _spread(metric_title(metric, look), values, text, log)


def _spread(title: str, values: Sequence[float], text: Callable[[float], str], log: bool) -> _Axis:
    """Return an axis with some ticks between its ends, round ones if it is logarithmic."""
    low, high = min(values), max(values)
    round_ones = [math.log10(tick) for tick in log_ticks([10**low, 10**high])] if log else []
    ticks = [tick for tick in round_ones if low <= tick <= high]
    if len(ticks) < MIN_TICKS:
        ticks = [low + (high - low) * share / 4 for share in range(5)] if high > low else [low]
    return _axis(title, values, ticks, [text(10**tick if log else tick) for tick in ticks])


def _axis(
    title: str, values: Sequence[float], ticks: Sequence[float], texts: Sequence[str]
) -> _Axis:
    low, high = min(*values, *ticks), max(*values, *ticks)

    def share(value: float) -> float:
        return (value - low) / (high - low) if high > low else 0.5

    return _Axis(title, [share(one) for one in values], [share(one) for one in ticks], texts)


# --- trials ---------------------------------------------------------------------------------------


def _groups(study: StudyView, look: Look) -> list[tuple[list[int], str, float]]:
    """Return groups of trials with the colour and opacity of their lines, the strongest last."""
    found = study.measured
    if study.chosen:
        strong = [place for place, (trial, _v) in enumerate(found) if trial.number in study.chosen]
        faint = [place for place in range(len(found)) if place not in set(strong)]
        return [(faint, look.muted, 2 * FAINT), (strong, CHOSEN, STRONG)]
    sign = 1 if METRICS[study.metric].better == "high" else -1
    goodness = [sign * value for _trial, value in found]
    low, high = _middle(goodness)
    shades = sample_colorscale([[0, look.muted], [1, ACCENT]], SHADES)
    groups: list[list[int]] = [[] for _ in shades]
    for place, value in enumerate(goodness):
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        groups[min(int(share * SHADES), SHADES - 1)].append(place)
    return [(group, color, USUAL) for group, color in zip(groups, shades, strict=True) if group]


def _middle(goodness: Sequence[float]) -> tuple[float, float]:
    """Return the range of the better three quarters: outliers would take up all colours."""
    ordered = sorted(goodness)
    low, high = ordered[len(ordered) // 4], ordered[-1]
    return (low, high) if high > low else (low - 1, high)


def _lines(axes: Sequence[_Axis], group: Sequence[int], lie: bool) -> go.Scatter:
    """Return the lines of some trials as one trace."""
    along: list[float | None] = []
    across: list[float | None] = []
    for place in group:
        along += [*range(len(axes)), None]
        across += [*(axis.places[place] for axis in axes), None]
    x, y = _turned(along, across, lie)
    return go.Scatter(x=x, y=y, mode="lines", hoverinfo="skip", showlegend=False)


def _marks(
    axes: Sequence[_Axis], trials: Sequence[TrialRecord], study: StudyView, look: Look
) -> go.Scatter:
    """Return marks where the lines cross the axes, with hover texts and to be selected."""
    x, y = _turned(
        [number for number in range(len(axes)) for _trial in trials],
        [place for axis in axes for place in axis.places],
        lie=study.narrow,
    )
    each = list(trials) * len(axes)
    return marks(each, x, y, study, look).update(marker={"size": 5})


def _turned(
    along: list[float | None], across: list[float | None], lie: bool
) -> tuple[list[float | None], list[float | None]]:
    return (across, along) if lie else (along, across)


# --- frame ----------------------------------------------------------------------------------------


def _frame(figure: go.Figure, axes: Sequence[_Axis], look: Look, lie: bool) -> go.Figure:
    """Add the axes with titles and ticks: vertical, or horizontal on a phone (`lie`)."""
    beside, along = ("x", "y") if lie else ("y", "x")
    for number, axis in enumerate(axes):
        ends = {f"{along}0": number, f"{along}1": number, f"{beside}0": 0, f"{beside}1": 1}
        figure.add_shape(type="line", layer="below", line={"color": look.ink, "width": 1}, **ends)
        for tick, text in zip(axis.ticks, axis.texts, strict=True):
            shift = {"yshift": -13} if lie else {"xanchor": "left", "xshift": 5}
            figure.add_annotation(**{along: number, beside: tick}, **shift, **_label(text, look))
        if lie:
            shift = {"xanchor": "left", "yshift": 15}
            title = _label(f"<b>{axis.title}</b>", look)
            figure.add_annotation(x=0, y=number, **shift, **title)
    hidden = {"showgrid": False, "fixedrange": True, "showticklabels": False}
    scale = {"range": [-0.06, 1.06], **hidden}
    if lie:
        figure.update_layout(margin={"l": 24, "r": 24, "t": 12, "b": 12})
        figure.update_yaxes(range=[len(axes) - 0.5, -0.5], **hidden)
        return figure.update_xaxes(**scale)
    titles = [
        "<br>".join(wrap(axis.title, LETTERS, break_long_words=False, break_on_hyphens=False))
        for axis in axes
    ]
    figure.update_yaxes(**scale)
    return figure.update_xaxes(
        **{**hidden, "showticklabels": True}, range=[-0.3, len(axes) - 0.3], side="top",
        tickvals=list(range(len(axes))), ticktext=titles, tickangle=0,
    )  # fmt: skip


def _label(text: str, look: Look) -> dict[str, Any]:
    """Return the layout of an annotation that is readable in front of lines."""
    font = {"size": 11, "color": look.ink}
    return {
        "text": text, "font": font, "bgcolor": look.ground, "opacity": 0.85, "borderpad": 1,
        "showarrow": False, "captureevents": False,
    }  # fmt: skip
