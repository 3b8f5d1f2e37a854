"""Views of a study that show each trial: in order, by setting, and side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.errors import N_
from rnndemo.plots.colors import ACCENT, ink, muted
from rnndemo.plots.look import Translate, plain
from rnndemo.plots.sweeps_axes import (
    MOST_TICKS,
    TINY,
    Side,
    logarithmic,
    metric_axis,
    metric_title,
    side,
)
from rnndemo.plots.sweeps_shown import (
    CHOSEN,
    MANY,
    NO_FIGURES,
    NO_TRIALS,
    STATES,
    Shown,
    marks,
    message,
)
from rnndemo.sweeps.analysis import METRICS, Metric
from rnndemo.sweeps.plan import Known
from rnndemo.sweeps.trials import COMPLETE, FAILED

MOST_PANELS, COLUMNS = 9, 3

NO_SETTINGS = N_("Nothing varies but the seed, so there is no setting to look along.")
TWO = N_("Lines side by side need at least two trials that have ended.")


def history(shown: Shown, dark: bool, _: Translate) -> go.Figure:
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


def slices(shown: Shown, dark: bool, _: Translate) -> go.Figure:
    """Return the trials along each setting, one panel a setting."""
    paths = shown.main(MOST_PANELS)
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


# --- side by side ---------------------------------------------------------------------------------


def parallel(shown: Shown, dark: bool, _: Translate) -> go.Figure:
    """Return each trial as a line through its settings and figures."""
    found = shown.measured
    if len(found) < 2:
        return message(_(TWO if shown.trials else NO_TRIALS), dark)
    trials = [trial for trial, _value in found]
    metric = METRICS[shown.metric]
    beams = [_beam(side(shown.space, path, _), trials) for path in shown.main(MOST_PANELS)]
    names = dict.fromkeys(("seconds", "parameters", shown.metric))
    beams += [_figure_beam(METRICS[name], trials, _) for name in names]
    if shown.chosen:
        color = [float(trial.number in shown.chosen) for trial in trials]
        scale = [(0, muted(dark)), (1, CHOSEN)]
        low, high = 0.0, 1.0
    else:
        color = [value if metric.better == "high" else -value for _trial, value in found]
        scale = [(0, muted(dark)), (1, ACCENT)]
        low, high = _middle(color)
    figure = go.Figure(
        go.Parcoords(
            line={"color": color, "colorscale": scale, "cmin": low, "cmax": high},
            dimensions=[beam for beam in beams if beam],
            customdata=[[trial.number] for trial in trials], labelangle=-12, labelside="top",
            labelfont={"size": 12, "color": ink(dark)}, tickfont={"size": 11, "color": ink(dark)},
            rangefont={"size": 10, "color": "rgba(0,0,0,0)"},
        )
    )  # fmt: skip
    plain(figure, dark, 420)
    return figure.update_layout(margin={"l": 56, "r": 56, "t": 84, "b": 24})


def _middle(color: Sequence[float]) -> tuple[float, float]:
    """Return between what the better half lies: what is far worse would take all the colours."""
    ordered = sorted(color)
    low, high = ordered[len(ordered) // 4], ordered[-1]
    return (low, high) if high > low else (low - 1, high)


def _beam(one: Side, trials: Sequence[Known]) -> dict[str, Any]:
    places = [one.place(trial.params.get(one.path)) for trial in trials]
    if any(place is None for place in places):
        return {}
    values = [math.log10(place) if one.log else place for place in places if place is not None]
    beam: dict[str, Any] = {"label": one.title, "values": values}
    if one.values and len(one.values) <= MOST_TICKS:
        ends = [place for value in one.values if (place := one.place(value)) is not None]
        beam["tickvals"] = [math.log10(place) if one.log else place for place in ends]
        beam["ticktext"] = list(one.texts)
    elif one.log:
        beam |= _ticks(values, lambda value: f"{value:.2g}")
    return beam


def _figure_beam(metric: Metric, trials: Sequence[Known], _: Translate) -> dict[str, Any]:
    known = [value for trial in trials if (value := metric.value(trial)) is not None]
    if len(known) < len(trials):
        return {}
    log = logarithmic(metric, known)
    values = [math.log10(max(value, TINY)) if log else value for value in known]
    beam = {"label": metric_title(metric, _), "values": values}
    return beam | _ticks(values, metric.text, log)


def _ticks(values: Sequence[float], text: Any, log: bool = True) -> dict[str, Any]:
    """Return five marks between the ends of an axis, written as `text` writes a value."""
    low, high = min(values), max(values)
    places = [low + (high - low) * share / 4 for share in range(5)] if high > low else [low]
    return {
        "tickvals": places,
        "ticktext": [text(10**place if log else place).replace(".00 %", " %") for place in places],
    }
