"""Make each picture smaller."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption
from rnndemo.data.corruptions.warp import mapped, turned_matrices
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    wider = 1 / level
    return mapped(images, turned_matrices(np.zeros(len(images)), wider, wider))


CORRUPTION = Corruption(
    N_("Scaled"),
    N_("made smaller, down to half the size"),
    levels=(0.9, 0.8, 0.7, 0.6, 0.5),  # new size
    apply=_apply,
    mnist_c=3,
)
