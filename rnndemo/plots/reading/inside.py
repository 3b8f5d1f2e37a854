"""Figures of the page Inside: of one reading, of hidden states in a plane, and of one unit.

Rows and units count from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnndemo.plots.look.colors import BOARD, CHALK, POSITIVE, class_color, class_text
from rnndemo.plots.look.moment import along, at_points
from rnndemo.plots.look.names import guesses_said, lines_said, named
from rnndemo.plots.look.plotly import over_pixels, plain
from rnndemo.plots.look.theme import Look

INKED = 0.5  # ink from which on a pixel is said to have some
COLUMNS = 4  # of small pictures
DASHES = ("solid", "dot", "dash", "dashdot", "longdash", "longdashdot")  # in two colours: 12 lines


# --- one reading ----------------------------------------------------------------------------------


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
    styles = product((look.ink, look.muted), DASHES)
    for (name, values), (color, dash) in zip(series.items(), styles, strict=False):
        shown = np.where(values > 0, values, np.nan) if log else values
        figure.add_trace(
            go.Scatter(
                x=np.arange(len(values)),
                y=shown,
                mode="lines+markers",
                name=name,
                line={"color": color, "dash": dash, "width": 2},
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
    figure.update_layout(showlegend=len(series) > 1)
    return along(named(figure, lines_said(series.items(), look)))


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
            hovertemplate=_pixel(look, "customdata")
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
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    said = look.text("Strongest at row {row}, column {column}.", row=row, column=column)
    return named(over_pixels(figure, look, side=235, right=72), said)


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
        subplot_titles=[escape(title) for title in panels],
    )  # fmt: skip
    lines = [
        _readout_line(values[:, k], k, escape(name), look)
        for values in panels.values()
        for k, name in enumerate(classes)
    ]
    rows = np.repeat(np.arange(len(panels)) + 1, len(classes)).tolist()
    figure.add_traces(lines, rows=rows, cols=[1] * len(rows))
    if mark is not None:
        figure.add_vline(x=mark, line={"color": look.ink, "dash": "dot"}, row="all", col=1)
    plain(figure, look, 70 + 190 * len(panels))
    figure.update_xaxes(title=look.text("row"), row=len(panels), col=1)
    last = max(map(len, panels.values())) - 1
    figure.update_xaxes(range=[-0.5, last + 0.08 * last])
    figure.update_yaxes(title=look.text("probability"), range=[-0.04, 1.04], dtick=0.5)
    said = (
        look.pair(title, guesses_said(values.argmax(1), classes, look))
        for title, values in panels.items()
    )
    return along(named(figure.update_layout(showlegend=False), look.paragraph(*said)))


def _readout_line(values: np.ndarray, k: int, name: str, look: Look) -> dict[str, Any]:
    """Return the line of a class, labelled at its peak and its end if these stand out."""
    last, peak = len(values) - 1, int(values.argmax())
    labels, places = [""] * (last + 1), ["top center"] * (last + 1)
    if values[peak] >= 0.2 and peak < last - 4:
        labels[peak] = f"<b>{name}</b>"
    if values[last] >= 0.1:
        labels[last], places[last] = f"<b>{name}</b>", "middle right"
    return _class_line(values, [look.sure(value) for value in values], k, name, look) | {
        "mode": "lines+text",
        "text": labels,
        "textposition": places,
        "textfont": {"color": class_text(k, look), "size": 16},
        "cliponaxis": False,
    }


def _class_line(
    values: np.ndarray, said: Sequence[str], k: int, name: str, look: Look
) -> dict[str, Any]:
    """Return the line of a class over the rows; on hover, `said` is how its values are written.

    A dict, since a figure checks what it is given; a `go.Scatter` would be checked twice.
    """
    hover = look.text("row {row}, {label}: {value}", row="%{x}", label=name, value="%{customdata}")
    return {
        "type": "scatter",
        "x": np.arange(len(values)),
        "y": values,
        "customdata": said,
        "mode": "lines",
        "name": name,
        "line": {"color": class_color(k, look), "width": 2.2, "dash": DASHES[k % len(DASHES)]},
        "hovertemplate": hover + "<extra></extra>",
    }


# --- the plane of h_t -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Trajectory:
    """The trajectory of one reading.

    Parameters
    ----------
    name : str
        Shown in the legend, translated.
    points : ndarray
        ``(time, 2)``.
    guesses : ndarray
        int ``(time,)``: the most probable class at each timestep; it colours the markers.
    """

    name: str
    points: np.ndarray
    guesses: np.ndarray
    dashed: bool = False


def trajectory(
    class_paths: np.ndarray,
    explained: np.ndarray,
    paths: Sequence[Trajectory],
    classes: Sequence[str],
    look: Look,
) -> go.Figure:
    """Return the trajectories of h_t in the plane in which states vary most.

    Parameters
    ----------
    class_paths : ndarray
        ``(classes, time, 2)``: the mean trajectory of every class; classes of NaN are left out.
    explained : ndarray
        ``(2,)``: the share of the variance along each axis.
    paths : sequence of Trajectory
        Drawn in front.
    """
    answers = {int(path.guesses[-1]) for path in paths}
    means = [
        _class_path(class_paths[k], k, escape(name), k in answers, look)
        for k, name in enumerate(classes)
    ]
    names = [
        {
            "x": float(x), "y": float(y), "text": f"<b>{escape(classes[k])}</b>",
            "font": {"size": 17, "color": class_text(k, look)},
            "showarrow": False, "bgcolor": look.ground, "borderpad": 1,
        }
        for k, (x, y) in enumerate(class_paths[:, -1])
        if np.isfinite([x, y]).all()
    ]  # fmt: skip
    figure = go.Figure(
        [*means, *(_own_path(path, classes, look) for path in paths)], {"annotations": names}
    )
    axis = look.text("direction {number} ({percent} % of the variance)")
    shares = [axis.format(number=i + 1, percent=f"{100 * s:.0f}") for i, s in enumerate(explained)]
    plain(figure, look, 480)
    figure.update_xaxes(title=shares[0])
    figure.update_yaxes(title=shares[1])
    said = (look.pair(path.name, guesses_said(path.guesses, classes, look)) for path in paths)
    named(figure.update_layout(showlegend=len(paths) > 1), look.paragraph(*said))
    return at_points(figure, range(len(classes), len(classes) + len(paths)))


def _class_path(points: np.ndarray, k: int, name: str, answered: bool, look: Look) -> go.Scatter:
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="lines",
        name=name,
        showlegend=False,
        line={"color": class_color(k, look), "width": 3 if answered else 2, "shape": "spline"},
        opacity=1.0 if answered else 0.45,
        customdata=np.arange(len(points)),
        hovertemplate=look.text("mean of all {label}, row {row}", label=name, row="%{customdata}")
        + "<br>(%{x:.3f}, %{y:.3f})<extra></extra>",
    )


def _own_path(path: Trajectory, classes: Sequence[str], look: Look) -> go.Scatter:
    colors = [class_color(k, look) for k in path.guesses]
    rows = np.arange(len(path.points))
    changes = np.diff(path.guesses, prepend=-1) != 0  # colour alone would not name the new guess
    return go.Scatter(
        x=path.points[:, 0],
        y=path.points[:, 1],
        mode="lines+markers+text",
        name=path.name,
        text=np.where(changes, [escape(classes[k]) for k in path.guesses], ""),
        textposition="top center",
        textfont={"color": look.ink, "size": 13},
        line={"color": look.ink, "width": 1.6, "dash": "dot" if path.dashed else "solid"},
        marker={
            "color": colors,
            "size": np.where(rows == rows[-1], 15, 8),
            "symbol": "diamond" if path.dashed else "circle",
            "line": {"color": look.ink, "width": 1},
        },
        customdata=np.stack([rows.astype(object), [escape(classes[k]) for k in path.guesses]], 1),
        hovertemplate=look.text("row {row}", row="%{customdata[0]}")
        + "<br>(%{x:.3f}, %{y:.3f})<br>"
        + look.text("best guess")
        + " %{customdata[1]}<extra>%{fullData.name}</extra>",
    )


# --- one unit -------------------------------------------------------------------------------------


def unit_courses(class_means: np.ndarray, classes: Sequence[str], look: Look) -> go.Figure:
    """Return a unit's mean activation over the rows, one line per class.

    Parameters
    ----------
    class_means : ndarray
        ``(classes, time)``; classes of NaN are left out.
    """
    figure = go.Figure(
        [
            _class_line(means, [f"{value:.3f}" for value in means], k, escape(name), look)
            for k, (name, means) in enumerate(zip(classes, class_means, strict=True))
        ]
    )
    figure.add_hline(y=0, line={"color": look.muted, "width": 1})
    plain(figure, look, 340)
    figure.update_xaxes(title=look.text("row"))
    figure.update_yaxes(title=look.text("mean activation"))
    figure.update_layout(legend={"itemwidth": 30, "font": {"size": 14}})
    return along(named(figure, lines_said(zip(classes, class_means, strict=True), look)))


def firing_pictures(
    images: np.ndarray,
    labels: Sequence[str],
    timesteps: np.ndarray,
    values: np.ndarray,
    look: Look,
    read: np.ndarray | None = None,
) -> go.Figure:
    """Return small pictures, each with what is read marked where the unit fires.

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
    read : ndarray, optional
        int ``(k, 4)``: the first row and column, and the last, of what is read at the timestep; by
        default the row with its number.
    """
    title = look.text("{label}, row {row}") + "<br>{value}"
    titles = [
        title.format(label=f"<b>{escape(label)}</b>", row=row, value=f"{value:.3f}")
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
        row = (timesteps[i], 0, timesteps[i], image.shape[1] - 1)
        mark = _mark(image, row if read is None else read[i])
        figure.add_shape(**mark, line={"color": POSITIVE, "width": 2}, **place)
        axis = f"x{i + 1 if i else ''}"
        figure.update_yaxes(scaleanchor=axis, constrain="domain", **place)
    plain(figure, look, 150 * lines + 30)
    figure.update_annotations(font={"size": 12, "color": look.ink})
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed")
    said = look.text("; ").join(
        look.pair(look.text("{label}, row {row}", label=label, row=row), f"{value:.3f}")
        for label, row, value in zip(labels, timesteps, values, strict=True)
    )
    return named(figure.update_layout(margin={"t": 44, "b": 4, "l": 4, "r": 4}), said)


def _mark(image: np.ndarray, read: Sequence[int] | np.ndarray) -> dict[str, Any]:
    """Return a line along the row of a picture that is read, or a frame around pixels of several.

    `read` is as in `firing_pictures`.
    """
    top, left, bottom, right = map(float, read)
    if top == bottom and right - left + 1 == image.shape[1]:
        return {"type": "line", "x0": -0.5, "x1": image.shape[1] - 0.5, "y0": top, "y1": top}
    corners = {"x0": left - 0.5, "x1": right + 0.5, "y0": top - 0.5, "y1": bottom + 0.5}
    return {"type": "rect", **corners}


def picture(image: np.ndarray, look: Look) -> go.Figure:
    """Return a picture ``(H, W)`` in [0, 1], with exact ink on hover."""
    rows, columns = np.flatnonzero(image.max(1) > INKED), np.flatnonzero(image.max(0) > INKED)
    said = ""
    if len(rows):
        said = look.text(
            "Ink from row {top} to row {bottom}, from column {left} to column {right}.",
            top=rows[0], bottom=rows[-1], left=columns[0], right=columns[-1],
        )  # fmt: skip
    return named(over_pixels(go.Figure(_picture(image, look)), look, side=170, right=16), said)


def _picture(image: np.ndarray, look: Look) -> go.Heatmap:
    return go.Heatmap(
        z=image,
        zmin=0,
        zmax=1,
        colorscale=[(0, BOARD), (1, CHALK)],
        showscale=False,
        hovertemplate=_pixel(look, "z") + "<extra></extra>",
    )


def _pixel(look: Look, ink: str) -> str:
    """Return the hover text of a pixel, whose ink is in the attribute `ink` of the trace."""
    value = f"%{{{ink}:.3f}}"
    return look.text(
        "row {row}, column {column}: ink {value}", row="%{y}", column="%{x}", value=value
    )
