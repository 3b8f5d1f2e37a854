"""Classical image processing: nearest neighbours and support vector machines, without networks.

Each keeps arrays from which it scores pictures by matrix products alone; scikit-learn only finds
them. What has to be chosen is chosen on the validation part, after a fit to at most `TRIED`
training pictures; then all of them are used, as they are.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import torch

from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.evaluation.calibration import fit_temperature

TRIED = 10_000  # training pictures to which settings are fitted that are then compared
BLOCK = 1000  # pictures that are scored at once
NEIGHBOURS = (1, 3, 5, 7, 9)
COSTS = (0.001, 0.01, 0.1, 1.0)  # C of the linear SVM
EDGE_COSTS, WIDTHS = (1.0, 10.0), (1.0, 2.0)  # C; and gamma, in parts of the median distance
LANDMARKS = 1000  # training pictures with which a drawing is compared through the kernel
DIRECTIONS, CELLS = 9, 7  # of edges; parts of a picture a side, in which they are counted


@dataclass(frozen=True)
class Classical(ABC):
    """A way to answer pictures.

    Parameters
    ----------
    classes : tuple of str
    image_size : tuple of int
        Height and width of the pictures.
    settings : mapping of str to float
        What was chosen on the validation part.
    arrays : mapping of str to ndarray
        What it keeps.
    """

    classes: tuple[str, ...]
    image_size: tuple[int, int]
    settings: Mapping[str, float]
    arrays: Mapping[str, np.ndarray]

    @classmethod
    @abstractmethod
    def fit(cls, data: DataSet) -> Classical:
        """Return one that is fitted to the training part of `data`."""

    @property
    @abstractmethod
    def flops(self) -> int:
        """Operations of the products for one picture; a product of (m, k), (k, n) is 2·m·k·n."""

    @abstractmethod
    def _block(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities of at most `BLOCK` pictures."""

    @property
    def numbers(self) -> int:
        """How many numbers it keeps."""
        return sum(array.size for array in self.arrays.values())

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return float ``(N, classes)`` for uint8 ``(N, H, W)``."""
        starts = range(0, len(images), BLOCK)
        blocks = [self._block(images[at : at + BLOCK]) for at in starts]
        return np.concatenate([np.empty((0, len(self.classes)), np.float32), *blocks])


def _pixels(images: np.ndarray) -> np.ndarray:
    """Return float32 ``(N, H * W)`` in [0, 1]."""
    return images.reshape(len(images), -1).astype(np.float32) / 255


@dataclass(frozen=True)
class _Points:
    """Rows from which distances are wanted again and again, and their squared lengths."""

    rows: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> _Points:
        return cls(rows, (rows**2).sum(1))

    def part(self, at: int, count: int) -> _Points:
        return _Points(self.rows[at : at + count], self.squares[at : at + count])

    def distances(self, given: np.ndarray) -> np.ndarray:
        """Return the squared distance of each row of `given` from each of these."""
        far = given @ self.rows.T
        far *= -2
        far += (given**2).sum(1)[:, None]
        far += self.squares
        return np.maximum(far, 0, out=far)

    def likeness(self, given: np.ndarray, gamma: float) -> np.ndarray:
        """Return the RBF kernel of each row of `given` with each of these."""
        likeness: np.ndarray = np.exp(-gamma * self.distances(given))
        return likeness


def _accuracy(scores: np.ndarray, part: ImageSet) -> float:
    return float((scores.argmax(1) == part.labels.numpy()).mean())


class NearestNeighbours(Classical):
    """The k nearest training pictures vote, each by one over its distance."""

    @classmethod
    def fit(cls, data: DataSet) -> NearestNeighbours:
        """Keep all training pictures; choose k."""
        arrays = cls.arrays_of(data)
        images = data.validation.images.numpy()

        def tried(k: int) -> float:
            one = cls(data.classes, data.image_size, {"k": k}, arrays)
            return _accuracy(one.probabilities(images), data.validation)

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
    def _kept(self) -> _Points:
        return _Points.of(_pixels(self.arrays["images"]))

    def _block(self, images: np.ndarray) -> np.ndarray:
        given, k, labels = _pixels(images), int(self.settings["k"]), self.arrays["labels"]
        near = np.empty((len(images), 0), np.float32)
        voters = np.empty((len(images), 0), np.int64)
        for at in range(0, len(labels), 5 * BLOCK):  # the nearest so far, and a block more
            block = self._kept.part(at, 5 * BLOCK).distances(given)
            near = np.concatenate([near, block], 1)
            there = np.broadcast_to(labels[at : at + 5 * BLOCK], block.shape)
            voters = np.concatenate([voters, there], 1)
            if near.shape[1] > k:
                nearest = np.argpartition(near, k - 1, axis=1)[:, :k]
                near = np.take_along_axis(near, nearest, 1)
                voters = np.take_along_axis(voters, nearest, 1)
        weight = 1 / (np.sqrt(near) + 1e-6)
        votes = np.zeros((len(images), len(self.classes)))
        np.add.at(votes, (np.arange(len(images))[:, None], voters), weight)
        return votes / votes.sum(1, keepdims=True)


class LinearSVM(Classical):
    """One weight a pixel and class."""

    @classmethod
    def fit(cls, data: DataSet) -> LinearSVM:
        """Fit one against the rest for each class; choose C."""
        few = _pixels(data.train.images[:TRIED].numpy())
        given = _pixels(data.validation.images.numpy())

        def tried(cost: float) -> float:
            weight, bias = _machine(few, data.train.labels[:TRIED].numpy(), cost, data.classes)
            return _accuracy(given @ weight + bias, data.validation)

        cost = max(COSTS, key=tried)
        weight, bias = _machine(
            _pixels(data.train.images.numpy()), data.train.labels.numpy(), cost, data.classes
        )
        temperature = _temperature(given @ weight + bias, data.validation)
        settings = {"C": cost, "temperature": temperature}
        return cls(data.classes, data.image_size, settings, {"weight": weight, "bias": bias})

    @property
    def flops(self) -> int:
        """One product with all weights."""
        return 2 * self.arrays["weight"].size

    def _block(self, images: np.ndarray) -> np.ndarray:
        scores = _pixels(images) @ self.arrays["weight"] + self.arrays["bias"]
        return _softmax(scores / self.settings["temperature"])


class EdgeSVM(Classical):
    """Histograms of oriented gradients (Dalal and Triggs 2005) before an SVM with an RBF kernel.

    All support vectors of the exact machine would take tens of megabytes. Nyström's approximation
    (Williams and Seeger 2001) compares a picture with `LANDMARKS` training pictures instead.
    """

    @classmethod
    def fit(cls, data: DataSet) -> EdgeSVM:
        """Fit one against the rest for each class; choose C and the kernel's width."""
        edges = histograms(data.train.images.numpy())
        chosen = np.random.default_rng(0).permutation(len(edges))[:LANDMARKS]
        landmarks = _Points.of(edges[chosen].astype(np.float16).astype(np.float32))  # as stored
        given, labels = histograms(data.validation.images.numpy()), data.train.labels.numpy()
        middle = float(np.median(landmarks.distances(landmarks.rows))) or 1.0

        def machine(count: int, width: float, cost: float) -> tuple[np.ndarray, np.ndarray]:
            whiten = _whitening(landmarks.likeness(landmarks.rows, width / middle))
            features = landmarks.likeness(edges[:count], width / middle) @ whiten
            weight, bias = _machine(features, labels[:count], cost, data.classes)
            return whiten @ weight, bias

        def tried(choice: tuple[float, float]) -> float:
            weight, bias = machine(TRIED, *choice)
            scores = landmarks.likeness(given, choice[0] / middle) @ weight + bias
            return _accuracy(scores, data.validation)

        width, cost = max(product(WIDTHS, EDGE_COSTS), key=tried)
        weight, bias = machine(len(edges), width, cost)
        scores = landmarks.likeness(given, width / middle) @ weight + bias
        settings = {
            "C": cost,
            "gamma": width / middle,
            "temperature": _temperature(scores, data.validation),
        }
        arrays = {"landmarks": landmarks.rows.astype(np.float16), "weight": weight, "bias": bias}
        return cls(data.classes, data.image_size, settings, arrays)

    @property
    def flops(self) -> int:
        """Two differences a pixel, its share in a cell, and the products with landmarks."""
        pixels = self.image_size[0] * self.image_size[1]
        return 4 * pixels + 2 * (self.arrays["landmarks"].size + self.arrays["weight"].size)

    @cached_property
    def _landmarks(self) -> _Points:
        return _Points.of(self.arrays["landmarks"].astype(np.float32))

    def _block(self, images: np.ndarray) -> np.ndarray:
        likeness = self._landmarks.likeness(histograms(images), self.settings["gamma"])
        scores = likeness @ self.arrays["weight"] + self.arrays["bias"]
        return _softmax(scores / self.settings["temperature"])


