"""Make random pixels black or white."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    hit, white = chance.random((2, *images.shape), dtype=np.float32)
    return np.where(hit <= level, (white <= 0.5).astype(np.float32), images)


CORRUPTION = Corruption(
    N_("Impulse noise"),
    N_("random pixels are black or white"),
    levels=(0.03, 0.06, 0.09, 0.17, 0.27),  # share of the pixels
    apply=_apply,
    mnist_c=4,
)
