"""Draw each picture with a thinner pen."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, scale_of
from rnndemo.data.corruptions.strokes import thicker
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    return 1 - thicker(1 - images, level * scale_of(images))


CORRUPTION = Corruption(
    N_("Thinner strokes"),
    N_("as if drawn with a thinner pen"),
    levels=(0.2, 0.4, 0.6, 0.8, 1.0),  # pixels at either side of a stroke
    apply=_apply,
)
