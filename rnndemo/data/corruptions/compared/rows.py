"""Blank random rows of each picture."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import blanked_rows, pixels
from rnndemo.data.corruptions.compared.base import ComparedCorruption
from rnndemo.errors import N_


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    return blanked_rows(images, pixels(images, level), chance)


COMPAREDCORRUPTION = ComparedCorruption(
    N_("Rows missing"),
    N_("rows blanked at random, of 28"),
    adjective=N_("missing rows"),
    unit=N_("rows"),
    levels=(0, 1, 2, 4, 6, 8, 10, 12, 14),
    apply=_apply,
)
