"""Support vector machines (Cortes and Vapnik 1995): on pixels, and on the directions of edges.

Settings are chosen after a fit to at most `TRIED` training pictures; the best are fitted to all.
"""

from __future__ import annotations

import warnings
from functools import cached_property
from itertools import product

import numpy as np
import torch

from rnndemo.comparison.classical.base import Classical, PointSet, accuracy_of, pixels_of
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.evaluation.calibration import fit_temperature

TRIED = 10_000  # training pictures for the choice of settings
COSTS = (0.001, 0.01, 0.1, 1.0)  # C of the linear SVM
EDGE_COSTS, WIDTHS = (1.0, 10.0), (1.0, 2.0)  # C; gamma times the median squared distance
LANDMARKS = 1000  # training pictures with which the kernel compares a drawing
DIRECTIONS, CELLS = 9, 7  # bins of edge directions; cells along a picture's shorter side


class LinearSVM(Classical):
    """A linear SVM on pixels: one weight for each pixel and class."""

    @classmethod
    def fit(cls, data: DataSet) -> LinearSVM:
        """Fit one against the rest for each class; choose C."""
        few = pixels_of(data.train.images[:TRIED].numpy())
        given = pixels_of(data.validation.images.numpy())

        def tried(cost: float) -> float:
            weight, bias = _machine(few, data.train.labels[:TRIED].numpy(), cost, data.classes)
            return accuracy_of(given @ weight + bias, data.validation)

        cost = max(COSTS, key=tried)
        weight, bias = _machine(
            pixels_of(data.train.images.numpy()), data.train.labels.numpy(), cost, data.classes
        )
        temperature = _temperature(given @ weight + bias, data.validation)
        settings = {"C": cost, "temperature": temperature}
        return cls(data.classes, data.image_size, settings, {"weight": weight, "bias": bias})

    @property
    def flops(self) -> int:
        """Operations of the product with all weights."""
        return 2 * self.arrays["weight"].size

    def _block(self, images: np.ndarray) -> np.ndarray:
        scores = pixels_of(images) @ self.arrays["weight"] + self.arrays["bias"]
        return _softmax(scores / self.settings["temperature"])


class EdgeSVM(Classical):
    """An SVM with an RBF kernel on histograms of oriented gradients (Dalal and Triggs 2005).

    The support vectors of an exact machine would take tens of megabytes. The Nyström approximation
    (Williams and Seeger 2001) compares a picture with `LANDMARKS` training pictures instead.
    """

    @classmethod
    def fit(cls, data: DataSet) -> EdgeSVM:
        """Fit one against the rest for each class; choose C and the kernel's width."""
        edges = histograms(data.train.images.numpy())
        chosen = np.random.default_rng(0).permutation(len(edges))[:LANDMARKS]
        landmarks = PointSet.of(edges[chosen].astype(np.float16).astype(np.float32))  # as stored
        given, labels = histograms(data.validation.images.numpy()), data.train.labels.numpy()
        middle = float(np.median(landmarks.distances(landmarks.rows))) or 1.0

        def machine(count: int, width: float, cost: float) -> tuple[np.ndarray, np.ndarray]:
            whiten = _whitening(landmarks.kernel(landmarks.rows, width / middle))
            features = landmarks.kernel(edges[:count], width / middle) @ whiten
            weight, bias = _machine(features, labels[:count], cost, data.classes)
            return whiten @ weight, bias

        def tried(choice: tuple[float, float]) -> float:
            weight, bias = machine(TRIED, *choice)
            scores = landmarks.kernel(given, choice[0] / middle) @ weight + bias
            return accuracy_of(scores, data.validation)

        width, cost = max(product(WIDTHS, EDGE_COSTS), key=tried)
        weight, bias = machine(len(edges), width, cost)
        scores = landmarks.kernel(given, width / middle) @ weight + bias
        settings = {
            "C": cost,
            "gamma": width / middle,
            "temperature": _temperature(scores, data.validation),
        }
        arrays = {"landmarks": landmarks.rows.astype(np.float16), "weight": weight, "bias": bias}
        return cls(data.classes, data.image_size, settings, arrays)

    @property
    def flops(self) -> int:
        """Two differences a pixel and its share in a cell, and the products with landmarks."""
        pixels = self.image_size[0] * self.image_size[1]
        return 4 * pixels + 2 * (self.arrays["landmarks"].size + self.arrays["weight"].size)

    @cached_property
    def _landmarks(self) -> PointSet:
        return PointSet.of(self.arrays["landmarks"].astype(np.float32))

    def _block(self, images: np.ndarray) -> np.ndarray:
        kernel = self._landmarks.kernel(histograms(images), self.settings["gamma"])
        scores = kernel @ self.arrays["weight"] + self.arrays["bias"]
        return _softmax(scores / self.settings["temperature"])


def histograms(images: np.ndarray) -> np.ndarray:
    """Return the histograms of oriented gradients of pictures, float32 ``(N, features)``."""
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
    """Return the inverse square root of the landmarks' kernel matrix."""
    values, vectors = np.linalg.eigh(kernel.astype(np.float64))
    return ((vectors / np.sqrt(np.maximum(values, 1e-6))) @ vectors.T).astype(np.float32)


def _machine(
    features: np.ndarray, labels: np.ndarray, cost: float, classes: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights ``(features, classes)`` and biases of a linear SVM, one against the rest."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    weight = np.zeros((features.shape[1], len(classes)), np.float32)
    bias = np.full(len(classes), -1, np.float32)  # for classes without a training picture
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = LinearSVC(C=cost, dual=False, tol=1e-3, random_state=0).fit(features, labels)
    rows, starts = found.coef_, found.intercept_
    if len(rows) == 1:  # for two classes scikit-learn returns the second's weights only
        rows, starts = np.concatenate([-rows, rows]), np.concatenate([-starts, starts])
    weight[:, found.classes_], bias[found.classes_] = rows.T, starts
    return weight, bias


def _temperature(scores: np.ndarray, part: ImageSet) -> float:
    return fit_temperature(torch.from_numpy(scores), part.labels, "softmax")


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(1, keepdims=True))
    shares: np.ndarray = powers / powers.sum(1, keepdims=True)
    return shares
