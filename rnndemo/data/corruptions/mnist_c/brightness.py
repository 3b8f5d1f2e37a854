"""Make every pixel brighter."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    return images + np.float32(level)


CORRUPTION = Corruption(
    N_("Brightness"),
    N_("every pixel is brighter, so that ground is grey"),
    levels=(0.1, 0.2, 0.3, 0.4, 0.5),
    apply=_apply,
    mnist_c=5,
)
