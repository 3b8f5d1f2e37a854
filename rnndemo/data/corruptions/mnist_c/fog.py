"""Lay fog over each picture: a random landscape of brightness."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption
from rnndemo.errors import N_

SIZE = 256  # of the landscapes; a picture gets a corner of one
MAPS_AT_ONCE = 64
ROUGH, DECAY = 100, 1.4  # square root of the first random heights, and its decay a round


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    brightest = images.max((1, 2), keepdims=True)
    n, height, width = images.shape
    size = max(SIZE, 2 ** int(np.ceil(np.log2(max(height, width)))))
    mist = np.concatenate([
        _landscapes(min(MAPS_AT_ONCE, n - start), size, chance)[:, :height, :width]
        for start in range(0, n, MAPS_AT_ONCE)
    ])  # fmt: skip
    foggy = (images + level * mist) * brightest / (brightest + level)
    return foggy.astype(np.float32)


def _landscapes(count: int, size: int, chance: np.random.Generator) -> np.ndarray:
    """Return plasma fractals ``(count, size, size)`` in [0, 1], by the diamond-square algorithm.

    Each round fills the middles of squares, then those of their sides, by the mean of four
    neighbours and a random height, which shrinks from round to round (Fournier, Fussell and
    Carpenter 1982). The landscape goes round: left and right, top and bottom fit each other.
    """
    land = np.zeros((count, size, size), np.float32)
    step, rough = size, float(ROUGH)

    def filled(four: np.ndarray) -> np.ndarray:
        random = chance.random(four.shape, dtype=np.float32) * 2 - 1
        return four / 4 + np.float32(rough**2) * random

    while step >= 2:
        half = step // 2
        corners = land[:, ::step, ::step]
        pairs = corners + np.roll(corners, -1, 1)
        middles = filled(pairs + np.roll(pairs, -1, 2))
        land[:, half::step, half::step] = middles
        above, beside = middles + np.roll(middles, 1, 1), middles + np.roll(middles, 1, 2)
        land[:, ::step, half::step] = filled(above + corners + np.roll(corners, -1, 2))
        land[:, half::step, ::step] = filled(beside + corners + np.roll(corners, -1, 1))
        step, rough = half, rough / DECAY
    land -= land.min((1, 2), keepdims=True)
    return land / land.max((1, 2), keepdims=True)


CORRUPTION = Corruption(
    N_("Fog"),
    N_("behind fog that is denser here and thinner there"),
    levels=(0.5, 1.0, 1.6, 2.3, 3.0),  # density: 1 is as bright as white
    apply=_apply,
    mnist_c=5,
)
