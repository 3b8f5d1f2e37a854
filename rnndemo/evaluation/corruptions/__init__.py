"""Pictures made worse on purpose, step by step, to see how much of it can be borne.

Each corruption takes pictures and a level, 0 for the picture as it is. Pixels and rows are counted
on pictures of 28 rows; of larger pictures a level takes the same share. What becomes empty gets the
picture's ground, its median: black where white ink lies on black.
"""

from __future__ import annotations

import numpy as np

from rnndemo.data.files.pictures import as_bytes
from rnndemo.evaluation.corruptions.base import Corruption
from rnndemo.kinds import load_kinds

NAMES = (  # each is a file of its own; new ones last, since its place is part of a name's seed
    "shift",
    "rotation",
    "noise",
    "rows",
)
CORRUPTIONS = load_kinds(__name__, NAMES, Corruption)


def corrupted(images: np.ndarray, kind: str, level: float, seed: int = 0) -> np.ndarray:
    """Return `images` made worse; the same pictures, kind, level and seed give the same.

    Parameters
    ----------
    images : ndarray
        uint8 ``(N, H, W)``.
    kind : str
        A key of `CORRUPTIONS`.
    level : float
        At least 0, which changes nothing.

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
