"""Invert a stripe at the left and at the right."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, pixels
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    width = pixels(images, level)
    striped = images.copy()
    striped[:, :, :width] = 1 - images[:, :, :width]
    striped[:, :, -width:] = 1 - images[:, :, -width:]
    return striped


CORRUPTION = Corruption(
    N_("Stripes"),
    N_("black and white change places in a stripe at either side"),
    levels=(3, 5, 7, 9, 11),  # pixels
    apply=_apply,
    mnist_c=3,
)
