"""Nearest neighbours on pixels (Cover and Hart 1967), by brute force: one matrix product."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from rnndemo.comparison.classical.base import BLOCK, Classical, PointSet, accuracy_of, pixels_of
from rnndemo.data.sets import DataSet

NEIGHBOURS = (1, 3, 5, 7, 9)
POINTS = 5 * BLOCK  # training pictures that are looked at together


class NearestNeighbours(Classical):
    """The k nearest training pictures vote, each weighted by one over its distance."""

    @classmethod
    def fit(cls, data: DataSet) -> NearestNeighbours:
        """Store all training pictures; choose k."""
        arrays = cls.arrays_of(data)
        most = cls(data.classes, data.image_size, {"k": max(NEIGHBOURS)}, arrays)
        images = data.validation.images.numpy()
        starts = range(0, len(images), BLOCK)
        parts = [most._nearest(images[at : at + BLOCK]) for at in starts]

        def accuracy(k: int) -> float:
            votes = [most._votes(near[:, :k], voters[:, :k]) for near, voters in parts]
            return accuracy_of(np.concatenate(votes), data.validation)

        return cls(data.classes, data.image_size, {"k": max(NEIGHBOURS, key=accuracy)}, arrays)

    @staticmethod
    def arrays_of(data: DataSet) -> dict[str, np.ndarray]:
        """Return the arrays it stores: the training pictures and their labels."""
        return {"images": data.train.images.numpy(), "labels": data.train.labels.numpy()}

    @property
    def flops(self) -> int:
        """Operations of the product of one picture with all training pictures."""
        return 2 * self.arrays["images"].size

    def _points(self, at: int) -> PointSet:
        """Return a block of the training pictures: all of MNIST as floats would be 170 MB."""
        squares = self._squares[at : at + POINTS]
        return PointSet(pixels_of(self.arrays["images"][at : at + POINTS]), squares)

    @cached_property
    def _squares(self) -> np.ndarray:
        images = self.arrays["images"]
        parts = [images[at : at + POINTS] for at in range(0, len(images), POINTS)]
        return np.concatenate([PointSet.of(pixels_of(part)).squares for part in parts])

    def _nearest(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return squared distances of the nearest, ascending, and their labels, ``(N, k)`` each."""
        given, k, labels = pixels_of(images), int(self.settings["k"]), self.arrays["labels"]
        near = np.empty((len(images), 0), np.float32)
        voters = np.empty((len(images), 0), np.int64)
        for at in range(0, len(labels), POINTS):  # the nearest so far, and the next block
            block = self._points(at).distances(given)
            near = np.concatenate([near, block], 1)
            there = np.broadcast_to(labels[at : at + POINTS], block.shape)
            voters = np.concatenate([voters, there], 1)
            if near.shape[1] > k:
                nearest = np.argpartition(near, k - 1, axis=1)[:, :k]
                near = np.take_along_axis(near, nearest, 1)
                voters = np.take_along_axis(voters, nearest, 1)
        order = near.argsort(1)
        return np.take_along_axis(near, order, 1), np.take_along_axis(voters, order, 1)

    def _votes(self, near: np.ndarray, voters: np.ndarray) -> np.ndarray:
        votes = np.zeros((len(near), len(self.classes)))
        np.add.at(votes, (np.arange(len(near))[:, None], voters), 1 / (np.sqrt(near) + 1e-6))
        return votes / votes.sum(1, keepdims=True)

    def _block(self, images: np.ndarray) -> np.ndarray:
        return self._votes(*self._nearest(images))
