"""Trajectories of hidden states in a plane: single readings, and the means of classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnndemo.plots.look.colors import class_color
from rnndemo.plots.look.plotly import plain
from rnndemo.plots.look.theme import Look


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
    figure = go.Figure()
    answers = {int(path.guesses[-1]) for path in paths}
    for k, name in enumerate(classes):
        figure.add_trace(_class_path(class_paths[k], k, name, k in answers, look))
    figure.add_traces([_own_path(path, classes, look) for path in paths])
    for k, name in enumerate(classes):
        if np.isfinite(class_paths[k, -1]).all():
            x, y = class_paths[k, -1]
            figure.add_annotation(
                x=float(x), y=float(y), text=f"<b>{name}</b>", showarrow=False,
                font={"size": 17, "color": class_color(k)}, bgcolor=look.ground, borderpad=1,
            )  # fmt: skip
    axis = look.text("direction {number} ({percent} % of the variance)")
    shares = [axis.format(number=i + 1, percent=f"{100 * s:.0f}") for i, s in enumerate(explained)]
    plain(figure, look, 480)
    figure.update_xaxes(title=shares[0])
    figure.update_yaxes(title=shares[1])
    return figure.update_layout(showlegend=len(paths) > 1)


def _class_path(points: np.ndarray, k: int, name: str, answered: bool, look: Look) -> go.Scatter:
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="lines",
        name=name,
        showlegend=False,
        line={"color": class_color(k), "width": 3 if answered else 2, "shape": "spline"},
        opacity=1.0 if answered else 0.45,
        customdata=np.arange(len(points)),
        hovertemplate=look.text("mean of all {label}, row {row}", label=name, row="%{customdata}")
        + "<br>(%{x:.3f}, %{y:.3f})<extra></extra>",
    )


def _own_path(path: Trajectory, classes: Sequence[str], look: Look) -> go.Scatter:
    colors = [class_color(k) for k in path.guesses]
    rows = np.arange(len(path.points))
    return go.Scatter(
        x=path.points[:, 0],
        y=path.points[:, 1],
        mode="lines+markers",
        name=path.name,
        line={"color": look.ink, "width": 1.6, "dash": "dot" if path.dashed else "solid"},
        marker={
            "color": colors,
            "size": np.where(rows == rows[-1], 15, 8),
            "symbol": "diamond" if path.dashed else "circle",
            "line": {"color": look.ink, "width": 1},
        },
        customdata=np.stack([rows.astype(object), [classes[k] for k in path.guesses]], 1),
        hovertemplate=look.text("row {row}", row="%{customdata[0]}")
        + "<br>(%{x:.3f}, %{y:.3f})<br>"
        + look.text("best guess")
        + " %{customdata[1]}<extra>%{fullData.name}</extra>",
    )
