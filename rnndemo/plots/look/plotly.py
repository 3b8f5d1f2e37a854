"""The common layout of all Plotly figures."""

from __future__ import annotations

from functools import cache

import plotly.graph_objects as go

from rnndemo.plots.look.theme import Look

CLEAR = "rgba(0,0,0,0)"


def plain(figure: go.Figure, look: Look, height: int) -> go.Figure:
    """Give a figure the common layout: clear ground, faint grid, no dragging (it blocks touch).

    The layout is a template of Plotly: said once for all axes of the figure, and what the figure
    says itself goes before it.
    """
    figure.layout.template = _template(look.dark)
    figure.layout.height = height
    return figure


@cache
def _template(dark: bool) -> go.layout.Template:
    # Plotly's own template is not below it: 6 kB a figure, and its colours suit a light ground
    look = Look(dark)
    axis = {
        "gridcolor": look.muted,
        "griddash": "dot",
        "gridwidth": 0.5,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"color": look.ink},
        "title": {"font": {"color": look.ink}, "standoff": 8},
    }
    layout = {
        "margin": {"l": 12, "r": 12, "t": 34, "b": 12},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"color": look.ink, "size": 13},
        "hoverlabel": {
            "bgcolor": look.ground, "font": {"color": look.ink}, "align": "left",
        },
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "dragmode": False,
        "autotypenumbers": "strict",  # a class named "7" is a name
        "annotationdefaults": {"arrowcolor": look.ink, "arrowhead": 0, "arrowwidth": 1},
        "shapedefaults": {"line": {"color": look.ink}},
        "xaxis": axis,
        "yaxis": axis,
    }  # fmt: skip
    bars = {"marker": {"line": {"color": look.ground, "width": 0.5}}}
    return go.layout.Template({"data": {"bar": [bars]}, "layout": layout})


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
