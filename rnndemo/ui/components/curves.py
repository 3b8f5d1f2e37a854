"""Live curves: a chart that grows while a run goes on and stays as the person has put it.

Streamlit's own charts are made anew with every new point, and forget zoom and hidden lines. This
one is made once for each key; afterwards new points only move its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnndemo.errors import N_
from rnndemo.plots.look.thinning import thin
from rnndemo.plots.training.curves import Line
from rnndemo.ui.components.component import component, pack, translated

MAX_VALUE = 1e300  # beyond, a difference of two values may be no number any more

TEXT = {
    "empty": N_("Nothing to show yet …"),
    "all_hidden": N_("All lines are hidden; click a name to show its line again"),
    "reset": N_("Show all"),
    "lines": N_("Lines"),
    "toggle": N_("Hide or show this line"),
    "keys": N_("Arrow keys read the values, plus and minus zoom, Escape shows all"),
    "elsewhere": N_("{value} at {x}"),
}

_mount = component("curves", "curves_scale.js", "curves_shapes.js")


def curves(
    lines: Sequence[Line],
    *,
    x_title: str,
    y_title: str,
    key: str,
    height: int = 260,
    log: bool = False,
    low: float | None = None,
    high: float | None = None,
    as_percent: bool = False,
    alt: str = "",
    bars: bool = False,
) -> None:
    """Draw lines; called again with the same key, the chart that is there goes on.

    Zoom, hidden lines and the read-out stay with every update. A line of more than 600 points is
    thinned, see `rnndemo.plots.look.thinning.thin`.

    Parameters
    ----------
    lines : sequence of Line
        Each from left to right in the order of its x; None, NaN and infinity in y are gaps. Lines
        of one name share an entry of the legend and are hidden together; a line without a name has
        no entry. Without any line the axes are drawn, and a note that there is nothing yet.
    x_title, y_title : str
        Names of the axes, with units, translated.
    key : str
        Names the place on the page.
    height : int
        Pixels of the drawing, the legend not counted.
    log : bool
        Whether the y axis is logarithmic; values of 0 or less are gaps then.
    low, high : float, optional
        Ends of the y axis as long as nobody zooms; by default it fits the values.
    as_percent : bool
        Whether y is a share, written as per cent.
    alt : str
        What the chart shows, for those who do not see it; by default its titles.
    bars : bool
        Whether every y is a bar around its x, which reaches halfway to the next one.
    """
    data = {
        "lines": [line_data(line, whole=bars) for line in lines],
        "x_title": x_title,
        "y_title": y_title,
        "height": height,
        "log": log,
        "low": low,
        "high": high,
        "as_percent": as_percent,
        "alt": alt or f"{y_title} – {x_title}",
        "bars": bars,
        "text": translated(TEXT),
    }
    _mount(data=data, key=key)


def line_data(line: Line, whole: bool = False) -> dict[str, Any]:
    """Return what the browser needs of a line; unless `whole`, it is thinned.

    Numbers go as little-endian float64 in base64, gaps as NaN: nothing is lost, and a chart of
    twenty lines is packed in milliseconds.
    """
    x, y = np.array(line.x, dtype=float), np.array(line.y, dtype=float)
    y[~(np.abs(y) < MAX_VALUE)] = np.nan
    order = np.argsort(x, kind="stable")
    order = order[np.abs(x[order]) < MAX_VALUE]
    x, y = x[order], y[order]
    if not whole:
        x, y = (np.array(values) for values in thin(x, y))
    return {
        "name": line.name,
        "color": line.color,
        "dash": line.dash,
        "faint": line.faint,
        "x": pack(x),
        "y": pack(y),
    }
