"""Models and pictures small enough to compare in full, in double precision."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from rnndemo.codec import set_value
from rnndemo.config import NONLINEARITIES, SCANS, DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.scans import fits, scan_table
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import Layer
from rnndemo.models.classifier import SequenceClassifier

SIDE = 8  # patches of 4 tile it
CLASSES = 3
HIDDEN = 4

# Every cell, and one that takes a nonlinearity with each of them.
KINDS = [
    {"cell": cell, "nonlinearity": nonlinearity}
    for cell in CELLS
    for nonlinearity in NONLINEARITIES[: None if CELLS[cell].takes_nonlinearity else 1]
]


def side_of(scan: str) -> int:
    """Return the side of the smallest pictures that a scan reads in more than one timestep."""
    sides = (SIDE, 14, 16, 28, 32, 64)
    return next(s for s in sides if fits(scan, s, s) and len(scan_table(scan, s, s)) > 1)


# Larger pictures take long to compare in full, and are cut up by the same code.
SMALL_SCANS = tuple(scan for scan in SCANS if side_of(scan) <= 16)


def kind_name(kind: dict[str, str]) -> str:
    takes_one = CELLS[kind["cell"]].takes_nonlinearity
    return f"{kind['cell']}-{kind['nonlinearity']}" if takes_one else kind["cell"]


def layer_of(
    kind: dict[str, str], features: int, hidden: int = HIDDEN, bidirectional: bool = False
) -> Layer:
    """Return one layer, as torch starts it."""
    torch.manual_seed(3)
    config = ModelConfig(hidden_size=hidden, **kind)
    return CELLS[config.cell].layer(features, config, bidirectional)


def small_model(scan: str = "rows", side: int = 0, seed: int = 0, **config) -> SequenceClassifier:
    """Return a model with biases that are not zero, so that a forgotten one shows."""
    side = side or side_of(scan)
    torch.manual_seed(seed)
    config = ModelConfig(**{"hidden_size": HIDDEN, **config})
    model = SequenceClassifier(config, scan_table(scan, side, side).shape[1], CLASSES)
    for name, weight in model.named_parameters():
        if "bias" in name:
            weight.data += 0.3 * torch.randn(weight.shape)
    return model.double().eval().requires_grad_(False)


def small_pictures(count: int = 2, side: int = SIDE, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, side, side, generator=generator, dtype=torch.float64)


TINY = RunConfig(
    data=DataConfig(train_size=500),
    model=ModelConfig(hidden_size=16),
    training=TrainingConfig(lr=1e-2, epochs=1),
)


def changed(**settings: Any) -> RunConfig:
    config = TINY
    for path, value in settings.items():
        config = set_value(config, path.replace("__", "."), value)
    return config
