"""Draw dotted lines across each picture."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import SIDE, Corruption
from rnndemo.data.corruptions.lines import LAST, line
from rnndemo.errors import N_

DOT = 2  # columns of a dot, and of the gap before it


def _apply(images: np.ndarray, level: int, chance: np.random.Generator) -> np.ndarray:
    ends = chance.integers(0, LAST, size=(2, max(CORRUPTION.levels), len(images)))
    zeros = np.zeros(len(images))
    columns = np.arange(images.shape[2]) * SIDE / images.shape[2]
    dots = columns // DOT % 2 == 1
    dotted = images.copy()
    for left, right in zip(*ends[:, :level], strict=True):
        dotted += dots * line(images.shape[1:], (zeros, left), (zeros + LAST, right))
        dotted.clip(0, 1, out=dotted)
    return dotted


CORRUPTION = Corruption(
    N_("Dotted line"),
    N_("dotted lines are drawn across"),
    levels=(1, 2, 3, 4, 5),  # lines
    apply=_apply,
    mnist_c=1,
)
