"""The drawing of a cell gets a unit's own weights, what they weigh, and a name for each of it."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from rnndemo.config import SCANS, DataConfig, ModelConfig, RunConfig
from rnndemo.models.cells import CELLS
from rnndemo.models.store import Card, Model
from rnndemo.reading.traces import trace
from rnndemo.ui.components.cell import cell_data
from tests.small import (
    CLASSES,
    HIDDEN,
    KINDS,
    SIDE,
    kind_name,
    side_of,
    small_model,
    small_pictures,
)


def read(scan: str = "rows", **config):
    network, side = small_model(scan, **config), side_of(scan)
    settings = RunConfig(
        data=DataConfig(scan=scan), model=ModelConfig(hidden_size=HIDDEN, **config)
    )
    names = tuple(str(k) for k in range(CLASSES))
    model = Model("small", settings, network, names, (side, side), Card())
    return model, trace(network, small_pictures(1, side), scan)


def unpacked(packed: str, kind: str = "<f4") -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), dtype=kind)


@pytest.mark.parametrize("kind", KINDS, ids=kind_name)
def test_products_of_what_is_sent_make_each_gate(kind):
    model, what = read(num_layers=2, bidirectional=True, **kind)
    data = cell_data(model, what, 1, "backward", 3)
    for one in data["equations"]:
        value = unpacked(data["values"][one["letter"]])
        assert len(value) == SIDE
        if list(one["sums"]) != ["s"]:
            continue
        sent = one["sums"]["s"]
        x, h = (unpacked(data[name]).reshape(SIDE, -1) for name in ("x", "h"))
        total = (
            sum(read @ unpacked(sent[name]) for name, read in (("x", x), ("h", h)) if sent[name])
            + sent["bias"]
        )
        squeezed = {
            "σ({s})": 1 / (1 + np.exp(-total)),
            "tanh({s})": np.tanh(total),
            "ReLU({s})": np.maximum(total, 0),
            "{s}": total,
        }
        if one["form"] not in squeezed:  # more than a sum
            continue
        np.testing.assert_allclose(squeezed[one["form"]], value, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS, ids=kind_name)
def test_every_number_has_a_label(kind):
    model, what = read(**kind)
    data = cell_data(model, what, 0, "forward", 0)
    assert all(one["label"] and one["note"] for one in data["equations"])
    letters = {equation.letter for equation in CELLS[kind["cell"]].equations}
    assert {"h", "h0", *letters} <= set(data["values"])


@pytest.mark.parametrize("scan", SCANS)
def test_each_pixel_that_is_weighed_is_named_by_its_place(scan):
    model, what = read(scan)
    data = cell_data(model, what, 0, "forward", 0)
    places = unpacked(data["table"], "<i4").reshape(len(what["input"][0]), -1)
    assert len(data["inputs"]) == places.shape[1]
    np.testing.assert_allclose(
        what["images"][0].ravel()[places], unpacked(data["x"]).reshape(places.shape), atol=1e-6
    )
    named = data["inputs"][0].format(row=3, column=5)
    assert named in {"pixel of column 5", "pixel of row 3", "pixel in row 3, column 5"}


def test_a_deeper_layer_reads_the_units_below_it_in_both_directions():
    model, what = read(num_layers=2, bidirectional=True)
    data = cell_data(model, what, 1, "forward", 0)
    assert data["before"] == "t−1"
    assert cell_data(model, what, 1, "backward", 0)["before"] == "t+1"
    assert data["table"] is None
    assert data["inputs"][0] == "Layer 1, unit 0"
    assert data["inputs"][HIDDEN] == "Layer 1, backward, unit 0"
    assert len(data["inputs"]) == 2 * HIDDEN
