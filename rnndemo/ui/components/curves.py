"""Live curves: a chart that grows during training and keeps its zoom and hidden lines.

Streamlit's own charts are rebuilt for every new point, and forget both. This one is built once for
each key; afterwards new points only move its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnndemo.errors import N_
from rnndemo.plots.look.names import introduced, lines_said
from rnndemo.plots.look.thinning import thin
from rnndemo.plots.training.curves import Line
from rnndemo.reading.percent import PERCENT
from rnndemo.ui.components.component import component, pack, translated
from rnndemo.ui.shell.session import look

MAX_VALUE = 1e300  # the difference of two larger values may overflow

TEXT = {
    "empty": N_("Nothing to show yet …"),
    "all_hidden": N_("All lines are hidden; click a name to show its line again"),
    "reset": N_("Show all"),
    "lines": N_("Lines"),
    "toggle": N_("Hide or show this line"),
    "keys": N_("Arrow keys read the values, plus and minus zoom, Escape shows all"),
    "elsewhere": N_("{value} at {x}"),
    "percent": PERCENT,
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
    shows: str = "",
) -> None:
    """Draw lines; another call with the same key updates the same chart.

    Zoom, hidden lines and cursor survive updates. A line of more than 600 points is thinned, see
    `rnndemo.plots.look.thinning.thin`.

    Parameters
    ----------
    lines : sequence of Line
        Each is drawn in the order of its x; None, NaN and infinity in y are gaps. Lines with the
        same name share an entry of the legend and are hidden together; a line without a name has no
        entry. Without lines, empty axes are drawn with a note.
    x_title, y_title : str
        Names of the axes, with units, translated.
    height : int
        Height in pixels, without the legend.
    log : bool
        Whether the y axis is logarithmic; values of 0 or less are then gaps.
    low, high : float, optional
        Ends of the y axis while not zoomed; by default it fits the values.
    as_percent : bool
        Whether y is a share, shown in per cent.
    alt : str
        What it is about, by default the titles of the axes: said before where its lines run.
    bars : bool
        Whether to draw each y as a bar around its x, which reaches halfway to the next one.
    shows : str
        What it shows: when that becomes something else, the chart comes into view.
    """
    said = lines_said(((line.name, line.y) for line in lines), look())
    data = {
        "lines": [line_data(line, whole=bars) for line in lines],
        "x_title": x_title,
        "y_title": y_title,
        "height": height,
        "log": log,
        "low": low,
        "high": high,
        "as_percent": as_percent,
        "alt": introduced(said, alt or f"{y_title} – {x_title}", look()),
        "bars": bars,
        "shows": shows,
        "text": translated(TEXT),
    }
    _mount(data=data, key=key)


def line_data(line: Line, whole: bool = False) -> dict[str, Any]:
    """Return a line as the browser takes it, thinned unless `whole`.

    Numbers are sent as little-endian float64 in base64, gaps as NaN: nothing is lost, and a chart
    of twenty lines is packed in milliseconds.
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
