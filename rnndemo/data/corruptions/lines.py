"""Draw soft straight lines over pictures, as MNIST-C draws them."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import SIDE

REACH = 2.3  # pixels from the middle of a line to where it ends
LAST = SIDE - 1


def line(
    shape: tuple[int, int],
    starts: tuple[np.ndarray, np.ndarray],
    ends: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Return one line a picture, float32 ``(N, H, W)`` in [0, 1], brightest in its middle.

    Parameters
    ----------
    shape : tuple of int
        H and W of the pictures.
    starts, ends : tuple of ndarray
        Column and row, each ``(N,)``, in pixels of a picture of 28 x 28; each start is left of its
        end.
    """
    height, width = shape
    (c0, r0), (c1, r1) = ([each[:, None, None] for each in ends_] for ends_ in (starts, ends))
    rows = (np.arange(height, dtype=np.float32) * SIDE / height)[:, None]
    columns = np.arange(width, dtype=np.float32) * SIDE / width
    away = np.abs(rows - (r0 + (r1 - r0) / (c1 - c0) * (columns - c0)))
    soft = np.log1p(-np.minimum(away, REACH - 1e-6) / REACH) + 1
    between = (columns >= np.floor(c0)) & (columns < np.ceil(c1))
    return (soft.clip(0, 1) * between).astype(np.float32)
