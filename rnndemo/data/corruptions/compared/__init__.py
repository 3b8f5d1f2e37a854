"""The corruptions of the page Compare: many levels each, in pixels, degrees or rows.

Comparisons on disk name them and their levels, so both stay as they are. A level of 0 leaves
pictures unchanged. Levels in pixels and rows refer to pictures of 28 rows, and are scaled for
others. Empty places are filled with the picture's background.
"""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import as_floats, like
from rnndemo.data.corruptions.compared.base import ComparedCorruption
from rnndemo.kinds import load_kinds

NAMES = (  # each a file; new ones go last, because the index is part of the random seed
    "shift",
    "rotation",
    "noise",
    "rows",
)
COMPARED = load_kinds(__name__, NAMES, ComparedCorruption)


def corrupted_to(images: np.ndarray, kind: str, level: float, seed: int = 0) -> np.ndarray:
    """Return `images` corrupted to a level; equal arguments give equal pictures.

    Parameters
    ----------
    images : ndarray
        uint8 ``(N, H, W)``.
    kind : str
        A key of `COMPARED`.
    level : float
        At least 0, which leaves pictures unchanged.

    Returns
    -------
    ndarray
        uint8 of the same shape.
    """
    if not level or not len(images):
        return images.copy()
    chance = np.random.default_rng([seed, NAMES.index(kind), round(1000 * level)])
    return like(images, COMPARED[kind].apply(as_floats(images), level, chance))
