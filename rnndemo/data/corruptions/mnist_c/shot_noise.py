"""Let each pixel count light: few quanta are noisy ones."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    return chance.poisson(images * level).astype(np.float32) / np.float32(level)


CORRUPTION = Corruption(
    N_("Shot noise"),
    N_("the light of each pixel is counted in single photons, as in the dark"),
    levels=(60, 25, 12, 5, 3),  # quanta from black to white
    apply=_apply,
    mnist_c=5,
)
