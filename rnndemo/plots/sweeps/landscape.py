"""A study as a landscape: a metric estimated between trials, over two numeric settings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnndemo.errors import N_
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look
from rnndemo.plots.sweeps.axes import Side, metric_title, scale, shade, side
from rnndemo.plots.sweeps.study import NO_FIGURES, StudyView, marks, message
from rnndemo.sweeps.analysis.points import METRICS, Metric

GRID, NEIGHBOURS, MIN_TRIALS, TICKS = 40, 8, 4, 5
NO_NUMBERS = N_("Contours need two settings that are numbers; this study has fewer.")
FEW = N_("Contours need at least four finished trials.")
FLAT = N_("So far one setting has the same value in all trials; contours need several values.")


def landscape(study: StudyView, look: Look) -> go.Figure:
    """Return a contour chart of the metric over the two most important numeric settings."""
    paths = study.main(2, numeric=True)
    if len(paths) < 2:
        return message(NO_NUMBERS, look)
    across, up = (side(study.space, path, look) for path in paths)
    placed = [
        (trial, value, x, y) for trial, value in study.measured
        if (x := across.place(trial.params.get(across.path))) is not None
        and (y := up.place(trial.params.get(up.path))) is not None
    ]  # fmt: skip
    if len(placed) < MIN_TRIALS:
        return message(FEW if study.measured else NO_FIGURES, look)
    trials, values, xs, ys = zip(*placed, strict=True)
    if len(set(xs)) < 2 or len(set(ys)) < 2:
        return message(FLAT, look)
    figure = plain(go.Figure(), look, 420)
    figure.add_trace(_heights(xs, ys, values, (across, up), METRICS[study.metric], look))
    points = marks(trials, xs, ys, study, look)
    points.marker.line = {"color": look.ground, "width": 1}
    figure.add_trace(points)
    figure.update_xaxes({**across.axis(), "showgrid": False})
    figure.update_yaxes({**up.axis(), "showgrid": False})
    return figure


def _heights(
    xs: Sequence[float], ys: Sequence[float], values: Sequence[float], sides: tuple[Side, Side],
    metric: Metric, look: Look,
) -> go.Contour:  # fmt: skip
    shades = np.array([shade(metric, value) for value in values])
    x, y = (_spread(places, one.log) for places, one in zip((xs, ys), sides, strict=True))
    z = between(_unit(xs, sides[0].log), _unit(ys, sides[1].log), shades)
    low, high = float(shades.min()), float(shades.max())
    ticks = [values[place] for place in _evenly(shades, TICKS)]
    return go.Contour(
        x=x, y=y, z=z, zmin=low, zmax=high if high > low else low + 1, hoverinfo="skip",
        colorscale=scale(look, metric.percent), ncontours=12,
        line={"width": 0.5, "color": look.ground},
        colorbar={
            "title": {"text": metric_title(metric, look), "side": "right"}, "thickness": 12,
            "tickvals": [shade(metric, value) for value in ticks],
            "ticktext": [metric.text(value, look.translate) for value in ticks], "outlinewidth": 0,
        },
    )  # fmt: skip


def _evenly(shades: np.ndarray, count: int) -> list[int]:
    """Return indices of about evenly spread values, including the lowest and the highest."""
    wanted = np.linspace(shades.min(), shades.max(), count)
    return list(dict.fromkeys(int(np.abs(shades - one).argmin()) for one in wanted))


def _spread(places: Sequence[float], log: bool) -> np.ndarray:
    return (np.geomspace if log else np.linspace)(min(places), max(places), GRID)


def _unit(places: Sequence[float], log: bool) -> np.ndarray:
    scaled = np.log(places) if log else np.asarray(places, dtype=float)
    return (scaled - scaled.min()) / (scaled.max() - scaled.min())


def between(x: np.ndarray, y: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return values estimated between points in the unit square, ``(GRID, GRID)``, rows upwards.

    Each is the mean of the nearest few points, weighted by the inverse square of their distance
    (Shepard 1968), smoothed over half the distance of evenly spread points, so that repeated and
    noisy trials give a mean and no spikes.
    """
    ends = np.linspace(0, 1, GRID)
    across, up = np.meshgrid(ends, ends)
    squares = (across[..., None] - x) ** 2 + (up[..., None] - y) ** 2  # (GRID, GRID, points)
    count = min(NEIGHBOURS, len(values))
    near = np.argpartition(squares, count - 1, axis=-1)[..., :count]
    weights = 1 / (np.take_along_axis(squares, near, axis=-1) + 0.25 / len(values) / 4)
    estimated: np.ndarray = (weights * values[near]).sum(-1) / weights.sum(-1)
    return estimated
