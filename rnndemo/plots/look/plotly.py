"""The common layout of all Plotly figures."""

from __future__ import annotations

import plotly.graph_objects as go

from rnndemo.plots.look.theme import Look

CLEAR = "rgba(0,0,0,0)"


def plain(figure: go.Figure, look: Look, height: int) -> go.Figure:
    """Give a figure the common layout: clear ground, faint grid, no dragging (it blocks touch)."""
    figure.update_layout(
        height=height,
        margin={"l": 12, "r": 12, "t": 34, "b": 12},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"color": look.ink, "size": 13},
        hoverlabel={"bgcolor": look.ground, "font": {"color": look.ink}},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        dragmode=False,
    )
    axes = {
        "gridcolor": look.muted,
        "griddash": "dot",
        "gridwidth": 0.5,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"color": look.ink},
        "title_font": {"color": look.ink},
        "title_standoff": 8,
    }
    figure.update_xaxes(**axes)
    figure.update_yaxes(**axes)
    return figure


def over_pixels(figure: go.Figure, look: Look, side: int, right: int) -> go.Figure:
    """Give a figure over the pixels of a picture the common layout, with square pixels.

    Parameters
    ----------
    side : int
        Of the picture on the screen.
    right : int
        Width of the margin to its right.
    """
    left, top, bottom = 52, 12, 52
    plain(figure, look, side + top + bottom)
    figure.update_layout(
        width=side + left + right, margin={"l": left, "r": right, "t": top, "b": bottom}
    )
    figure.update_xaxes(title=look.text("column"), showgrid=False)
    figure.update_yaxes(title=look.text("row"), showgrid=False, autorange="reversed")
    return figure
