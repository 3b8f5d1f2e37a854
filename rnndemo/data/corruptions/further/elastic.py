"""Bend each picture by a smooth random field (Simard, Steinkraus, Platt 2003)."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, scale_of
from rnndemo.data.corruptions.blur import blurred
from rnndemo.data.corruptions.warp import sampled
from rnndemo.errors import N_

SMOOTH = 4.0  # standard deviation of the Gaussian that smooths the field, in pixels


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    n, height, width = images.shape
    smooth = SMOOTH * scale_of(images)
    random = chance.standard_normal((2 * n, height, width), dtype=np.float32)
    # a smoothed field of standard normal numbers spreads by 1 / (2 sqrt(pi) smooth)
    field = blurred(random, smooth, smooth) * 2 * np.sqrt(np.pi) * smooth
    down, along = level * scale_of(images) * field.reshape(2, n, height, width)
    return sampled(images, np.arange(height)[:, None] + down, np.arange(width) + along)


CORRUPTION = Corruption(
    N_("Elastic"),
    N_("bent like a picture on rubber"),
    levels=(0.6, 1.2, 1.8, 2.4, 3.0),  # pixels that a point moves, root mean square
    apply=_apply,
)
