"""What a network sees of a drawing or photograph, and the steps that led there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Step:
    """One step of the preprocessing: its name and its picture, float32 in [0, 1]."""

    name: str
    image: np.ndarray


@dataclass(frozen=True)
class Seen:
    """What the network sees, float32 ``(H, W)`` in [0, 1], and how it came."""

    image: np.ndarray
    steps: tuple[Step, ...]
