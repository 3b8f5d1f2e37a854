"""Figures of one reading: its way through the plane of states, gradients, saliency, what ifs.

Data in, figure out. Texts come through `_`, which translates a message; colours mean what
`rnndemo.plots.colors` says. Rows and units count from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.plots.colors import NEGATIVE, POSITIVE, class_color, ground, ink
from rnndemo.plots.look import Translate, plain


@dataclass(frozen=True)
class Path:
    """One reading's way through the plane.

    Parameters
    ----------
    name : str
        Shown in the legend, translated.
    points : ndarray
        ``(time, 2)``.
    guesses : ndarray
        int ``(time,)``: the most probable class at t; it colours the markers.
    dashed : bool
    """

    name: str
    points: np.ndarray
    guesses: np.ndarray
    dashed: bool = False


def trajectory(
    class_paths: np.ndarray,
    explained: np.ndarray,
    paths: Sequence[Path],
    classes: Sequence[str],
    dark: bool,
    _: Translate,
) -> go.Figure:
    """Return the way of h_t through the plane in which states vary most.

    Parameters
    ----------
    class_paths : ndarray
        ``(classes, time, 2)``: the mean way of every class, drawn behind; NaN is left out.
    explained : ndarray
        ``(2,)``: the share of the variance along each axis.
    paths : sequence of Path
        In front.
    classes : sequence of str
    dark : bool
    _ : callable
    """
    figure = go.Figure()
    answers = {int(path.guesses[-1]) for path in paths}
    for k, name in enumerate(classes):
        figure.add_trace(_class_path(class_paths[k], k, name, k in answers, _))
    figure.add_traces([_own_path(path, classes, dark, _) for path in paths])
    for k, name in enumerate(classes):
        if np.isfinite(class_paths[k, -1]).all():
            x, y = class_paths[k, -1]
            figure.add_annotation(
                x=float(x), y=float(y), text=f"<b>{name}</b>", showarrow=False,
                font={"size": 17, "color": class_color(k)}, bgcolor=ground(dark), borderpad=1,
            )  # fmt: skip
    axis = _("direction {number} ({percent} % of the variance)")
    shares = [axis.format(number=i + 1, percent=f"{100 * s:.0f}") for i, s in enumerate(explained)]
    plain(figure, dark, 480)
    figure.update_xaxes(title=shares[0])
    figure.update_yaxes(title=shares[1])
    return figure.update_layout(showlegend=len(paths) > 1)


def _class_path(points: np.ndarray, k: int, name: str, answered: bool, _: Translate) -> go.Scatter:
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="lines",
        name=name,
        showlegend=False,
        line={"color": class_color(k), "width": 3 if answered else 2, "shape": "spline"},
        opacity=1.0 if answered else 0.45,
        customdata=np.arange(len(points)),
        hovertemplate=_("mean of all {label}, row").format(label=name)
        + " %{customdata}<br>(%{x:.3f}, %{y:.3f})<extra></extra>",
    )


def _own_path(path: Path, classes: Sequence[str], dark: bool, _: Translate) -> go.Scatter:
    colors = [class_color(k) for k in path.guesses]
    rows = np.arange(len(path.points))
    return go.Scatter(
        x=path.points[:, 0],
        y=path.points[:, 1],
        mode="lines+markers",
        name=path.name,
        line={"color": ink(dark), "width": 1.6, "dash": "dot" if path.dashed else "solid"},
        marker={
            "color": colors,
            "size": np.where(rows == rows[-1], 15, 8),
            "symbol": "diamond" if path.dashed else "circle",
            "line": {"color": ink(dark), "width": 1},
        },
        customdata=np.stack([rows.astype(object), [classes[k] for k in path.guesses]], 1),
        hovertemplate=_("row")
        + " %{customdata[0]}<br>(%{x:.3f}, %{y:.3f})<br>"
        + _("best guess")
        + " %{customdata[1]}<extra>%{fullData.name}</extra>",
    )


def lines_by_row(
    series: Mapping[str, np.ndarray], title: str, dark: bool, _: Translate, *, log: bool = False
) -> go.Figure:
    """Return one line a name over the rows; on a log axis values of 0 are left out.

    Parameters
    ----------
    series : mapping of str to ndarray (time,)
        Names translated.
    title : str
        Of the value axis, translated.
    dark : bool
    _ : callable
    log : bool, default False
    """
    figure = go.Figure()
    for (name, values), color in zip(series.items(), _line_colors(dark), strict=False):
        shown = np.where(values > 0, values, np.nan) if log else values
        figure.add_trace(
            go.Scatter(
                x=np.arange(len(values)),
                y=shown,
                mode="lines+markers",
                name=name,
                line={"color": color[0], "dash": color[1], "width": 2},
                marker={"size": 6},
                hovertemplate=_("row") + " %{x}: %{y:.4g}<extra>%{fullData.name}</extra>",
            )
        )
    plain(figure, dark, 300)
    figure.update_xaxes(title=_("row"))
    figure.update_yaxes(title=title)
    if log:
        figure.update_yaxes(type="log", exponentformat="power", dtick=1)
    else:
        figure.update_yaxes(rangemode="tozero")
    return figure.update_layout(showlegend=len(series) > 1)


def _line_colors(dark: bool) -> list[tuple[str, str]]:
    """Return enough pairs of colour and dash for six layers in two directions."""
    return [
        (color, dash)
        for dash in ("solid", "dash", "dot", "dashdot")
        for color in (POSITIVE, NEGATIVE, ink(dark))
    ]


def saliency(values: np.ndarray, image: np.ndarray, dark: bool, _: Translate) -> go.Figure:
    """Return the weight of every pixel ``(H, W)``, with the outline of the ink over it."""
    figure = go.Figure(
        go.Heatmap(
            z=values,
            customdata=image,
            colorscale=[(0, ground(dark)), (1, POSITIVE)],
            zmin=0,
            zmax=float(values.max()) or 1.0,
            colorbar={
                "title": {"text": _("|∂ logit / ∂ pixel|"), "side": "right"},
                "thickness": 12,
                "outlinewidth": 0,
            },
            hovertemplate=_("row")
            + " %{y}, "
            + _("column")
            + " %{x}<br>"
            + _("ink")
            + " %{customdata:.3f}<br>"
            + _("slope")
            + " %{z:.4g}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Contour(
            z=image,
            contours={"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
            line={"color": ink(dark), "width": 1.5},
            showscale=False,
            hoverinfo="skip",
        )
    )
    plain(figure, dark, 380)
    figure.update_xaxes(title=_("column"), showgrid=False, constrain="domain")
    figure.update_yaxes(
        title=_("row"), showgrid=False, autorange="reversed", scaleanchor="x", constrain="domain"
    )
    return figure


def readouts(
    panels: Mapping[str, np.ndarray],
    classes: Sequence[str],
    dark: bool,
    _: Translate,
    *,
    mark: int | None = None,
) -> go.Figure:
    """Return the probabilities row by row, one panel a reading, one line a class.

    Parameters
    ----------
    panels : mapping of str to ndarray (time, classes)
        From their titles, translated.
    classes : sequence of str
    dark : bool
    _ : callable
    mark : int, optional
        A row to mark: where something was changed.
    """
    figure = make_subplots(
        rows=len(panels), cols=1, shared_xaxes=True, vertical_spacing=0.13,
        subplot_titles=list(panels),
    )  # fmt: skip
    for place, values in enumerate(panels.values(), 1):
        for k, name in enumerate(classes):
            figure.add_trace(_class_line(values[:, k], k, name, _), row=place, col=1)
        if mark is not None:
            figure.add_vline(x=mark, line={"color": ink(dark), "dash": "dot"}, row=place, col=1)
    plain(figure, dark, 70 + 190 * len(panels))
    figure.update_xaxes(title=_("row"), row=len(panels), col=1)
    last = max(map(len, panels.values())) - 1
    figure.update_xaxes(range=[-0.5, last + 0.08 * last])
    figure.update_yaxes(title=_("probability"), range=[-0.04, 1.04], dtick=0.5)
    return figure.update_layout(showlegend=False)


def _class_line(values: np.ndarray, k: int, name: str, _: Translate) -> go.Scatter:
    """Return one class's line, labelled where it is highest and at its end, if it stands out."""
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
        hovertemplate=_("row") + " %{x}, " + name + ": %{y:.4f}<extra></extra>",
    )
