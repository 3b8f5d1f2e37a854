"""Untrained networks for scenes."""

from __future__ import annotations

import torch

from rnndemo.config import DIRECTIONS, DataConfig, ModelConfig, RunConfig, ScenesConfig
from rnndemo.data.scenes.data import NAME
from rnndemo.models.scene_store import SceneModel
from rnndemo.models.scenes import build_scene_network
from rnndemo.models.store import Card

CLASSES = tuple("0123456789")


def untrained(
    directions: tuple[str, ...] = DIRECTIONS,
    *,
    network: str = "renet",
    size: tuple[int, int] = (64, 96),
    stride: int = 4,
    layers: int = 2,
    seed: int = 0,
) -> SceneModel:
    """Return an untrained model, which has an opinion all the same."""
    config = RunConfig(
        data=DataConfig(name=NAME),
        scenes=ScenesConfig(directions=directions, stride=stride),
        model=ModelConfig(network=network, hidden_size=12, num_layers=layers),
    )
    torch.manual_seed(seed)
    made = build_scene_network(config, len(CLASSES)).eval().requires_grad_(False)
    made.head["mask"].weight *= 4
    return SceneModel("untrained", config, made, CLASSES, size, Card())
