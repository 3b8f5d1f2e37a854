"""The player gets every number of a reading, packed without a visible loss."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from rnndemo.config import SCANS, DataConfig, ModelConfig, RunConfig
from rnndemo.models.cells import CELLS
from rnndemo.models.store import Card, Model
from rnndemo.reading.traces import trace
from rnndemo.ui.components.player import player_data
from tests.small import CLASSES, KINDS, kind_name, side_of, small_model, small_pictures


def read(scan: str = "rows", **config):
    network, side = small_model(scan, **config), side_of(scan)
    settings = RunConfig(data=DataConfig(scan=scan), model=ModelConfig(hidden_size=4, **config))
    names = tuple(str(k) for k in range(CLASSES))
    model = Model("small", settings, network, names, (side, side), Card())
    return model, trace(network, small_pictures(1, side), scan)


def unpacked(view) -> np.ndarray:
    packed = np.frombuffer(base64.b64decode(view["data"]), dtype="<i2")
    return (packed / 32767 * view["limit"]).reshape(-1, view["units"])


@pytest.mark.parametrize("kind", KINDS, ids=kind_name)
def test_every_activation_of_every_layer_arrives(kind):
    model, what = read(num_layers=2, **kind)
    data = player_data(model, what)
    assert len(data["layers"]) == 2
    for number, layer in enumerate(data["layers"]):
        views = {view["name"]: view for view in layer["views"]}
        gates = what.gates(number)
        cell = CELLS[kind["cell"]]
        others = [*(["cell"] if cell.memory else []), *cell.derived]
        assert set(views) == {"hidden", *gates, *others}
        stored = {name: what[f"layer{number}.forward.{name}"] for name in others}
        for name, expected in {"hidden": what.hidden(number), **gates, **stored}.items():
            step = views[name]["limit"] / 32767
            np.testing.assert_allclose(unpacked(views[name]), expected[0], atol=step)


def test_a_state_beyond_one_is_not_clipped():
    model, what = read(cell="lstm")
    what["layer0.forward.cell"][0, 0, 0] = -7.5
    cell = player_data(model, what)["layers"][0]["views"][1]
    assert cell["name"] == "cell"
    assert cell["limit"] == 7.5
    assert unpacked(cell)[0, 0] == -7.5


def test_orders_are_permutations_of_the_units():
    for order in player_data(*read())["layers"][0]["orders"].values():
        assert sorted(order) == list(range(4))


def test_both_directions_of_a_bidirectional_layer_are_offered():
    data = player_data(*read(bidirectional=True))
    assert [layer["label"] for layer in data["layers"]] == ["Layer 1", "Layer 1, backward"]


@pytest.mark.parametrize("scan", SCANS)
def test_each_pixel_is_uncovered_when_the_scan_reads_it(scan):
    model, what = read(scan)
    picture = player_data(model, what)["picture"]
    read_at, pixels = np.array(picture["read_at"]), np.array(picture["pixels"])
    for t, x in enumerate(what["input"][0]):
        np.testing.assert_allclose(np.sort(pixels[read_at == t]), np.sort(x), atol=5e-4)


def test_what_is_sent_is_json_and_small():
    assert len(json.dumps(player_data(*read()))) < 30_000
