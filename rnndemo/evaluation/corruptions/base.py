"""The description of a corruption, and functions that corruptions share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnndemo.kinds import Kind

ROWS = 28  # of the pictures on which levels are counted


@dataclass(frozen=True)
class Corruption(Kind):
    """A corruption of pictures.

    Parameters
    ----------
    adjective : str
        For the corrupted pictures, in a sentence.
    unit : str
        Of the levels, "" for shares.
    levels : tuple of float
        Ascending, the first 0.
    apply : callable
        (float32 ``(N, H, W)`` in [0, 1], level, generator) -> pictures of the same shape.
    """

    adjective: str
    unit: str
    levels: tuple[float, ...]
    apply: Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def pixels(images: np.ndarray, level: float) -> int:
    """Return `level`, given for pictures of 28 rows, in pixels of these pictures."""
    return round(level * images.shape[1] / ROWS)


def background(images: np.ndarray) -> np.ndarray:
    """Return the background of each picture, ``(N, 1, 1)``."""
    median: np.ndarray = np.median(images, axis=(1, 2), keepdims=True)
    return median
