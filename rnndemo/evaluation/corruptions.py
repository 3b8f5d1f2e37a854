"""Pictures made worse on purpose, step by step, to see how much of it can be borne.

Each corruption takes pictures and a level, 0 for the picture as it is. Pixels and rows are counted
on pictures of 28 rows; of larger pictures a level takes the same share. What becomes empty gets the
picture's ground, its median: black where white ink lies on black.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from rnndemo.data.files.pictures import as_bytes
from rnndemo.errors import N_

ROWS = 28  # of the pictures on which levels are counted


@dataclass(frozen=True)
class Corruption:
    """One way to make pictures worse.

    Parameters
    ----------
    title, text, unit : str
        In plain words: its name, what it does, what its levels count ("" for shares).
    levels : tuple of float
        Rising, the first 0.
    apply : callable
        From float32 ``(N, H, W)`` in [0, 1], level and generator to the same shape.
    """

    title: str
    text: str
    unit: str
    levels: tuple[float, ...]
    apply: Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def corrupted(images: np.ndarray, kind: str, level: float, seed: int = 0) -> np.ndarray:
    """Return `images` made worse; the same pictures, kind, level and seed give the same.

    Parameters
    ----------
    images : ndarray
        uint8 ``(N, H, W)``.
    kind : str
        A key of `CORRUPTIONS`.
    level : float
        At least 0, which changes nothing.
    seed : int, default 0

    Returns
    -------
    ndarray
        uint8 of the same shape.
    """
    if not level or not len(images):
        return images.copy()
    chance = np.random.default_rng([seed, list(CORRUPTIONS).index(kind), round(1000 * level)])
    worse = CORRUPTIONS[kind].apply(images.astype(np.float32) / 255, level, chance)
    return as_bytes(worse)


def _pixels(images: np.ndarray, level: float) -> int:
    return round(level * images.shape[1] / ROWS)


def _ground(images: np.ndarray) -> np.ndarray:
    """Return the ground of each picture, ``(N, 1, 1)``."""
    ground: np.ndarray = np.median(images, axis=(1, 2), keepdims=True)
    return ground


def _shift(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    """Move each picture up, down, left or right."""
    far = _pixels(images, level)
    n, height, width = images.shape
    around = np.repeat(np.repeat(_ground(images), height + 2 * far, 1), width + 2 * far, 2)
    around[:, far : far + height, far : far + width] = images
    moves = np.array([(0, far), (2 * far, far), (far, 0), (far, 2 * far)])
    chosen = moves[chance.integers(4, size=n)]
    down = (chosen[:, :1] + np.arange(height))[:, :, None]
    along = (chosen[:, 1:] + np.arange(width))[:, None]
    return around[np.arange(n)[:, None, None], down, along]


def _rotate(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    """Turn each picture to one side or the other."""
    n, height, width = images.shape
    angle = np.deg2rad(level) * chance.choice([-1.0, 1.0], size=n)
    cos, sin, none = np.cos(angle), np.sin(angle), np.zeros(n)
    theta = np.stack(
        [
            np.stack([cos, -sin * height / width, none], -1),
            np.stack([sin * width / height, cos, none], -1),
        ],
        1,
    )  # (N, 2, 3)
    grid = F.affine_grid(
        torch.from_numpy(theta.astype(np.float32)), [n, 1, height, width], align_corners=False
    )
    ground = _ground(images)  # grid_sample puts 0 outside
    turned = F.grid_sample(torch.from_numpy(images - ground)[:, None], grid, align_corners=False)
    return np.clip(turned[:, 0].numpy() + ground, 0, 1)


def _noise(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    """Add normal noise to each pixel."""
    noise = chance.standard_normal(images.shape, dtype=np.float32)
    return np.clip(images + level * noise, 0, 1)


def _blank_rows(images: np.ndarray, level: float, chance: np.random.Generator) -> np.ndarray:
    """Empty rows at random."""
    n, height, _ = images.shape
    place = chance.random((n, height)).argsort(1).argsort(1)  # of each row, in a random order
    return np.where((place < _pixels(images, level))[:, :, None], _ground(images), images)


CORRUPTIONS: dict[str, Corruption] = {
    "shift": Corruption(
        N_("Shifted"), N_("moved up, down, left or right"), N_("pixels"),
        (0, 1, 2, 3, 4, 5, 6), _shift,
    ),
    "rotation": Corruption(
        N_("Turned"), N_("turned to one side or the other"), N_("degrees"),
        (0, 5, 10, 15, 20, 25, 30, 35, 40, 45), _rotate,
    ),
    "noise": Corruption(
        N_("Noisy"), N_("normal noise on every pixel; 1 is the way from black to white"), "",
        (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6), _noise,
    ),
    "rows": Corruption(
        N_("Rows missing"), N_("rows emptied at random, of 28"), N_("rows"),
        (0, 1, 2, 4, 6, 8, 10, 12, 14), _blank_rows,
    ),
}  # fmt: skip
