"""Figures of what a network that sees a picture at once makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from rnndemo.plots.look.colors import BOARD, CHALK, NEGATIVE, POSITIVE
from rnndemo.plots.look.names import named
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look

WIDER = 2  # a sheet of channels is about so many times as wide as it is high


def channel_sheet(maps: np.ndarray, chosen: int, look: Look) -> go.Figure:
    """Return all channels of a layer side by side, on one scale of colours.

    Parameters
    ----------
    maps : ndarray
        ``(channels, height, width)``.
    chosen : int
        A channel to frame.
    """
    values, numbers = sheet(maps)
    height, width = maps.shape[1:]
    gap = int(height > 1)
    columns = (values.shape[1] + gap) // (width + gap)
    figure = go.Figure(_heat(values, float(np.abs(maps).max()), look))
    figure.data[0].update(
        customdata=numbers,
        hovertemplate=look.text("channel {number}: {value}",
                                number="%{customdata}", value="%{z:.3g}") + "<extra></extra>",
    )  # fmt: skip
    left, top = (chosen % columns) * (width + gap), (chosen // columns) * (height + gap)
    figure.add_shape(
        type="rect", x0=left - 0.5, y0=top - 0.5, x1=left + width - 0.5, y1=top + height - 0.5,
        line={"color": look.ink, "width": 2.5},
    )  # fmt: skip
    most = int(maps.max((1, 2)).argmax())
    said = look.text(
        "Channels: {count}; the strongest is channel {number}.", count=len(maps), number=most
    )
    return named(_bare(figure, look, 330), said)


def channel(values: np.ndarray, limit: float, look: Look) -> go.Figure:
    """Return one channel ``(height, width)`` on the scale of its layer, which ends at `limit`."""
    figure = go.Figure(_heat(values, limit, look))
    figure.data[0].update(
        showscale=True,
        colorbar={"thickness": 10, "outlinewidth": 0, "nticks": 4},
        hovertemplate="%{z:.3g}<extra></extra>",
    )
    row, column = np.unravel_index(int(np.abs(values).argmax()), values.shape)
    said = look.text("Strongest at row {row}, column {column}.", row=row, column=column)
    return named(_bare(figure, look, 230), said)


def strongest_pictures(
    images: np.ndarray, labels: Sequence[str], values: np.ndarray, look: Look
) -> go.Figure:
    """Return pictures ``(count, H, W)`` side by side, with class and value above each."""
    ink, _ = sheet(images, columns=len(images))
    heat = go.Heatmap(
        z=ink, zmin=0, zmax=1, colorscale=[(0, BOARD), (1, CHALK)], showscale=False,
        hoverongaps=False, hoverinfo="skip",
    )  # fmt: skip
    figure = _bare(go.Figure(heat), look, 150)
    width = images.shape[2]
    said = [look.pair(label, f"{value:.3g}") for label, value in zip(labels, values, strict=True)]
    for place, text in enumerate(said):
        figure.add_annotation(
            x=place * (width + 1) + (width - 1) / 2, y=-1, yanchor="bottom", showarrow=False,
            text=escape(text), font={"size": 12, "color": look.ink},
        )  # fmt: skip
    figure.update_layout(margin={"t": 30})
    return named(figure, look.text("; ").join(said))


def sheet(maps: np.ndarray, columns: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return channels ``(channels, height, width)`` as one picture, and the number at each place.

    Places between channels are NaN; their number is -1. Without a number of columns, the picture is
    about twice as wide as it is high.
    """
    count, height, width = maps.shape
    gap = int(height > 1)
    columns = columns or min(count, max(1, round(np.sqrt(WIDER * count * height / width))))
    lines = -(-count // columns)
    shape = lines * (height + gap) - gap, columns * (width + gap) - gap
    values, numbers = np.full(shape, np.nan), np.full(shape, -1)
    for number, one in enumerate(maps):
        top, left = (number // columns) * (height + gap), (number % columns) * (width + gap)
        values[top : top + height, left : left + width] = one
        numbers[top : top + height, left : left + width] = number
    return values, numbers


def _heat(values: np.ndarray, limit: float, look: Look) -> go.Heatmap:
    """Return values in colours: the ground is 0, orange positive and blue negative."""
    return go.Heatmap(
        z=values, zmin=-(limit or 1.0), zmax=limit or 1.0, showscale=False, hoverongaps=False,
        colorscale=[(0, NEGATIVE), (0.5, look.panel), (1, POSITIVE)],
    )  # fmt: skip


def _bare(figure: go.Figure, look: Look, height: int) -> go.Figure:
    plain(figure, look, height)
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    return figure.update_layout(margin={"t": 6, "b": 6, "l": 6, "r": 6})
