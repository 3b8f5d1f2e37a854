"""What a network sees of a drawing or photograph, and the steps of its preprocessing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MIN_CONTRAST = 0.10  # ink must differ from its background by this share of full scale


@dataclass(frozen=True)
class Step:
    """One step of the preprocessing: its name and its picture, float32 in [0, 1]."""

    name: str
    image: np.ndarray


@dataclass(frozen=True)
class Seen:
    """What the network sees, float32 ``(H, W)`` in [0, 1], with all steps that led to it."""

    image: np.ndarray
    steps: tuple[Step, ...]

    @classmethod
    def after(cls, **pictures: np.ndarray) -> Seen:
        """Return the last of `pictures`, given by the names of the steps, with all steps."""
        steps = tuple(Step(name, image.astype(np.float32)) for name, image in pictures.items())
        return cls(steps[-1].image, steps)
