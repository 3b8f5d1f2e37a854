"""Plotly figures that are updated in place and report which points a person selects.

Streamlit rebuilds a Plotly chart whenever its figure changes: it flickers, and forgets its zoom.
This one is built once for each key and redrawn by Plotly itself, which is served from its Python
package, so that it works offline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import streamlit as st

from rnndemo.errors import N_
from rnndemo.plots.look.names import introduced, name_of
from rnndemo.ui.components.component import component, served, translated
from rnndemo.ui.shell.session import look

TEXT = {
    "broken": N_("The chart could not be loaded; reload the page to try again."),
    "zoom": N_("Drag to zoom"),
    "box": N_("Drag to select"),
    "all": N_("Show all"),
}
KEYS = N_("Arrow keys read the values")
KEYS_AND_PICK = N_("Arrow keys read the values, Enter chooses")

# styles are not isolated: Plotly's style sheet lies in the page
_mount = component(
    "figure", "shared.js", "figure_keys.js", "figure_moment.js", isolate_styles=False
)


@cache
def library() -> str:
    """Serve Plotly's own script to browsers; return its URL."""
    return served("plotly", Path(plotly.__file__).parent / "package_data" / "plotly.min.js")


def draw_figure(
    figure: go.Figure, key: str, alt: str, pick: Callable[[list[Any]], None] | None = None
) -> None:
    """Draw a figure; another call with the same key updates it in place.

    Parameters
    ----------
    figure : Figure
        Zoom and hidden traces stay until its ``uirevision`` changes. If its ``dragmode`` is
        "select", dragging selects points, and a button above it switches to zooming.
    alt : str
        What it is about: said before its name, see `rnndemo.plots.look.names`.
    pick : callable, optional
        Takes the ``customdata`` of the points that a person clicks on or draws a box round; an
        empty list when a double click clears the selection.
    """
    data = {
        "figure": figure.to_json(),
        "library": library(),
        "alt": introduced(name_of(figure), alt, look()),
        "picks": pick is not None,
        "text": translated(TEXT | {"keys": KEYS if pick is None else KEYS_AND_PICK}),
    }

    def picked() -> None:
        sent = getattr(st.session_state[key], "picked", None)
        if pick is not None and isinstance(sent, Mapping) and isinstance(sent.get("points"), list):
            pick(sent["points"])

    _mount(data=data, key=key, on_picked_change=picked)
