"""Figures of networks that see a picture at once: the maps of a layer, and one of its channels.

Channels count from 0. All maps of a layer have one colour scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, sqrt
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.plots.look.colors import BOARD, CHALK, NEGATIVE, POSITIVE
from rnndemo.plots.look.names import named
from rnndemo.plots.look.plotly import over_pixels, plain
from rnndemo.plots.look.theme import Look

COLUMNS = 4  # of small pictures
WIDTH = 600  # of all maps of a layer, on a wide screen
WIDE = 2  # they lie twice as wide as high
SAID = 3  # maps that the name of a figure mentions

Field = tuple[slice, slice]


def all_maps(values: np.ndarray, chosen: int, look: Look) -> go.Figure:
    """Return the maps of a layer side by side; a frame marks the chosen one.

    Parameters
    ----------
    values : ndarray
        ``(channels, lines, places)``. A click tells the channel.
    """
    channels, lines, places = values.shape
    across = min(channels, ceil(sqrt(WIDE * channels * lines / places)))
    gap = 0 if lines == places == 1 else 1
    numbers = np.broadcast_to(np.arange(channels)[:, None, None], values.shape)
    heat = go.Heatmap(
        z=_side_by_side(values, across, gap),
        customdata=_side_by_side(numbers, across, gap),
        xgap=1 - gap,
        ygap=1 - gap,
        hoverongaps=False,
        hovertemplate=look.pair(look.text("number {number}", number="%{customdata}"), "%{z:.3f}")
        + "<extra></extra>",
        **_scale(values, look),
    )
    down = ceil(channels / across)
    figure = plain(go.Figure(heat), look, max(120, round(WIDTH * down * lines / (across * places))))
    left, top = chosen % across * (places + gap), chosen // across * (lines + gap)
    figure.add_shape(
        x0=left - (1 + gap) / 2, x1=left + places - (1 - gap) / 2,
        y0=top - (1 + gap) / 2, y1=top + lines - (1 - gap) / 2,
        line={"color": look.ink, "width": 3},
    )  # fmt: skip
    figure.update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 4})
    return named(_bare(figure), _strongest_said(values, look))


def one_map(values: np.ndarray, layer: np.ndarray, look: Look) -> go.Figure:
    """Return one map ``(lines, places)`` with its numbers, in the colours of its layer's maps."""
    heat = go.Heatmap(
        z=values,
        colorbar={"nticks": 4, "thickness": 10, "outlinewidth": 0},
        hovertemplate=look.text(
            "row {row}, column {column}: {value}", row="%{y}", column="%{x}", value="%{z:.3f}"
        )
        + "<extra></extra>",
        **_scale(layer, look) | {"showscale": True},
    )
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    said = look.text("Strongest at row {row}, column {column}.", row=row, column=column)
    return named(over_pixels(go.Figure(heat), look, side=220, right=72), said)


def weight_pictures(weights: np.ndarray, titles: Sequence[str], look: Look) -> go.Figure:
    """Return pictures of weights ``(k, lines, places)`` in one colour scale, with their titles."""
    hover = look.pair(look.text("weight"), "%{z:.3f}") + "<extra></extra>"
    scale = _scale(np.stack([weights, -weights]), look)  # zero has the colour of the ground
    heats = [go.Heatmap(z=one, hovertemplate=hover, **scale) for one in weights]
    said = look.text("From {least} to {most}.",
                     least=f"{weights.min():.3g}", most=f"{weights.max():.3g}")  # fmt: skip
    return named(_small(heats, titles, look), said)


