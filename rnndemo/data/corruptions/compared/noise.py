"""Add normal noise to each pixel."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.compared.base import ComparedCorruption
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    noise = chance.standard_normal(images.shape, dtype=np.float32)
    return np.clip(images + level * noise, 0, 1)


COMPAREDCORRUPTION = ComparedCorruption(
    N_("Noisy"),
    N_(
        "normally distributed (Gaussian) noise on every pixel; 1 is the distance from black to "
        "white"
    ),
    adjective=N_("noisy"),
    unit="",
    levels=(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    apply=_apply,
)
