"""Look through frosted glass: neighbouring pixels change places."""

from __future__ import annotations

import numpy as np

from rnndemo.data.corruptions.base import WHITE, Corruption, pixels, scale_of
from rnndemo.data.corruptions.blur import blurred
from rnndemo.errors import N_


def _apply(
    images: np.ndarray, level: tuple[float, int, int], chance: np.random.Generator
) -> np.ndarray:
    sigma, far, times = level
    sigma *= scale_of(images)
    # down only, as MNIST-C was made: scikit-image took the columns of a grey picture for channels
    soft = np.floor(blurred(images, sigma, 0) * WHITE) / WHITE
    mixed = [_mixed(one, max(1, pixels(images, far)), times, chance) for one in soft]
    return blurred(np.stack(mixed), sigma, 0)


def _mixed(image: np.ndarray, far: int, times: int, chance: np.random.Generator) -> np.ndarray:
    """Return a picture of which half the pixels, from below, are swapped with one nearby."""
    height, width = image.shape
    rows = np.arange(height - far, far, -1)
    columns = np.arange(width - far, far, -1)
    places = np.tile((rows[:, None] * width + columns).ravel(), times)
    down, along = chance.integers(-far, far, size=(2, len(places)))
    swapped = np.flatnonzero(chance.random(len(places)) < 0.5)
    here = places[swapped]
    there = here + down[swapped] * width + along[swapped]
    pixel = image.ravel().tolist()  # a list: each swap builds on those before it
    for a, b in zip(here.tolist(), there.tolist(), strict=True):
        pixel[a], pixel[b] = pixel[b], pixel[a]
    return np.array(pixel, dtype=image.dtype).reshape(height, width)


CORRUPTION = Corruption(
    N_("Glass blur"),
    N_("as through frosted glass: neighbouring pixels change places"),
    # blur, distance, times
    levels=((0.7, 1, 2), (0.9, 2, 2), (1.0, 2, 3), (1.1, 3, 3), (1.5, 4, 3)),
    apply=_apply,
    mnist_c=1,
)
