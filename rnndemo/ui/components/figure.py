"""Plotly figures that stay in the page while they change, and report what is picked out in them.

Streamlit makes a Plotly chart anew for every change of its figure: it flickers, and forgets zoom.
This one is made once for each key and redrawn by Plotly itself, which is served from its package,
so that it works without a network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v1 import declare_component

from rnndemo.errors import N_
from rnndemo.ui.components.component import component, translated

TEXT = {
    "broken": N_("The chart could not be loaded; reload the page to try again."),
    "zoom": N_("Drag to zoom"),
    "box": N_("Drag to select"),
    "all": N_("Show all"),
}

_mount = component("figure", apart=False)  # Plotly's style sheet lies in the page


@cache
def library() -> str:
    """Have Plotly's own script served to browsers; return its address there."""
    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    served = declare_component("plotly", path=script.parent)
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return "/".join(["", *filter(None, [base]), "component", served.name, script.name])


def draw_figure(
    figure: go.Figure, key: str, alt: str, pick: Callable[[list[Any]], None] | None = None
) -> None:
    """Draw a figure; called again with the same key, the one that is there changes.

    Parameters
    ----------
    figure : Figure
        Its ``uirevision`` says how long zoom and hidden traces stay. Where its ``dragmode`` is
        "select", dragging picks out, and a tool above it lets one zoom instead.
    key : str
        Names the place on the page.
    alt : str
        What it shows, for those who do not see it.
    pick : callable, optional
        Takes the ``customdata`` of the points that a person clicks on or draws a box round; nothing
        of them when the choice is taken back by a double click.
    """
    data = {
        "figure": figure.to_json(),
        "library": library(),
        "alt": alt,
        "picks": pick is not None,
        "text": translated(TEXT),
    }

    def picked() -> None:
        sent = getattr(st.session_state[key], "picked", None)
        if pick is not None and isinstance(sent, Mapping) and isinstance(sent.get("points"), list):
            pick(sent["points"])

    _mount(data=data, key=key, on_picked_change=picked)
