"""The description of a corruption, and functions that corruptions share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnndemo.kinds import Kind

SIDE = 28  # of the pictures for which levels in pixels and rows are given
WHITE = 255


@dataclass(frozen=True)
class Corruption(Kind):
    """A corruption of pictures with five severities.

    Parameters
    ----------
    levels : tuple
        What `apply` gets at severity 1, 2, 3, 4 and 5.
    apply : callable
        (float32 ``(N, H, W)`` in [0, 1], level, generator) -> pictures of the same shape. Values
        outside [0, 1] are cut by the caller.
    mnist_c : int
        The severity at which MNIST-C was made, whose constants are the same here; 0 for a
        corruption that MNIST-C does not have.
    """

    levels: tuple[Any, Any, Any, Any, Any]
    apply: Callable[[np.ndarray, Any, np.random.Generator], np.ndarray]
    mnist_c: int = 0


def as_floats(images: np.ndarray) -> np.ndarray:
    """Return pictures as float32 in [0, 1], of uint8 or of floats in [0, 1]."""
    scale = WHITE if images.dtype == np.uint8 else 1
    return images.astype(np.float32) / np.float32(scale)


def like(images: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """Return changed pictures, floats in [0, 1], in the type of `images`."""
    if images.dtype == np.uint8:
        return (changed * WHITE).round().astype(np.uint8)
    return changed.astype(images.dtype)


def scale_of(images: np.ndarray) -> float:
    """Return how many pixels of these pictures are one of a picture of 28 rows."""
    return images.shape[1] / SIDE


def pixels(images: np.ndarray, level: float) -> int:
    """Return `level`, given for pictures of 28 rows, in pixels of these pictures."""
    return round(level * scale_of(images))


def background(images: np.ndarray) -> np.ndarray:
    """Return the background of each picture, its median, ``(N, 1, 1)``."""
    median: np.ndarray = np.median(images, axis=(1, 2), keepdims=True)
    return median


def blanked_rows(images: np.ndarray, count: int, chance: np.random.Generator) -> np.ndarray:
    """Return pictures in which `count` random rows are blank; more rows blank the same and more."""
    n, height, _ = images.shape
    place = chance.random((n, height)).argsort(1).argsort(1)  # of each row, in a random order
    return np.where((place < count)[:, :, None], background(images), images)


def either_side(count: int, chance: np.random.Generator) -> np.ndarray:
    """Return -1 or 1 at random, float32 ``(count,)``."""
    sides: np.ndarray = chance.choice(np.array([-1, 1], np.float32), size=count)
    return sides
