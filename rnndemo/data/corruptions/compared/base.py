"""The description of a corruption whose levels have a unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnndemo.kinds import Kind


@dataclass(frozen=True)
class ComparedCorruption(Kind):
    """A corruption of pictures whose levels have a unit.

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
