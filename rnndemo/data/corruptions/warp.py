"""Sample pictures elsewhere: affine maps and fields of shifts."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from rnndemo.data.corruptions.base import background


def sampled(images: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return pictures whose pixels are taken elsewhere, bilinear; outside is the background.

    Parameters
    ----------
    images : ndarray
        float32 ``(N, H, W)``.
    rows, columns : ndarray
        ``(N, H, W)``: the place of each new pixel in the old picture, in pixels from the centre of
        the first.
    """
    height, width = images.shape[1:]
    grid = np.stack([(2 * columns + 1) / width - 1, (2 * rows + 1) / height - 1], -1)
    empty = background(images)  # grid_sample fills with 0
    found = F.grid_sample(
        torch.from_numpy(images - empty)[:, None],
        torch.from_numpy(grid.astype(np.float32)),
        align_corners=False,
    )
    return found[:, 0].numpy() + empty


def mapped(images: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Return pictures mapped about their centre.

    Parameters
    ----------
    images : ndarray
        float32 ``(N, H, W)``.
    matrices : ndarray
        ``(N, 2, 2)``: from the new place (x, y) to the old one, both from the centre.
    """
    height, width = images.shape[1:]
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    y, x = np.arange(height)[:, None] - middle_y, np.arange(width) - middle_x
    a, b, c, d = (matrices[:, i, j, None, None] for i in (0, 1) for j in (0, 1))
    return sampled(images, c * x + d * y + middle_y, a * x + b * y + middle_x)


def turned_matrices(
    angle: np.ndarray, horizontal: float = 1, vertical: float = 1, shear: np.ndarray | float = 0
) -> np.ndarray:
    """Return maps ``(N, 2, 2)`` that scale, shear and rotate, in the form of scikit-image of 2019.

    MNIST-C was made with it; its later versions shear in another way.
    """
    return np.stack(
        [
            np.stack([horizontal * np.cos(angle), -vertical * np.sin(angle + shear)], -1),
            np.stack([horizontal * np.sin(angle), vertical * np.cos(angle + shear)], -1),
        ],
        1,
    )
