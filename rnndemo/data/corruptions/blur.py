"""Blur pictures by a Gaussian."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter


def blurred(images: np.ndarray, down: float, across: float) -> np.ndarray:
    """Return pictures ``(N, H, W)`` blurred; standard deviations in pixels, the edge goes on."""
    soft: np.ndarray = gaussian_filter(images, (0, down, across), mode="nearest")
    return soft
