"""What is wrong with an answer to a scene, computed by hand."""

from __future__ import annotations

import math
from typing import cast

import pytest
import torch
from torch import Tensor

from rnndemo.config import ModelConfig, RunConfig
from rnndemo.data.scenes.scene import NOTHING, Scenes
from rnndemo.models.scenes import SceneNetwork, SceneOutput, build_scene_network
from rnndemo.training.tasks.scene_loss import GROUND_FROM, owners, scene_loss

SIZE, GRID, CLASSES, SURE = (8, 16), (2, 4), 3, 40.0


@pytest.fixture(scope="module")
def network() -> SceneNetwork:
    config = RunConfig(model=ModelConfig(network="renet", hidden_size=2, num_layers=1))
    return build_scene_network(config, CLASSES)


def one_digit(label: int = 1) -> Scenes:
    """Return a scene of one digit, ink in a square of four pixels, and a pixel of clutter."""
    images = torch.zeros(1, *SIZE, dtype=torch.uint8)
    owners = torch.full((1, *SIZE), NOTHING, dtype=torch.int8)
    images[0, 2:6, 4:8], owners[0, 2:6, 4:8] = 255, 0
    images[0, 7, 15] = 255
    return Scenes(images, owners, torch.tensor([[[4.0, 2, 8, 6]]]), torch.tensor([[label]]))


def nothing() -> Scenes:
    return Scenes(
        torch.zeros(1, *SIZE, dtype=torch.uint8), torch.full((1, *SIZE), NOTHING).to(torch.int8),
        torch.zeros(1, 1, 4), torch.tensor([[NOTHING]]),
    )  # fmt: skip


def right_answer(network: SceneNetwork, scenes: Scenes) -> SceneOutput:
    """Return logits that are sure of the truth, with the ground's wherever there is no digit."""
    masks = scenes.masks.where(scenes.masks != NOTHING, CLASSES)
    owner = owners(scenes, GRID, network.scenes.stride)
    there = owner != NOTHING
    label = scenes.labels[0, 0].clamp_min(0)
    number = torch.full((1, GRID[1]), CLASSES)
    if scenes.labels[0, 0] != NOTHING:
        number[0, 1] = label
    return SceneOutput(
        SURE * torch.nn.functional.one_hot(masks, CLASSES + 1).permute(0, 3, 1, 2).float(),
        SURE * (2 * there.float() - 1),
        SURE * torch.nn.functional.one_hot(label.expand(1, *GRID), CLASSES).float(),
        scenes.boxes[:, :1].unsqueeze(1).expand(1, *GRID, 4),
        SURE * torch.nn.functional.one_hot(number, CLASSES + 1).float(),
    )


def loss_of(network: SceneNetwork, output: SceneOutput, scenes: Scenes, at: float = 0.0) -> float:
    return scene_loss(network, output, scenes, at)[0].item()


@pytest.mark.parametrize("progress", [0.0, 1.0])
def test_a_right_answer_costs_nothing(network: SceneNetwork, progress: float) -> None:
    scenes = one_digit()
    loss, right = scene_loss(network, right_answer(network, scenes), scenes, progress)
    assert loss.item() == pytest.approx(0, abs=1e-5)
    assert right == 1


@pytest.mark.parametrize("part", range(5))
def test_every_part_of_a_wrong_answer_costs(network: SceneNetwork, part: int) -> None:
    scenes = one_digit()
    parts = list(right_answer(network, scenes))
    parts[part] = parts[part] + 9 if part == 3 else -parts[part]
    assert loss_of(network, SceneOutput(*parts), scenes) > 0.3


def test_clutter_becomes_ground_after_a_while(network: SceneNetwork) -> None:
    scenes = one_digit()
    output = right_answer(network, scenes)
    output.masks[0, :, 7, 15] = output.masks[0, :, 3, 5]  # takes the clutter for a digit
    assert loss_of(network, output, scenes, GROUND_FROM / 2) == pytest.approx(0, abs=1e-5)
    # one of 17 pixels with ink
    assert loss_of(network, output, scenes, GROUND_FROM) == pytest.approx(SURE / 17, rel=1e-4)


def test_what_has_no_ink_is_never_taught(network: SceneNetwork) -> None:
    scenes = one_digit()
    output = right_answer(network, scenes)
    output.masks[0, :, 0, 0] = torch.tensor([SURE, 0, 0, 0])
    assert loss_of(network, output, scenes, 1.0) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("progress", [0.0, 1.0])
def test_an_empty_scene_has_a_finite_loss_and_gradient(
    network: SceneNetwork, progress: float
) -> None:
    scenes = nothing()
    assert loss_of(network, right_answer(network, scenes), scenes, progress) < 1e-5
    network.zero_grad()
    output = network(scenes.images.float() / 255)
    loss, _ = scene_loss(network, output, scenes, progress)
    loss.backward()
    grads = [
        cast(Tensor, weight.grad) for weight in network.parameters() if weight.grad is not None
    ]
    assert grads
    assert all(grad.isfinite().all() for grad in grads)


def test_a_number_without_room_teaches_nothing(network: SceneNetwork) -> None:
    many = Scenes(
        one_digit().images, one_digit().owners, one_digit().boxes.expand(1, 6, 4),
        torch.tensor([[1, 1, 1, 1, 1, 1]]),
    )  # fmt: skip
    assert math.isfinite(loss_of(network, right_answer(network, one_digit()), many))


def test_places_near_the_middle_find_the_nearest_object() -> None:
    boxes = torch.tensor([[[4.0, 2, 8, 6], [28, 0, 36, 8], [0, 0, 0, 0]]])
    scenes = Scenes(
        torch.zeros(1, 8, 40, dtype=torch.uint8), torch.zeros(1, 8, 40, dtype=torch.int8), boxes,
        torch.tensor([[1, 2, NOTHING]]),
    )  # fmt: skip
    # places stand at x = 2, 6, …, 38 and y = 2, 6; middles at (6, 4) and (32, 4); 6 pixels around
    row = [0, 0, 0, NOTHING, NOTHING, NOTHING, 1, 1, 1, 1]
    assert owners(scenes, (2, 10), 4)[0].tolist() == [row, row]
