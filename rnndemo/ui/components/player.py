"""The player: one reading at the moment of the page's clock, in the browser alone.

Every activation is sent to the browser once, as 16-bit numbers: with 192 units, two layers, the
cell state and four gates, about 170 kB. Values shown on hover are right to four digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from rnndemo.data.scans import scan_table
from rnndemo.errors import N_
from rnndemo.models.build import reader
from rnndemo.models.cells.base import Cell, Signal
from rnndemo.models.store import Model
from rnndemo.plots.look.colors import BOARD, CHALK, NEGATIVE, POSITIVE, class_color
from rnndemo.plots.reading.strokes import pen_points
from rnndemo.reading.percent import PERCENT
from rnndemo.reading.steps import kind_of
from rnndemo.reading.traces import Trace
from rnndemo.reading.units import ORDERINGS
from rnndemo.ui.components.component import component, pack_states, translated
from rnndemo.ui.shell.session import class_names
from rnndemo.ui.shell.steps import _, look

UNREAD = "#2a3138"  # the colour of what has not been read yet

HIDDEN = Signal(
    N_("hidden state h"),
    N_("What the network carries from one row to the next: all it knows about the picture so far."),
    signed=True,
)

ORDER_NAMES = {
    "number": N_("by number"),
    "similarity": N_("by similarity"),
    "firing": N_("by time of their peak"),
}

TEXT = {
    "keys": N_(
        "Replay: the keys up and down step through the rows, left and right through the units, "
        "Enter chooses one, the space bar plays"
    ),
    "layer": N_("Layer"),
    "view": N_("Show"),
    "order": N_("Order of units"),
    "picture": N_("The picture read so far"),
    "heat": N_("{view}: {units} units across, rows downwards"),
    "leader": N_("best guess"),
    "odds": N_("What it would answer now"),
    "negative": N_("negative {value}"),
    "positive": N_("{value} positive"),
    "closed": N_("closed {value}"),
    "open": N_("{value} open"),
    "pixel_tip": N_("row {row}, column {column}: ink {value}"),
    "chosen": N_("{layer}, unit {unit}: how it gets its value"),
    "unit_tip": N_("unit {unit}, row {row}: {value}"),
    "leader_tip": N_("row {row}: {label}, {percent}"),
    "percent": PERCENT,
}

_mount = component("player", "shared.js", "canvas.js", "player_stroke.js")


def player(
    model: Model, read: Trace, chosen: tuple[int, int], choose: Callable[[int, int], None]
) -> None:
    """Draw the player for the first picture in `read`.

    Parameters
    ----------
    chosen : tuple of int
        The place of a layer among `paths`, and a unit of it: that unit is marked.
    choose : callable
        Takes the same when a person chooses another unit in the map.
    """

    def sent() -> None:
        value = getattr(st.session_state["player"], "chosen", None)
        if not isinstance(value, Mapping):  # a browser may send anything
            return
        layer, unit = value.get("layer"), value.get("unit")
        if isinstance(layer, int) and isinstance(unit, int):
            choose(layer, unit)

    place, unit = chosen
    with st.container(key="inside_player"):
        data = player_data(model, read) | {"chosen": {"layer": place, "unit": unit}}
        _mount(data=data, key="player", on_chosen_change=sent)


def paths(read: Trace) -> list[tuple[int, str]]:
    """Return each layer and direction of a reading, as the player lists them."""
    return [(layer, direction) for layer in range(read.layers) for direction in read.directions]


def player_data(model: Model, read: Trace) -> dict[str, Any]:
    """Return the component's data to replay the first picture in `read`."""
    image, kinds = read["images"][0], reader(model.network).kinds
    probabilities = read["readout.probabilities"][0]
    return {
        "classes": list(class_names(model.classes)),
        "colors": [class_color(k, look()) for k in range(len(model.classes))],
        "negative": NEGATIVE,
        "positive": POSITIVE,
        "board": BOARD,
        "chalk": CHALK,
        "dim": UNREAD,
        **_whole(model, image),
        "probabilities": np.round(probabilities, 5).tolist(),
        "layers": [
            _layer(kinds[layer], read, layer, direction) for layer, direction in paths(read)
        ],
        "orders": [{"name": name, "label": _(ORDER_NAMES[name])} for name in ORDERINGS],
        "text": translated(TEXT, _),
    }


def layer_name(layer: int, direction: str = "forward") -> str:
    """Return a layer's name on the page; people count layers from 1."""
    text = _("Layer {number}") if direction == "forward" else _("Layer {number}, backward")
    return text.format(number=layer + 1)


def _whole(model: Model, image: np.ndarray) -> dict[str, Any]:
    """Return what is read: a picture, or the stroke of a network that reads points of the pen."""
    scan = model.config.data.scan
    if kind_of(model.frame, scan) == "point":
        points, up = pen_points(image)
        stroke = {"points": np.round(points, 4).tolist(), "up": up.tolist()}
        return {"picture": {"height": 1, "width": 1}, "stroke": stroke}
    return {
        "picture": {
            "height": image.shape[0],
            "width": image.shape[1],
            "pixels": np.round(image, 3).ravel().tolist(),
            "read_at": _read_at(scan, *image.shape).ravel().tolist(),
        }
    }


def _layer(cell: Cell, read: Trace, layer: int, direction: str) -> dict[str, Any]:
    hidden = read.hidden(layer, direction)[0]
    views = [_view("hidden", HIDDEN, hidden)]
    if cell.memory:
        views.append(_view("cell", cell.memory, read[f"layer{layer}.{direction}.cell"][0]))
    gates = read.gates(layer, direction)
    views += [_view(name, signal, gates[name][0]) for name, signal in cell.gates.items()]
    views += [
        _view(name, signal, read[f"layer{layer}.{direction}.{name}"][0])
        for name, signal in cell.derived.items()
    ]
    return {
        "label": layer_name(layer, direction),
        "orders": {name: order(hidden).tolist() for name, order in ORDERINGS.items()},
        "views": views,
    }


def _view(name: str, signal: Signal, values: np.ndarray) -> dict[str, Any]:
    """Return values ``(time, units)`` for the browser."""
    data, limit = pack_states(values)
    return {
        "name": name,
        "label": _(signal.label),
        "note": _(signal.text),
        "signed": signal.signed,
        "limit": limit,
        "units": values.shape[1],
        "data": data,
    }


def _read_at(scan: str, height: int, width: int) -> np.ndarray:
    """Return for every pixel the timestep at which it is read, ``(H, W)``."""
    table = scan_table(scan, height, width).numpy()
    when = np.empty(height * width, dtype=np.int64)
    when[table] = np.arange(len(table))[:, None]
    return when.reshape(height, width)
