"""What a corruption says of itself, and what corruptions share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnndemo.kinds import Kind

ROWS = 28  # of the pictures on which levels are counted


@dataclass(frozen=True)
class Corruption(Kind):
    """One way to make pictures worse.

    Parameters
    ----------
    adjective : str
        What pictures are then, in a sentence.
    unit : str
        What the levels count, "" for shares.
    levels : tuple of float
        Rising, the first 0.
    apply : callable
        From float32 ``(N, H, W)`` in [0, 1], level and generator to the same shape.
    """

    adjective: str
    unit: str
    levels: tuple[float, ...]
    apply: Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def pixels(images: np.ndarray, level: float) -> int:
    """Return the same share of the pictures' rows as `level` has of 28."""
    return round(level * images.shape[1] / ROWS)


def ground(images: np.ndarray) -> np.ndarray:
    """Return the ground of each picture, ``(N, 1, 1)``."""
    median: np.ndarray = np.median(images, axis=(1, 2), keepdims=True)
    return median
