"""Blank random rows of each picture."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, blanked_rows, pixels
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    return blanked_rows(images, pixels(images, level), chance)


CORRUPTION = Corruption(
    N_("Missing rows"),
    N_("rows are blank at random, up to half of them"),
    levels=(2, 4, 7, 10, 14),
    apply=_apply,
)
