"""The equations of one unit, with the numbers of each row in their places (`cell.js`).

Weights and what they weigh are sent once for each unit, as 32-bit numbers; the browser multiplies.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnndemo.data.frames.path import FEATURES
from rnndemo.data.scans import SCANS, scan_table
from rnndemo.errors import N_
from rnndemo.models.build import reader
from rnndemo.models.cells.base import Cell, Signal
from rnndemo.models.store import Model
from rnndemo.plots.look.colors import NEGATIVE, POSITIVE
from rnndemo.reading.equations import UnitEquations, WeightedSum, unit_equations
from rnndemo.reading.traces import Trace
from rnndemo.ui.components.component import component, pack, translated
from rnndemo.ui.components.player import HIDDEN, layer_name
from rnndemo.ui.shell.steps import _

TEXT = {
    "head": N_("{layer}, unit {unit}, row {row}"),
    "hint": N_("Click a line with Σ: its sum unfolds, the biggest terms first."),
    "input": N_("input"),
    "all": N_("in full"),
    "before": N_("unit {unit}, one row before"),
    "bias": N_("bias b"),
    "rest": N_("the smaller terms together: {number}"),
}
PIXEL = N_("pixel in row {row}, column {column}")
# what a scan reads at once -> the name of one pixel of it
PIXELS = {"row": N_("pixel of column {column}"), "column": N_("pixel of row {row}")}
PEN = {
    "x": N_("x of the point"),
    "y": N_("y of the point"),
    "cos": N_("direction, to the right"),
    "sin": N_("direction, downwards"),
    "pen up": N_("pen lifted"),
}

_mount = component("cell", "shared.js", "cell_wiring.js")


def cell(model: Model, read: Trace, layer: int, direction: str, unit: int) -> None:
    """Draw the equations of one unit for the first picture in `read`."""
    _mount(data=cell_data(model, read, layer, direction, unit), key="cell")


def cell_data(model: Model, read: Trace, layer: int, direction: str, unit: int) -> dict[str, Any]:
    """Return the component's data for one unit."""
    network = reader(model.network)
    one = unit_equations(network, read, layer, unit, direction)
    inputs, table = _inputs(model, read, layer)
    return {
        "unit": unit,
        "layer": layer_name(layer, direction),
        "before": "t+1" if direction == "backward" else "t−1",
        "negative": NEGATIVE,
        "positive": POSITIVE,
        "equations": _equations(network.kinds[layer], one),
        "values": {letter: _packed(values) for letter, values in one.values.items()},
        "x": _packed(one.x),
        "h": _packed(one.h),
        "inputs": inputs,
        "table": None if table is None else pack(table.astype(np.int32)),
        "width": read["images"].shape[-1],
        "text": translated(TEXT, _),
    }


def _equations(cell: Cell, one: UnitEquations) -> list[dict[str, Any]]:
    signals: dict[str, Signal] = {**cell.gates, "h": HIDDEN}
    if cell.memory:
        signals["c"] = cell.memory
    return [
        {
            "letter": equation.letter,
            "label": _(signals[equation.letter].label),
            "note": _(signals[equation.letter].text),
            "signed": signals[equation.letter].signed,
            "form": equation.form,
            "sums": {
                name: _weights(which) for name, which in one.sums[equation.letter].items()
            },
        }
        for equation in one.equations
    ]  # fmt: skip


def _weights(one: WeightedSum) -> dict[str, Any]:
    packed = {
        name: part if part is None else _packed(part) for name, part in (("x", one.x), ("h", one.h))
    }
    return packed | {"bias": one.bias}


def _inputs(model: Model, read: Trace, layer: int) -> tuple[list[str], np.ndarray | None]:
    """Return the name of each number that a layer reads, and the pixels that fill in places."""
    if layer:
        text, units = _("{layer}, unit {unit}"), read.hidden(layer - 1).shape[-1]
        return [
            text.format(layer=layer_name(layer - 1, direction), unit=unit)
            for direction in read.directions
            for unit in range(units)
        ], None
    if model.frame == "path":
        return [_(PEN[name]) for name in FEATURES], None
    scan = model.config.data.scan
    table = scan_table(scan, *read["images"].shape[1:]).numpy()
    return [_(PIXELS.get(SCANS[scan].line, PIXEL))] * table.shape[1], table


def _packed(values: np.ndarray) -> str:
    return pack(values.astype(np.float32))
