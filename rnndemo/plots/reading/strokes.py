"""Figures of strokes that a network reads point by point, from what it reads of them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.plots.look.colors import POSITIVE
from rnndemo.plots.look.moment import along
from rnndemo.plots.look.names import named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look

COLUMNS = 4  # of small strokes


def pen_points(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where the pen is at each point, in a unit square, and whether it was up before it.

    Parameters
    ----------
    path : ndarray
        ``(time, 5)`` in [0, 1], as `rnndemo.data.frames.path` makes it.
    """
    places = path[:, :2] - path[:, :2].min(0)
    size = max(float(places.max()), 1e-6)
    middle = (1 - places.max(0) / size) / 2
    return places / size + middle, path[:, 4] > 0.5


def firing_strokes(
    paths: np.ndarray, labels: Sequence[str], timesteps: np.ndarray, values: np.ndarray, look: Look
) -> go.Figure:
    """Return small strokes, each with the point marked at which the unit fires.

    Parameters
    ----------
    paths : ndarray
        ``(k, time, 5)`` in [0, 1].
    labels : sequence of str
        Their true classes.
    timesteps : ndarray
        int ``(k,)``: the point of the strongest activation.
    values : ndarray
        ``(k,)``: the strongest activation.
    """
    fired = [
        look.text("row {row}: {value}", row=row, value=f"{value:.3f}")
        for row, value in zip(timesteps, values, strict=True)
    ]
    titles = [
        f"<b>{escape(label)}</b><br>{when}" for label, when in zip(labels, fired, strict=True)
    ]
    lines = -(-len(paths) // COLUMNS)
    figure = make_subplots(
        rows=lines, cols=COLUMNS, subplot_titles=titles,
        horizontal_spacing=0.03, vertical_spacing=0.2 if lines > 1 else 0,
    )  # fmt: skip
    for i, (path, at) in enumerate(zip(paths, timesteps, strict=True)):
        place = {"row": i // COLUMNS + 1, "col": i % COLUMNS + 1}
        figure.add_traces(
            _stroke(path, int(at), look),
            rows=[place["row"]] * 3, cols=[place["col"]] * 3,
        )  # fmt: skip
        figure.update_yaxes(scaleanchor=f"x{i + 1 if i else ''}", constrain="domain", **place)
    plain(figure, look, 150 * lines + 30)
    figure.update_annotations(font={"size": 11, "color": look.ink})
    figure.update_xaxes(visible=False, constrain="domain", range=[-0.08, 1.08])
    figure.update_yaxes(visible=False, range=[1.08, -0.08])
    said = look.text("; ").join(map(look.pair, labels, fired))
    figure.update_layout(margin={"t": 44, "b": 4, "l": 4, "r": 4}, showlegend=False)
    return named(figure, said)


def stroke(path: np.ndarray, at: int, look: Look) -> go.Figure:
    """Return a stroke ``(time, 5)`` with the point `at` marked."""
    figure = plain(go.Figure(_stroke(path, at, look)), look, 190)
    figure.update_xaxes(visible=False, range=[-0.08, 1.08], constrain="domain")
    figure.update_yaxes(visible=False, range=[1.08, -0.08], scaleanchor="x", constrain="domain")
    figure.update_layout(margin={"t": 4, "b": 4, "l": 4, "r": 4}, showlegend=False)
    return named(figure, look.text("row {row}", row=at))


def _stroke(path: np.ndarray, at: int, look: Look) -> list[go.Scatter]:
    """Return a stroke: where the pen is down, where it is up, and the point `at`."""
    points, up = pen_points(path)
    start, mark = points[0], points[at]
    return [
        _line(points, up, {"color": look.ink, "width": 2.5}),
        _line(points, ~up, {"color": look.muted, "width": 1.5, "dash": "dot"}),
        go.Scatter(
            x=[start[0], mark[0]], y=[start[1], mark[1]], mode="markers", hoverinfo="skip",
            marker={"color": [look.ink, POSITIVE], "size": [6, 12]},
        ),
    ]  # fmt: skip


def _line(points: np.ndarray, left_out: np.ndarray, line: dict[str, object]) -> go.Scatter:
    """Return the pieces of a stroke but for those that are left out."""
    pieces = np.stack([points[:-1], points[1:], np.full_like(points[1:], np.nan)], 1)
    pieces = pieces[~left_out[1:]].reshape(-1, 2)
    return go.Scatter(
        x=pieces[:, 0], y=pieces[:, 1], mode="lines", line=line, hoverinfo="skip"
    )  # fmt: skip


def pen_saliency(values: np.ndarray, names: Sequence[str], look: Look) -> go.Figure:
    """Return a heat map of `values` ``(time, 5)``: points to the right, a line per number.

    Parameters
    ----------
    names : sequence of str
        Of the numbers, translated.
    """
    figure = go.Figure(
        go.Heatmap(
            z=values.T,
            y=list(names),
            colorscale=[(0, look.ground), (1, POSITIVE)],
            zmin=0,
            zmax=float(values.max()) or 1.0,
            showscale=False,
            hovertemplate=look.text("row {row}, {label}: {value}",
                                    row="%{x}", label="%{y}", value="%{z:.4g}")
            + "<extra></extra>",
        )
    )  # fmt: skip
    plain(figure, look, 260)
    figure.update_xaxes(title=look.text("row"))
    figure.update_yaxes(autorange="reversed", automargin=True, showgrid=False)
    point, number = map(int, np.unravel_index(int(values.argmax()), values.shape))
    said = look.text(
        "row {row}, {label}: {value}",
        row=point, label=names[number], value=f"{values[point, number]:.4g}",
    )  # fmt: skip
    return along(named(figure, look.pair(look.text("Strongest"), said)))
