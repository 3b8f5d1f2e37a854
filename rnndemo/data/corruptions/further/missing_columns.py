"""Blank random columns of each picture."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, blanked_rows, pixels
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    turned = images.transpose(0, 2, 1)
    return blanked_rows(turned, pixels(turned, level), chance).transpose(0, 2, 1)


CORRUPTION = Corruption(
    N_("Missing columns"),
    N_("columns are blank at random, up to half of them"),
    levels=(2, 4, 7, 10, 14),
    apply=_apply,
)
