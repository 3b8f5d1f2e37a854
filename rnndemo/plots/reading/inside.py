"""Figures of one reading: gradients, distances, saliency, readouts row by row.

Rows and units count from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.plots.look.colors import POSITIVE, class_color
from rnndemo.plots.look.plotly import over_pixels, plain
from rnndemo.plots.look.theme import Look


def lines_by_row(
    series: Mapping[str, np.ndarray], title: str, look: Look, *, log: bool = False
) -> go.Figure:
    """Return one line per name over the rows; a log axis leaves out values of 0.

    Parameters
    ----------
    series : mapping of str to ndarray (time,)
        By translated names.
    title : str
        Of the value axis, translated.
    """
    figure = go.Figure()
    for (name, values), color in zip(series.items(), _line_colors(look), strict=False):
        shown = np.where(values > 0, values, np.nan) if log else values
        figure.add_trace(
            go.Scatter(
                x=np.arange(len(values)),
                y=shown,
                mode="lines+markers",
                name=name,
                line={"color": color[0], "dash": color[1], "width": 2},
                marker={"size": 6},
                hovertemplate=look.text("row {row}: {value}", row="%{x}", value="%{y:.4g}")
                + "<extra>%{fullData.name}</extra>",
            )
        )
    plain(figure, look, 300)
    figure.update_xaxes(title=look.text("row"))
    figure.update_yaxes(title=title)
    if log:
        figure.update_yaxes(type="log", exponentformat="power", dtick=1)
    else:
        figure.update_yaxes(rangemode="tozero")
    return figure.update_layout(showlegend=len(series) > 1)


def _line_colors(look: Look) -> list[tuple[str, str]]:
    """Return enough pairs of colour and dash for six layers in two directions."""
    return [
        (color, dash)
        for color in (look.ink, look.muted)
        for dash in ("solid", "dot", "dash", "dashdot", "longdash", "longdashdot")
    ]


def saliency(values: np.ndarray, image: np.ndarray, look: Look) -> go.Figure:
    """Return a heat map of `values` ``(H, W)``, with the outline of the ink over it."""
    figure = go.Figure(
        go.Heatmap(
            z=values,
            customdata=image,
            colorscale=[(0, look.ground), (1, POSITIVE)],
            zmin=0,
            zmax=float(values.max()) or 1.0,
            colorbar={
                "title": {
                    "text": look.text("score gradient"),
                    "side": "right",
                    "font": {"size": 12},
                },
                "nticks": 4,
                "thickness": 10,
                "outlinewidth": 0,
            },
            hovertemplate=look.text(
                "row {row}, column {column}: ink {value}",
                row="%{y}",
                column="%{x}",
                value="%{customdata:.3f}",
            )
            + "<br>"
            + look.text("gradient")
            + " %{z:.4g}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Contour(
            z=image,
            contours={"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
            line={"color": look.ink, "width": 1.5},
            showscale=False,
            hoverinfo="skip",
        )
    )
    return over_pixels(figure, look, side=235, right=72)


def readouts(
    panels: Mapping[str, np.ndarray], classes: Sequence[str], look: Look, *, mark: int | None = None
) -> go.Figure:
    """Return the probabilities row by row, one panel per reading, one line per class.

    Parameters
    ----------
    panels : mapping of str to ndarray (time, classes)
        By translated titles.
    mark : int, optional
        A row to mark, at which something was changed.
    """
    figure = make_subplots(
        rows=len(panels), cols=1, shared_xaxes=True, vertical_spacing=0.13,
        subplot_titles=list(panels),
    )  # fmt: skip
    for place, values in enumerate(panels.values(), 1):
        for k, name in enumerate(classes):
            figure.add_trace(_class_line(values[:, k], k, name, look), row=place, col=1)
        if mark is not None:
            figure.add_vline(x=mark, line={"color": look.ink, "dash": "dot"}, row=place, col=1)
    plain(figure, look, 70 + 190 * len(panels))
    figure.update_xaxes(title=look.text("row"), row=len(panels), col=1)
    last = max(map(len, panels.values())) - 1
    figure.update_xaxes(range=[-0.5, last + 0.08 * last])
    figure.update_yaxes(title=look.text("probability"), range=[-0.04, 1.04], dtick=0.5)
    return figure.update_layout(showlegend=False)


def _class_line(values: np.ndarray, k: int, name: str, look: Look) -> go.Scatter:
    """Return the line of a class, labelled at its peak and its end if these stand out."""
    last, peak = len(values) - 1, int(values.argmax())
    labels, places = [""] * (last + 1), ["top center"] * (last + 1)
    if values[peak] >= 0.2 and peak < last - 4:
        labels[peak] = f"<b>{name}</b>"
    if values[last] >= 0.1:
        labels[last], places[last] = f"<b>{name}</b>", "middle right"
    return go.Scatter(
        x=np.arange(len(values)),
        y=values,
        mode="lines+text",
        text=labels,
        textposition=places,
        textfont={"color": class_color(k), "size": 16},
        name=name,
        line={"color": class_color(k), "width": 2.2},
        cliponaxis=False,
        hovertemplate=look.text(
            "row {row}, {label}: {value}", row="%{x}", label=name, value="%{y:.4f}"
        )
        + "<extra></extra>",
    )