def strongest_pictures(
    images: np.ndarray,
    labels: Sequence[str],
    values: np.ndarray,
    fields: Sequence[Field | None],
    look: Look,
) -> go.Figure:
    """Return small pictures, with a frame round the part that makes a channel strongest.

    Parameters
    ----------
    images : ndarray
        ``(k, lines, places)`` in [0, 1].
    labels : sequence of str
        Their true classes.
    values : ndarray
        ``(k,)``: the strongest value in each.
    fields : sequence of pair of slice
        The parts; None for all of it, which gets no frame.
    """
    scale = {"zmin": 0, "zmax": 1, "colorscale": [(0, BOARD), (1, CHALK)], "showscale": False}
    heats = [go.Heatmap(z=image, hoverinfo="skip", **scale) for image in images]
    titles = [
        f"<b>{escape(label)}</b><br>{value:.3f}"
        for label, value in zip(labels, values, strict=True)
    ]
    figure = _small(heats, titles, look)
    for i, field in enumerate(fields):
        if field is not None:
            lines, places = field
            figure.add_shape(
                x0=places.start - 0.5, x1=places.stop - 0.5,
                y0=lines.start - 0.5, y1=lines.stop - 0.5,
                line={"color": POSITIVE, "width": 2}, **_place(i),
            )  # fmt: skip
    said = look.listed(
        look.pair(label, f"{value:.3f}") for label, value in zip(labels, values, strict=True)
    )
    return named(figure, said)


def _side_by_side(values: np.ndarray, across: int, gap: int) -> np.ndarray:
    """Return ``(channels, lines, places)`` as tiles of one picture, parted by gaps of NaN."""
    channels, lines, places = values.shape
    down = -(-channels // across)
    tiles = np.full((down * across, lines + gap, places + gap), np.nan)
    tiles[:channels, :lines, :places] = values
    tiled = tiles.reshape(down, across, lines + gap, places + gap).swapaxes(1, 2)
    picture: np.ndarray = tiled.reshape(down * (lines + gap), -1)
    return picture[: picture.shape[0] - gap, : picture.shape[1] - gap]


def _scale(values: np.ndarray, look: Look) -> dict[str, Any]:
    """Return the colours of values: from the ground up, or in both directions if some are < 0."""
    top = float(np.abs(values).max()) or 1.0
    signed = float(values.min()) < 0
    colors = [(0, NEGATIVE), (0.5, look.ground), (1, POSITIVE)]
    return {
        "zmin": -top if signed else 0,
        "zmax": top,
        "colorscale": colors if signed else [(0, look.panel), (1, POSITIVE)],
        "showscale": False,
    }


def _small(heats: Sequence[go.Heatmap], titles: Sequence[str], look: Look) -> go.Figure:
    lines = -(-len(heats) // COLUMNS)
    figure = make_subplots(
        rows=lines, cols=COLUMNS, subplot_titles=titles,
        horizontal_spacing=0.03, vertical_spacing=0.2 if lines > 1 else 0,
    )  # fmt: skip
    for i, heat in enumerate(heats):
        figure.add_trace(heat, **_place(i))
        figure.update_yaxes(scaleanchor=f"x{i + 1 if i else ''}", **_place(i))
    plain(figure, look, 145 * lines + 30)
    figure.update_annotations(font={"size": 12, "color": look.ink})
    figure.update_layout(margin={"t": 44, "b": 4, "l": 4, "r": 4})
    return _bare(figure)


def _place(i: int) -> dict[str, int]:
    return {"row": i // COLUMNS + 1, "col": i % COLUMNS + 1}


def _bare(figure: go.Figure) -> go.Figure:
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, constrain="domain", autorange="reversed")
    if len(figure.data) == 1:
        figure.update_yaxes(scaleanchor="x")
    return figure


def _strongest_said(values: np.ndarray, look: Look) -> str:
    peaks = values.max((1, 2))
    numbers = look.listed(str(k) for k in np.argsort(-peaks, kind="stable")[:SAID])
    silent = int((values == 0).all((1, 2)).sum())
    strong = look.text("Strongest: numbers {numbers}.", numbers=numbers)
    return look.paragraph(
        strong, look.text("Zero everywhere: {count} of {all}.", count=silent, all=len(values))
    )
