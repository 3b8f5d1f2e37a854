"""Move the picture while its light is gathered."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import Corruption, scale_of
from rnndemo.errors import N_


def _apply(
    images: np.ndarray, level: tuple[float, float], chance: np.random.Generator
) -> np.ndarray:
    """Average along a line to one side, with the weights and places of ImageMagick."""
    radius, sigma = (each * scale_of(images) for each in level)
    n, height, width = images.shape
    angle = np.radians(chance.uniform(-45, 45, (n, 1)))
    steps = np.arange(2 * np.ceil(radius) + 1)
    weights = np.exp(-(steps**2) / (2 * sigma**2))
    weights = (weights / weights.sum()).astype(np.float32)
    far_down, far_along = (
        np.ceil(steps * part(angle) - 0.5).astype(np.int64) for part in (np.sin, np.cos)
    )  # (N, steps)
    row, column = np.arange(height)[:, None], np.arange(width)
    each = np.arange(n)[:, None, None]
    gathered = np.zeros_like(images)
    for weight, down, along in zip(weights, far_down.T, far_along.T, strict=True):
        rows = (row + down[:, None, None]).clip(0, height - 1)
        columns = (column + along[:, None, None]).clip(0, width - 1)
        gathered += weight * images[each, rows, columns]
    return gathered


CORRUPTION = Corruption(
    N_("Motion blur"),
    N_("moved to one side while the picture was taken"),
    levels=((10, 3), (15, 5), (15, 8), (15, 12), (20, 15)),  # reach and spread, in pixels
    apply=_apply,
    mnist_c=1,
)
