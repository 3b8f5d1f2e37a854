"""Move each picture along a diagonal."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, either_side, scale_of
from rnndemo.data.corruptions.warp import sampled
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    height, width = images.shape[1:]
    down, along = (
        level * scale_of(images) * either_side(len(images), chance)[:, None, None] for _ in range(2)
    )
    rows = np.broadcast_to(np.arange(height)[:, None] + down, images.shape)
    columns = np.broadcast_to(np.arange(width) + along, images.shape)
    return sampled(images, rows, columns)


CORRUPTION = Corruption(
    N_("Translated"),
    N_("moved up or down, and left or right"),
    levels=(1, 2, 3, 4, 5),  # pixels each way
    apply=_apply,
    mnist_c=3,
)
