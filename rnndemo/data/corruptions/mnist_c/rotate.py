"""Turn each picture to one side or the other."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, either_side
from rnndemo.data.corruptions.warp import mapped, turned_matrices
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    return mapped(images, turned_matrices(level * either_side(len(images), chance)))


CORRUPTION = Corruption(
    N_("Rotated"),
    N_("turned to one side or the other, by up to 57 degrees"),
    levels=(0.2, 0.4, 0.6, 0.8, 1.0),  # radians
    apply=_apply,
    mnist_c=2,
)