def histograms(images: np.ndarray) -> np.ndarray:
    """Return how edges run in the parts of pictures, float32 ``(N, features)``."""
    from skimage.feature import hog

    cell = max(1, min(images.shape[1:]) // CELLS)
    return np.stack(
        [
            hog(
                image, orientations=DIRECTIONS, pixels_per_cell=(cell, cell),
                cells_per_block=(2, 2), feature_vector=True,
            ).astype(np.float32)
            for image in images
        ]
    )  # fmt: skip


def _whitening(kernel: np.ndarray) -> np.ndarray:
    """Return the inverse square root of the landmarks' own kernel."""
    values, vectors = np.linalg.eigh(kernel.astype(np.float64))
    return ((vectors / np.sqrt(np.maximum(values, 1e-6))) @ vectors.T).astype(np.float32)


def _machine(
    features: np.ndarray, labels: np.ndarray, cost: float, classes: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights ``(features, classes)`` and biases of a linear SVM, one against the rest."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    weight = np.zeros((features.shape[1], len(classes)), np.float32)
    bias = np.full(len(classes), -1, np.float32)  # of a class that is not among the labels
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = LinearSVC(C=cost, dual=False, tol=1e-3, random_state=0).fit(features, labels)
    rows, starts = found.coef_, found.intercept_
    if len(rows) == 1:  # of two classes it weighs but the second
        rows, starts = np.concatenate([-rows, rows]), np.concatenate([-starts, starts])
    weight[:, found.classes_], bias[found.classes_] = rows.T, starts
    return weight, bias


def _temperature(scores: np.ndarray, part: ImageSet) -> float:
    return fit_temperature(torch.from_numpy(scores), part.labels, "softmax")


def _softmax(scores: np.ndarray) -> np.ndarray:
    grown = np.exp(scores - scores.max(1, keepdims=True))
    shares: np.ndarray = grown / grown.sum(1, keepdims=True)
    return shares


# name -> how it is fitted and read
BUILDERS: dict[str, type[Classical]] = {
    "knn": NearestNeighbours,
    "svm": LinearSVM,
    "hog-svm": EdgeSVM,
}
