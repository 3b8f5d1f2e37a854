"""Figures that follow the moment on a page's clock.

What a figure shows of it stands in the ``meta`` of its layout, beside its name;
``ui/components/figure_moment.js`` draws it, in the browser.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go


def along(figure: go.Figure, axis: str = "x") -> go.Figure:
    """Let a line cross every panel at the row of the moment, and return the figure.

    Parameters
    ----------
    axis : {"x", "y"}, default "x"
        The axis on which rows count.
    """
    return _with_moment(figure, {"axis": axis})


def at_points(figure: go.Figure, paths: Sequence[int]) -> go.Figure:
    """Let a ring mark the point of the moment on paths with a point a row; return the figure.

    Parameters
    ----------
    paths : sequence of int
        The places of their traces in the figure.
    """
    return _with_moment(figure, {"paths": list(paths)})


def turning(figure: go.Figure, paths: Sequence[int], each: int = 1) -> go.Figure:
    """Let a hand reach from the origin to the point of the moment on paths; return the figure.

    Parameters
    ----------
    paths : sequence of int
        The places of their traces in the figure, each of which may have a panel of its own.
    each : int, default 1
        How many points they have a row: the hand reaches to the last of these.
    """
    return _with_moment(figure, {"hands": list(paths), "each": each})


def _with_moment(figure: go.Figure, moment: dict[str, object]) -> go.Figure:
    return figure.update_layout(meta={**(figure.layout.meta or {}), "moment": moment})
