"""Maps of a study: metrics over two settings as cells, or over one as lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.errors import N_
from rnndemo.plots.look.colors import ACCENT
from rnndemo.plots.look.plotly import CLEAR, plain
from rnndemo.plots.look.theme import Look
from rnndemo.plots.sweeps.axes import Side, brief, metric_axis, metric_title, scale, shade, side
from rnndemo.plots.sweeps.study import (
    CHOSEN,
    NO_FIGURES,
    NO_TRIALS,
    StudyView,
    error_bars,
    message,
    point_marks,
    point_words,
)
from rnndemo.sweeps.analysis.points import CHOSEN_BY, METRICS, Point

MAX_CELLS, BINS = 12, 8  # values of a setting up to which each has a cell; else number of cells
FIT = 8  # columns up to which a cell has room for its number
TURN = 0.75  # strength of a cell from which on its number is in the colour of the ground
# why a cell has no value: its trials have not ended, failed, or were given up early
SIGNS = ((attrgetter("running"), "…"), (attrgetter("failed"), "×"))
NO_VALUE = "–"
NO_SETTINGS = N_("Only the seed varies, so there is no heat map. See which differences are real.")


def maps(study: StudyView, look: Look) -> go.Figure:
    """Return accuracy, time and parameters over the two most important settings, or over one."""
    paths = study.main(2)
    if not study.trials or not paths:
        return message(NO_SETTINGS if study.trials else NO_TRIALS, look)
    names = _names(study)
    if not names:
        return message(NO_FIGURES, look)
    sides = [side(study.space, path, look) for path in paths]
    count = len(names)
    figure = make_subplots(
        rows=count if study.narrow else 1, cols=1 if study.narrow else count,
        subplot_titles=[metric_title(METRICS[name], look) for name in names],
        shared_yaxes=len(sides) == 2 and not study.narrow,
        horizontal_spacing=0.03 if len(sides) == 2 else 0.1, vertical_spacing=0.14,
    )  # fmt: skip
    tall = 300 if len(sides) == 1 else 150 + 34 * min(BINS, max(3, len(sides[1].values) or BINS))
    plain(figure, look, (tall + 40) * count if study.narrow else tall + 40)
    for number, name in enumerate(names):
        place = {"row": number + 1, "col": 1} if study.narrow else {"row": 1, "col": number + 1}
        if len(sides) == 1:
            _line(figure, study, sides[0], name, place, look)
        else:
            _cells(figure, study, sides, name, place, look)
    if len(sides) == 2:
        figure.update_yaxes(title=sides[1].title, col=1)
    figure.update_annotations(font={"size": 14, "color": look.ink})
    return figure.update_layout(showlegend=False)


def _names(study: StudyView) -> list[str]:
    """Return the metrics to draw, without those that are the same for all trials."""
    names = []
    for name in dict.fromkeys((study.metric, CHOSEN_BY, "seconds", "parameters")):
        means = {point.mean(name) for point in study.points} - {None}
        if len(means) > 1 or (means and name == study.metric):
            names.append(name)
    return names[:3]


# --- one setting ----------------------------------------------------------------------------------


def _line(
    figure: go.Figure, study: StudyView, across: Side, name: str, place: Mapping[str, int],
    look: Look,
) -> None:  # fmt: skip
    metric = METRICS[name]
    found = [
        (x, point) for point in study.points
        if name in point.figures and (x := across.place(point.params.get(across.path))) is not None
    ]  # fmt: skip
    found.sort(key=lambda one: one[0])
    points = [point for _x, point in found]
    figures = [point.figures[name] for point in points]
    figure.add_scatter(
        x=[x for x, _point in found], y=[one.mean for one in figures],
        error_y=error_bars(figures, look.ink), line={"color": ACCENT, "width": 1.5},
        **place, **point_marks(points, name, study, look),
    )  # fmt: skip
    joined = across.numeric and len(points) <= 60
    figure.data[-1].update(mode="lines+markers" if joined else "markers", marker={"size": 9})
    figure.update_xaxes(across.axis(), **place)
    figure.update_yaxes(
        {**metric_axis(metric, [one.mean for one in figures], look), "title": None}, **place
    )


# --- two settings ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cells:
    """The cells along one axis.

    Parameters
    ----------
    texts : sequence of str
        Their names for people.
    edges : sequence of float
        Of the cells; none if each value has a cell of its own.
    """

    texts: Sequence[str]
    edges: Sequence[float]
    side: Side

    def of(self, value: Any) -> int | None:
        """Return the number of the cell of a value, None if it has none."""
        if not len(self.edges):
            return self.side.values.index(value) if value in self.side.values else None
        if (place := self.side.place(value)) is None:
            return None
        inner = np.asarray(self.edges[1:-1])
        return int(np.searchsorted(inner, place, side="right"))


def _cells_along(one: Side, points: Sequence[Point]) -> Cells:
    """Return one cell for each value of a setting, or equally wide ones if it has too many."""
    if one.values and (not one.numeric or len(one.values) <= MAX_CELLS):
        return Cells(one.texts, (), one)
    places = [x for point in points if (x := one.place(point.params.get(one.path))) is not None]
    low, high = (min(places), max(places)) if places else (0.0, 1.0)
    spread = np.geomspace if one.log and low > 0 else np.linspace
    edges = spread(low, high, BINS + 1) if high > low else np.array([low, high])
    middles = [math.sqrt(a * b) if one.log and a > 0 else (a + b) / 2 for a, b in pairwise(edges)]
    return Cells([f"{float(f'{x:.2g}'):g}" for x in middles], edges.tolist(), one)


def _cells(
    figure: go.Figure, study: StudyView, sides: Sequence[Side], name: str, place: Mapping[str, int],
    look: Look,
) -> None:  # fmt: skip
    metric = METRICS[name]
    across, up = (_cells_along(one, study.points) for one in sides)
    held: dict[tuple[int, int], list[Point]] = {}
    for point in study.points:
        x, y = across.of(point.params.get(sides[0].path)), up.of(point.params.get(sides[1].path))
        if x is not None and y is not None:
            held.setdefault((x, y), []).append(point)
    shades = np.full((len(up.texts), len(across.texts)), np.nan)
    means: dict[tuple[int, int], float] = {}
    for (x, y), some in held.items():
        values = [value for point in some if (value := point.mean(name)) is not None]
        if values:
            means[x, y] = float(np.mean(values))
            shades[y, x] = shade(metric, means[x, y])
    low, high = _limits(shades)
    figure.add_heatmap(
        z=shades, zmin=low, zmax=high, colorscale=scale(look, metric.percent), showscale=False,
        xgap=2, ygap=2, hoverinfo="skip", **place,
    )  # fmt: skip
    _figures(figure, study, held, means, (shades, low, high), name, place, look)
    for update, cells in ((figure.update_xaxes, across), (figure.update_yaxes, up)):
        update(
            tickmode="array", tickvals=list(range(len(cells.texts))), ticktext=list(cells.texts),
            range=[-0.5, len(cells.texts) - 0.5], showgrid=False, **place,
        )  # fmt: skip
    figure.update_xaxes(title=sides[0].title, **place)


def _limits(shades: np.ndarray) -> tuple[float, float]:
    known = shades[np.isfinite(shades)]
    if not known.size:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    return (low, high) if high > low else (low - 1, high + 1)


def _figures(
    figure: go.Figure, study: StudyView, held: Mapping[tuple[int, int], list[Point]],
    means: Mapping[tuple[int, int], float], shaded: tuple[np.ndarray, float, float], name: str,
    place: Mapping[str, int], look: Look,
) -> None:  # fmt: skip
    """Add a number to each cell, which can be clicked and has a hover text."""
    shades, low, high = shaded
    written, size = shades.shape[1] <= FIT, 12 if shades.shape[1] < FIT - 2 else 10
    cells = list(held)
    numbers = [
        [number for point in held[cell] for number in study.numbers(point)] for cell in cells
    ]
    turned = [
        cell in means and (shades[cell[1], cell[0]] - low) / (high - low) > TURN for cell in cells
    ]
    figure.add_scatter(
        x=[x for x, _y in cells], y=[y for _x, y in cells],
        mode="markers+text" if written else "markers",
        text=[_brief(name, means.get(cell), held[cell], look) for cell in cells],
        textfont={"color": [look.ground if one else look.ink for one in turned], "size": size},
        marker={"size": 30, "symbol": "square", "color": CLEAR},
        customdata=numbers, hovertext=[_cell_words(held[cell], name, look) for cell in cells],
        hovertemplate="%{hovertext}<extra></extra>", **place,
    )  # fmt: skip
    for (x, y), some in zip(cells, numbers, strict=True):
        if not study.chosen.isdisjoint(some):
            figure.add_shape(
                type="rect", x0=x - 0.47, x1=x + 0.47, y0=y - 0.47, y1=y + 0.47,
                line={"color": CHOSEN, "width": 3}, **place,
            )  # fmt: skip


def _brief(name: str, value: float | None, some: Sequence[Point], look: Look) -> str:
    """Return a value as a short text, or a sign of why there is none.

    It is never empty: Plotly removes a mark's empty text for good, and would not draw the value
    that comes later.
    """
    if value is None:
        return next((sign for state, sign in SIGNS if any(map(state, some))), NO_VALUE)
    metric = METRICS[name]
    return f"{100 * value:.1f}" if metric.percent else brief(metric, value, look)


def _cell_words(some: Sequence[Point], name: str, look: Look) -> str:
    lines = [point_words(point, name, look) for point in some[:3]]
    if len(some) > 3:
        lines.append(look.text("and {count} more", count=len(some) - 3))
    return "<br>".join(lines)
