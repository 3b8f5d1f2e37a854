"""The look that all Plotly figures share."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from rnndemo.plots.colors import ground, ink, muted

Translate = Callable[[str], str]

CLEAR = "rgba(0,0,0,0)"


def plain(figure: go.Figure, dark: bool, height: int) -> go.Figure:
    """Bring a figure to the look of all: clear ground, quiet grid, no dragging (it traps touch)."""
    figure.update_layout(
        height=height,
        margin={"l": 12, "r": 12, "t": 34, "b": 12},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"color": ink(dark), "size": 13},
        hoverlabel={"bgcolor": ground(dark), "font": {"color": ink(dark)}},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        dragmode=False,
    )
    axes = {
        "gridcolor": muted(dark),
        "griddash": "dot",
        "gridwidth": 0.5,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"color": ink(dark)},
        "title_font": {"color": ink(dark)},
        "title_standoff": 8,
    }
    figure.update_xaxes(**axes)
    figure.update_yaxes(**axes)
    return figure
