"""What classical peers, which are no networks, have in common.

Each stores arrays with which it scores pictures by matrix products alone; scikit-learn only fits
them. Settings are chosen on the validation part; training pictures are not augmented.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnndemo.data.sets import DataSet, ImageSet

BLOCK = 1000  # pictures scored at once


@dataclass(frozen=True)
class Classical(ABC):
    """A classical classifier of pictures.

    Parameters
    ----------
    image_size : tuple of int
        Height and width of the pictures.
    settings : mapping of str to float
        Values chosen on the validation part.
    arrays : mapping of str to ndarray
        The numbers it stores.
    """

    classes: tuple[str, ...]
    image_size: tuple[int, int]
    settings: Mapping[str, float]
    arrays: Mapping[str, np.ndarray]

    @classmethod
    @abstractmethod
    def fit(cls, data: DataSet) -> Classical:
        """Return a classifier fitted to the training part of `data`."""

    @property
    @abstractmethod
    def flops(self) -> int:
        """Operations of the products for one picture; a product of (m, k), (k, n) has 2·m·k·n."""

    @abstractmethod
    def _block(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities of at most `BLOCK` pictures."""

    @property
    def numbers(self) -> int:
        """How many numbers it stores."""
        return sum(array.size for array in self.arrays.values())

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return float ``(N, classes)`` for uint8 ``(N, H, W)``."""
        starts = range(0, len(images), BLOCK)
        blocks = [self._block(images[at : at + BLOCK]) for at in starts]
        return np.concatenate([np.empty((0, len(self.classes)), np.float32), *blocks])


def pixels_of(images: np.ndarray) -> np.ndarray:
    """Return float32 ``(N, H * W)`` in [0, 1]."""
    return images.reshape(len(images), -1).astype(np.float32) / 255


@dataclass(frozen=True)
class PointSet:
    """Points with their squared lengths, which distances need again and again.

    Parameters
    ----------
    rows : ndarray
        ``(N, features)``.
    squares : ndarray
        ``(N,)``: squared lengths of the rows.
    """

    rows: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> PointSet:
        """Return the rows of an array as a set of points."""
        return cls(rows, (rows**2).sum(1))

    def distances(self, given: np.ndarray) -> np.ndarray:
        """Return the squared distance of each row of `given` from each point."""
        distances = given @ self.rows.T
        distances *= -2
        distances += (given**2).sum(1)[:, None]
        distances += self.squares
        return np.maximum(distances, 0, out=distances)

    def kernel(self, given: np.ndarray, gamma: float) -> np.ndarray:
        """Return the RBF kernel of each row of `given` with each point."""
        kernel: np.ndarray = np.exp(-gamma * self.distances(given))
        return kernel


def accuracy_of(scores: np.ndarray, part: ImageSet) -> float:
    """Return the share of pictures whose largest score is their class."""
    return float((scores.argmax(1) == part.labels.numpy()).mean())
