"""Figures of one unit: its mean activation for every class, and the pictures that excite it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.plots.look.colors import BOARD, CHALK, POSITIVE, class_color
from rnndemo.plots.look.plotly import over_pixels, plain
from rnndemo.plots.look.theme import Look

COLUMNS = 4


def unit_courses(class_means: np.ndarray, classes: Sequence[str], look: Look) -> go.Figure:
    """Return a unit's mean activation over the rows, one line per class.

    Parameters
    ----------
    class_means : ndarray
        ``(classes, time)``; classes of NaN are left out.
    """
    figure = go.Figure()
    time = class_means.shape[1]
    for k, name in enumerate(classes):
        figure.add_trace(
            go.Scatter(
                x=np.arange(time),
                y=class_means[k],
                mode="lines",
                name=name,
                line={"color": class_color(k), "width": 2.2},
                hovertemplate=look.text(
                    "row {row}, {label}: {value}", row="%{x}", label=name, value="%{y:.3f}"
                )
                + "<extra></extra>",
            )
        )
    figure.add_hline(y=0, line={"color": look.muted, "width": 1})
    plain(figure, look, 340)
    figure.update_xaxes(title=look.text("row"))
    figure.update_yaxes(title=look.text("mean activation"))
    return figure.update_layout(legend={"itemwidth": 30, "font": {"size": 14}})


def firing_pictures(
    images: np.ndarray, labels: Sequence[str], timesteps: np.ndarray, values: np.ndarray, look: Look
) -> go.Figure:
    """Return small pictures, each with the row marked at which the unit fires.

    Parameters
    ----------
    images : ndarray
        ``(k, H, W)`` in [0, 1].
    labels : sequence of str
        Their true classes.
    timesteps : ndarray
        int ``(k,)``: the row of the strongest activation.
    values : ndarray
        ``(k,)``: the strongest activation.
    """
    title = look.text("{label}, row {row}") + "<br>{value}"
    titles = [
        title.format(label=f"<b>{label}</b>", row=row, value=f"{value:.3f}")
        for label, row, value in zip(labels, timesteps, values, strict=True)
    ]
    lines = -(-len(images) // COLUMNS)
    figure = make_subplots(
        rows=lines, cols=COLUMNS, subplot_titles=titles,
        horizontal_spacing=0.03, vertical_spacing=0.2 if lines > 1 else 0,
    )  # fmt: skip
    for i, image in enumerate(images):
        place = {"row": i // COLUMNS + 1, "col": i % COLUMNS + 1}
        figure.add_trace(_picture(image, look), **place)
        row = float(timesteps[i])
        figure.add_hline(y=row, line={"color": POSITIVE, "width": 2}, **place)
    plain(figure, look, 150 * lines + 30)
    figure.update_annotations(font={"size": 12, "color": look.ink})
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed")
    for i in range(len(images)):
        axis = f"x{i + 1 if i else ''}"
        place = {"row": i // COLUMNS + 1, "col": i % COLUMNS + 1}
        figure.update_yaxes(scaleanchor=axis, constrain="domain", **place)
    return figure.update_layout(margin={"t": 44, "b": 4, "l": 4, "r": 4})


def picture(image: np.ndarray, look: Look) -> go.Figure:
    """Return a picture ``(H, W)`` in [0, 1], with exact ink on hover."""
    return over_pixels(go.Figure(_picture(image, look)), look, side=170, right=16)


def _picture(image: np.ndarray, look: Look) -> go.Heatmap:
    return go.Heatmap(
        z=image,
        zmin=0,
        zmax=1,
        colorscale=[(0, BOARD), (1, CHALK)],
        showscale=False,
        hovertemplate=look.text(
            "row {row}, column {column}: ink {value}", row="%{y}", column="%{x}", value="%{z:.3f}"
        )
        + "<extra></extra>",
    )
