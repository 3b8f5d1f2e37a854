"""Draw each picture with a thicker pen."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, scale_of
from rnndemo.data.corruptions.strokes import thicker
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    return thicker(images, level * scale_of(images))


CORRUPTION = Corruption(
    N_("Thicker strokes"),
    N_("as if drawn with a thicker pen"),
    levels=(0.5, 1.0, 1.5, 2.0, 2.5),  # pixels at either side of a stroke
    apply=_apply,
)
