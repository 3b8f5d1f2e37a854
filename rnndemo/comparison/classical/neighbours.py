"""Nearest neighbours on pixels (Cover and Hart 1967), by brute force: one matrix product."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from rnndemo.comparison.classical.base import BLOCK, Classical, PointSet, accuracy_of, pixels_of
from rnndemo.data.sets import DataSet

NEIGHBOURS = (1, 3, 5, 7, 9)


class NearestNeighbours(Classical):
    """The k nearest training pictures vote, each by one over its distance."""

    @classmethod
    def fit(cls, data: DataSet) -> NearestNeighbours:
        """Keep all training pictures; choose k."""
        arrays = cls.arrays_of(data)
        most = cls(data.classes, data.image_size, {"k": max(NEIGHBOURS)}, arrays)
        images = data.validation.images.numpy()
        starts = range(0, len(images), BLOCK)
        parts = [most._nearest(images[at : at + BLOCK]) for at in starts]

        def tried(k: int) -> float:
            votes = [most._votes(far[:, :k], voters[:, :k]) for far, voters in parts]
            return accuracy_of(np.concatenate(votes), data.validation)

        return cls(data.classes, data.image_size, {"k": max(NEIGHBOURS, key=tried)}, arrays)

    @staticmethod
    def arrays_of(data: DataSet) -> dict[str, np.ndarray]:
        """Return what it keeps: the training pictures themselves."""
        return {"images": data.train.images.numpy(), "labels": data.train.labels.numpy()}

    @property
    def flops(self) -> int:
        """One product of the picture with all that are kept."""
        return 2 * self.arrays["images"].size

    @cached_property
    def _kept(self) -> PointSet:
        return PointSet.of(pixels_of(self.arrays["images"]))

    def _nearest(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return squared distances of the nearest, rising, and their labels, ``(N, k)`` each."""
        given, k, labels = pixels_of(images), int(self.settings["k"]), self.arrays["labels"]
        far = np.empty((len(images), 0), np.float32)
        voters = np.empty((len(images), 0), np.int64)
        for at in range(0, len(labels), 5 * BLOCK):  # the nearest so far, and a block more
            block = self._kept.part(at, 5 * BLOCK).distances(given)
            far = np.concatenate([far, block], 1)
            there = np.broadcast_to(labels[at : at + 5 * BLOCK], block.shape)
            voters = np.concatenate([voters, there], 1)
            if far.shape[1] > k:
                nearest = np.argpartition(far, k - 1, axis=1)[:, :k]
                far = np.take_along_axis(far, nearest, 1)
                voters = np.take_along_axis(voters, nearest, 1)
        order = far.argsort(1)
        return np.take_along_axis(far, order, 1), np.take_along_axis(voters, order, 1)

    def _votes(self, far: np.ndarray, voters: np.ndarray) -> np.ndarray:
        votes = np.zeros((len(far), len(self.classes)))
        np.add.at(votes, (np.arange(len(far))[:, None], voters), 1 / (np.sqrt(far) + 1e-6))
        return votes / votes.sum(1, keepdims=True)

    def _block(self, images: np.ndarray) -> np.ndarray:
        return self._votes(*self._nearest(images))
