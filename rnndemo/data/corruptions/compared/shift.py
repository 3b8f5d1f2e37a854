"""Move each picture up, down, left or right."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import background, pixels
from rnndemo.data.corruptions.compared.base import ComparedCorruption
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    far = pixels(images, level)
    n, height, width = images.shape
    around = np.repeat(np.repeat(background(images), height + 2 * far, 1), width + 2 * far, 2)
    around[:, far : far + height, far : far + width] = images
    moves = np.array([(0, far), (2 * far, far), (far, 0), (far, 2 * far)])
    chosen = moves[chance.integers(4, size=n)]
    down = (chosen[:, :1] + np.arange(height))[:, :, None]
    along = (chosen[:, 1:] + np.arange(width))[:, None]
    return around[np.arange(n)[:, None, None], down, along]


COMPAREDCORRUPTION = ComparedCorruption(
    N_("Shifted"),
    N_("moved up, down, left or right"),
    adjective=N_("shifted"),
    unit=N_("pixels"),
    levels=(0, 1, 2, 3, 4, 5, 6),
    apply=_apply,
)
