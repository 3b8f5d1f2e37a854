"""Keep only the edges of each picture (J. Canny 1986)."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import correlate1d, gaussian_filter, label

from rnndemo.data.corruptions.base import Corruption
from rnndemo.errors import N_

WEAK, STRONG = 0.1, 0.2  # gradients of edges that go on from others, and of edges that begin
SIGMA = 1.0  # of the blur before, in pixels
NEIGHBOURS = np.zeros((3, 3, 3), int)  # of a pixel, in its own picture only
NEIGHBOURS[1] = 1


def _apply(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    return images + np.float32(level) * (edges(images) - images)


def edges(images: np.ndarray) -> np.ndarray:
    """Return edges, 0 or 1, of pictures ``(N, H, W)``, as Canny's detector of scikit-image does."""
    ground = gaussian_filter(np.ones(images.shape[1:]), SIGMA, mode="constant")
    soft = gaussian_filter(images.astype(float), (0, SIGMA, SIGMA), mode="constant")
    soft /= ground + np.finfo(float).eps
    down, along = _sobel(soft, 1, 2), _sobel(soft, 2, 1)
    steep = np.hypot(down, along)
    thin = _is_ridge(steep, down, along) & (steep >= WEAK)
    thin[:, [0, -1]] = thin[:, :, [0, -1]] = False
    pieces, count = label(thin, NEIGHBOURS)
    begun = np.zeros(count + 1, bool)
    begun[pieces[thin & (steep >= STRONG)]] = True
    return (thin & begun[pieces]).astype(np.float32)


def _sobel(images: np.ndarray, axis: int, other: int) -> np.ndarray:
    """Return Sobel's gradient along one axis of each picture."""
    change = correlate1d(images, [-1, 0, 1], axis)
    gradient: np.ndarray = correlate1d(change, [1, 2, 1], other)
    return gradient


def _is_ridge(steep: np.ndarray, down: np.ndarray, along: np.ndarray) -> np.ndarray:
    """Return where the gradient is as steep as at both places beside it, along its direction."""
    tall, wide = np.abs(down), np.abs(along)
    longer, shorter = np.maximum(tall, wide), np.minimum(tall, wide)
    weight = np.divide(shorter, longer, out=np.zeros_like(steep), where=longer > 0)
    row = np.where(down < 0, -1, 1)
    column = np.where(along < 0, -1, 1)
    upright = tall >= wide
    padded = np.pad(steep, ((0, 0), (1, 1), (1, 1)))
    n, rows, columns = np.ix_(*map(np.arange, steep.shape))
    ridge = np.ones(steep.shape, bool)
    for side in (1, -1):
        corner = padded[n, rows + 1 + side * row, columns + 1 + side * column]
        straight = padded[
            n, rows + 1 + side * row * upright, columns + 1 + side * column * ~upright
        ]
        ridge &= corner * weight + straight * (1 - weight) <= steep
    return ridge


CORRUPTION = Corruption(
    N_("Canny edges"),
    N_("only the edges of the ink stay"),
    levels=(0.2, 0.4, 0.6, 0.8, 1.0),  # share of the edges in the picture
    apply=_apply,
    mnist_c=5,
)
