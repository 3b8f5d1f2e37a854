"""Blank random rows of each picture."""

from __future__ import annotations

import numpy as np

from rnndemo.errors import N_
from rnndemo.evaluation.corruptions.base import Corruption, background, pixels


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    n, height, _ = images.shape
    place = chance.random((n, height)).argsort(1).argsort(1)  # of each row, in a random order
    return np.where((place < pixels(images, level))[:, :, None], background(images), images)


CORRUPTION = Corruption(
    N_("Rows missing"),
    N_("rows blanked at random, of 28"),
    adjective=N_("missing rows"),
    unit=N_("rows"),
    levels=(0, 1, 2, 4, 6, 8, 10, 12, 14),
    apply=_apply,
)
