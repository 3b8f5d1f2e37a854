"""Spatter each picture with mud."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, scale_of
from rnndemo.data.corruptions.blur import blurred
from rnndemo.errors import N_

MUD = 63 / 255  # its brightness
MEAN, WHOLE = 0.65, 0.8  # of the random field; a cover of less is none
SIZE, EDGE = 1, 1.5  # of the drops, in pixels


def _apply(
    images: np.ndarray, level: tuple[float, float], chance: np.random.Generator
) -> np.ndarray:
    spread, above = level  # of the field, and the threshold above which it is a drop
    scale = scale_of(images)
    random = chance.standard_normal(images.shape, dtype=np.float32)
    liquid = blurred(MEAN + spread * random, SIZE * scale, SIZE * scale)
    cover = blurred((liquid > above).astype(np.float32), EDGE * scale, EDGE * scale)
    cover[cover < WHOLE] = 0
    return images * (1 - cover) + MUD * cover


CORRUPTION = Corruption(
    N_("Spatter"),
    N_("spattered with drops of mud"),
    levels=((0.3, 0.69), (0.3, 0.675), (0.3, 0.66), (0.3, 0.65), (0.4, 0.63)),
    apply=_apply,
    mnist_c=4,
)
