"""A scene is read: the answer, and what each sweep adds to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnndemo.config import DataConfig, ModelConfig, RunConfig
from rnndemo.models.scene_answers import answers
from rnndemo.models.scene_store import SceneModel
from rnndemo.models.scenes import build_scene_network
from rnndemo.models.store import Card
from rnndemo.reading.scenes import read_scene

CLASSES, SIZE = 3, (13, 18)


def model_of(network: str) -> SceneModel:
    config = RunConfig(
        data=DataConfig(name="scenes"),
        model=ModelConfig(network=network, hidden_size=4, num_layers=2),
    )
    built = build_scene_network(config, CLASSES).eval()
    return SceneModel("small", config, built, ("a", "b", "c"), SIZE, Card())


@pytest.mark.parametrize("network", ["renet", "cnn"])
def test_a_reading_is_the_answer_with_its_logits(network: str) -> None:
    model = model_of(network)
    picture = np.random.default_rng(0).integers(0, 256, SIZE, np.uint8)
    reading = read_scene(model, picture)
    (answer,) = answers(model.network, torch.from_numpy(picture)[None])
    assert torch.equal(reading.answer.mask, answer.mask)
    assert reading.answer.number == answer.number
    assert reading.logits.shape == (CLASSES + 1, *SIZE)
    assert reading.states.shape[:2] == model.network.grid(SIZE)
    assert reading.picture is picture


def test_what_sweeps_add_makes_the_logits() -> None:
    model = model_of("renet")
    reading = read_scene(model, np.full(SIZE, 90, np.uint8))
    assert list(reading.shares) == ["down", "up", "right", "left"]
    grid = model.network.grid(SIZE)
    bias = model.network.head["mask"].bias.expand(1, *grid, -1)
    pixels = model.network.pixels(bias)[0, :, : SIZE[0], : SIZE[1]].detach().numpy()
    assert np.allclose(sum(reading.shares.values()) + pixels, reading.logits, atol=1e-5)
    assert read_scene(model_of("cnn"), np.zeros(SIZE, np.uint8)).shares == {}


def test_an_empty_board_is_read_too() -> None:
    reading = read_scene(model_of("renet"), np.zeros(SIZE, np.uint8))
    assert (reading.answer.mask == -1).all()


def test_a_picture_may_be_a_part_of_another() -> None:
    whole = np.random.default_rng(0).integers(0, 256, (20, 40), np.uint8)
    model = replace(model_of("renet"), image_size=SIZE)
    part = whole[2 : 2 + SIZE[0], ::2][:, : SIZE[1]]
    first, second = (read_scene(model, picture) for picture in (part, part.copy()))
    assert np.array_equal(first.logits, second.logits)
