"""Views of a study that show each trial as a mark: in order, and by setting."""

from __future__ import annotations

from itertools import accumulate

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.errors import N_
from rnndemo.plots.colors import ACCENT, ink
from rnndemo.plots.look import Translate, plain
from rnndemo.plots.sweeps_axes import metric_axis, side
from rnndemo.plots.sweeps_shown import (
    MANY,
    NO_FIGURES,
    NO_TRIALS,
    STATES,
    Shown,
    marks,
    message,
)
from rnndemo.sweeps.analysis import METRICS
from rnndemo.sweeps.trials import COMPLETE, FAILED

MOST_PANELS, COLUMNS = 9, 3

NO_SETTINGS = N_("Nothing varies but the seed, so there is no setting to look along.")


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
