"""Corruptions: pictures made worse level by level, to measure robustness.

Each corruption takes pictures and a level; 0 leaves them unchanged. Levels in pixels and rows refer
to pictures of 28 rows, and are scaled for others. Empty places are filled with the picture's
background, its median: black for white ink on black.
"""

from __future__ import annotations

import numpy as np

from rnndemo.data.files.pictures import as_bytes
from rnndemo.evaluation.corruptions.base import Corruption
from rnndemo.kinds import load_kinds

NAMES = (  # each a file; new ones go last, because the index is part of the random seed
    "shift",
    "rotation",
    "noise",
    "rows",
)
CORRUPTIONS = load_kinds(__name__, NAMES, Corruption)


def corrupted(images: np.ndarray, kind: str, level: float, seed: int = 0) -> np.ndarray:
    """Return `images` corrupted; equal arguments give equal pictures.

    Parameters
    ----------
    images : ndarray
        uint8 ``(N, H, W)``.
    kind : str
        A key of `CORRUPTIONS`.
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
    worse = CORRUPTIONS[kind].apply(images.astype(np.float32) / 255, level, chance)
    return as_bytes(worse)
