"""Rotate each picture to one side or the other."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from rnndemo.data.corruptions.base import background
from rnndemo.data.corruptions.compared.base import ComparedCorruption
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    n, height, width = images.shape
    angle = np.deg2rad(level) * chance.choice([-1.0, 1.0], size=n)
    cos, sin, none = np.cos(angle), np.sin(angle), np.zeros(n)
    theta = np.stack(
        [
            np.stack([cos, -sin * height / width, none], -1),
            np.stack([sin * width / height, cos, none], -1),
        ],
        1,
    )  # (N, 2, 3)
    grid = F.affine_grid(
        torch.from_numpy(theta.astype(np.float32)), [n, 1, height, width], align_corners=False
    )
    empty = background(images)  # grid_sample fills with 0
    turned = F.grid_sample(torch.from_numpy(images - empty)[:, None], grid, align_corners=False)
    return np.clip(turned[:, 0].numpy() + empty, 0, 1)


COMPAREDCORRUPTION = ComparedCorruption(
    N_("Turned"),
    N_("turned to one side or the other"),
    adjective=N_("turned"),
    unit=N_("degrees"),
    levels=(0, 5, 10, 15, 20, 25, 30, 35, 40, 45),
    apply=_apply,
)
