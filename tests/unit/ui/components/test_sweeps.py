"""What is sent to play the sweeps over a scene, and how much it is."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from rnndemo.models.scenes import SweepNetwork
from rnndemo.reading.scenes import SceneReading, read_scene
from rnndemo.ui.components.component import FULL
from rnndemo.ui.components.sweeps import ONLY_LAYER, SWEEPS, scene_data, sweeps_data
from tests.scenes import untrained

PICTURE = np.zeros((64, 96), np.uint8)
PICTURE[8:30, 10:13] = PICTURE[30:33, 10:60] = 255


def read(**settings: object) -> tuple[SceneReading, SweepNetwork]:
    model = untrained(**settings)  # type: ignore[arg-type]
    assert isinstance(model.network, SweepNetwork)
    return read_scene(model, PICTURE), model.network


def test_only_places_with_ink_travel():
    reading, network = read()
    data = scene_data(network, reading)
    states = np.frombuffer(base64.b64decode(data["states"]), "<i2") * data["limit"] / FULL
    expected = reading.states.reshape(-1, reading.states.shape[-1])[data["places"]]
    np.testing.assert_allclose(states.reshape(expected.shape), expected, atol=1e-4)
    places = {(place // 24, place % 24) for place in data["places"]}
    assert places == {(y // 4, x // 4) for y, x in np.argwhere(PICTURE)}
    assert len(json.dumps(data)) < 20_000


def test_another_scene_or_reading_has_another_name():
    reading, network = read()
    other, other_network = read(seed=1)
    names = {scene_data(network, reading)["id"], scene_data(other_network, other)["id"]}
    assert len(names) == 2
    assert scene_data(network, reading)["id"] in names


@pytest.mark.parametrize("directions", [("up",), ("down", "right"), tuple(SWEEPS)])
def test_sweeps_are_named_in_the_order_of_their_features(directions: tuple[str, ...]):
    model = untrained(directions, layers=1)
    assert isinstance(model.network, SweepNetwork)
    data = sweeps_data(model, model.network, None)
    assert [one["arrow"] for one in data["sweeps"]] == [SWEEPS[name][1] for name in directions]
    assert data["scene"] is None
    assert data["note"] == ONLY_LAYER
