"""Draw zigzag lines across each picture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from rnndemo.data.corruptions.base import Corruption
from rnndemo.data.corruptions.lines import LAST, line
from rnndemo.errors import N_

LEFT, RIGHT, TOOTH = 2, 25, 2  # first and last column; half the length and the height of a tooth
SLOPE = 5  # rows that the line rises or falls at most


def _apply(images: np.ndarray, level: int, chance: np.random.Generator) -> np.ndarray:
    shape = (max(CORRUPTION.levels), len(images))
    starts = chance.integers(0, LAST, size=shape)
    slopes = chance.integers(-SLOPE, SLOPE, size=shape)
    jagged = images.copy()
    for start, slope in zip(starts[:level], slopes[:level], strict=True):
        for begin, end in pairwise(_corners(start, slope)):
            jagged += line(images.shape[1:], begin, end)
            jagged.clip(0, 1, out=jagged)
    return jagged


def _corners(start: np.ndarray, slope: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the corners of one line a picture, from the left: column and row, each ``(N,)``."""
    angle = np.arctan(slope / (RIGHT - LEFT))
    length = (RIGHT - LEFT) / np.cos(angle)
    teeth = int((RIGHT - LEFT - TOOTH) // (2 * TOOTH)) + 1  # as many for every slope up to `SLOPE`
    zero = np.zeros(len(start))
    along = [zero, *(zero + (2 * i + 1) * TOOTH for i in range(teeth)), length]
    # the last point stands where MNIST-C puts it, nearly on the line
    end = (-1) ** (teeth - 1) * TOOTH / (2 * (length - 2 * TOOTH * (length // (2 * TOOTH))))
    up = [zero, *(zero + (-1) ** i * TOOTH for i in range(teeth)), end]
    cos, sin = np.cos(angle), np.sin(angle)
    return [
        (cos * a - sin * u + LEFT, sin * a + cos * u + start)
        for a, u in zip(along, up, strict=True)
    ]


CORRUPTION = Corruption(
    N_("Zigzag"),
    N_("zigzag lines are drawn across"),
    levels=(1, 2, 3, 4, 5),  # lines
    apply=_apply,
    mnist_c=1,
)
