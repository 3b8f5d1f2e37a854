"""Draw digits from templates, varied as hands vary them.

MNIST's digits come from writers of one country. Drawn digits add what others write: the 1 with a
foot, the crossed 7, the 9 that ends in a curl, the open 4.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.data.files.pictures import as_bytes
from rnndemo.data.frames.pen import render
from rnndemo.data.frames.strokes import Strokes, rotation

THICKNESSES = (1.4, 3.8)  # of the pen, in pixels of the frame
ANGULAR = ("1",)  # a rounded 1 with a foot is a 2


def wobble(strokes: Strokes, rng: np.random.Generator, smooth: bool) -> Strokes:
    """Vary a template: jitter its points, turn, stretch and shear it, round its corners."""
    matrix = rotation(rng.normal(0, 0.12)) * np.exp(rng.normal(0, 0.2, 2))
    matrix[0, 1] += rng.normal(0, 0.15)
    result = []
    for stroke in strokes:
        moved = (stroke + rng.normal(0, 0.04, stroke.shape) + rng.normal(0, 0.02, 2)) @ matrix.T
        result.append(rounded(moved) if smooth else moved)
    return result


def draw(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Render strokes with a pen of random thickness, float32 ``(28, 28)`` in [0, 1]."""
    return render(strokes, rng.uniform(*THICKNESSES))


@lru_cache(maxsize=2)
def digits(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return drawn digits and their classes.

    Returns
    -------
    images : Tensor
        uint8 ``(count, 28, 28)``, white ink on black.
    labels : Tensor
        int64 ``(count,)``, 0 to 9 equally often; so are the forms of a digit.
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % len(DIGITS))
    images = np.stack([_digit(str(label), rng) for label in labels])
    return torch.from_numpy(as_bytes(images)), torch.from_numpy(labels)


def _digit(label: str, rng: np.random.Generator) -> np.ndarray:
    forms = DIGITS[label]
    strokes = strokes_of(forms[rng.integers(len(forms))])
    smooth = label not in ANGULAR and rng.random() < 0.85
    return draw(wobble(strokes, rng, smooth), rng)


@lru_cache(maxsize=1)
def forms() -> tuple[tuple[str, Strokes], ...]:
    """Return all forms of all digits as people round them: each digit, and strokes in [0, 1]."""
    return tuple(
        (label, [stroke if label in ANGULAR else rounded(stroke) for stroke in strokes_of(form)])
        for label, many in DIGITS.items()
        for form in many
    )


def rounded(points: np.ndarray) -> np.ndarray:
    """Return a stroke ``(points, 2)`` with its corners rounded: cut twice (Chaikin 1974)."""
    return _cut_corners(_cut_corners(points))


def _cut_corners(points: np.ndarray) -> np.ndarray:
    """Return points with every corner cut off; the ends stay."""
    if len(points) < 3:
        return points
    a, b = points[:-1], points[1:]
    cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], 1).reshape(-1, 2)
    return np.concatenate([points[:1], cut[1:-1], points[-1:]])
