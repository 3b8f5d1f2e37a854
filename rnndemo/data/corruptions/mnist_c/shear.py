"""Slant each picture to one side or the other."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, either_side
from rnndemo.data.corruptions.warp import mapped, turned_matrices
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    slant = level * either_side(len(images), chance)
    return mapped(images, turned_matrices(np.zeros(len(images)), shear=slant))


CORRUPTION = Corruption(
    N_("Sheared"),
    N_("slanted to one side or the other"),
    levels=(0.2, 0.4, 0.6, 0.8, 1.0),  # radians
    apply=_apply,
    mnist_c=2,
)
