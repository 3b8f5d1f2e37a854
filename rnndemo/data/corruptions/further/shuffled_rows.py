"""Put the rows of each picture in a wrong order."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, scale_of
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    n, height, _ = images.shape
    moved = np.arange(height) + level * scale_of(images) * chance.uniform(-1, 1, (n, height))
    return np.take_along_axis(images, moved.argsort(1)[:, :, None], 1)


CORRUPTION = Corruption(
    N_("Rows in the wrong order"),
    N_("rows change places with others, nearby or anywhere"),
    levels=(1, 2, 4, 8, 28),  # rows that each moves at most
    apply=_apply,
)
