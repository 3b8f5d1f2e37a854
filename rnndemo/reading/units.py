"""What the hidden units do over many pictures: the plane of h_t, single units, and their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.cluster.hierarchy import leaves_list, linkage
from torch import Tensor

from rnndemo.data.scans import to_sequence
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.network import evaluating

BATCH = 500


def hidden_over(
    model: SequenceClassifier, images: Tensor, scan: str, layer: int = -1
) -> np.ndarray:
    """Return one layer's hidden states for many pictures.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, H, W)``, as a data set holds them.
    layer : int, default -1
        The last one.

    Returns
    -------
    ndarray
        ``(N, time, directions * hidden_size)``; the backward direction's units come second.
    """
    kind = next(model.parameters())
    with evaluating(model), torch.inference_mode():
        parts = [
            model.hidden_states(to_sequence(part.to(kind) / 255, scan))[layer].cpu()
            for part in images.split(BATCH)
        ]
    return torch.cat(parts).numpy()


@dataclass(frozen=True)
class Plane:
    """The directions in which h_t varies most (principal components), over all pictures and t.

    Parameters
    ----------
    mean : ndarray
        ``(width,)``: what is taken off before projecting.
    axes : ndarray
        ``(components, width)``, orthonormal rows.
    explained : ndarray
        ``(components,)``: the share of the variance that lies along each axis.
    class_paths : ndarray
        ``(classes, time, components)``: where the pictures of a class are on average at t; NaN for
        a class with no picture.
    """

    mean: np.ndarray
    axes: np.ndarray
    explained: np.ndarray
    class_paths: np.ndarray

    def project(self, hidden: np.ndarray) -> np.ndarray:
        """Return the place ``(…, components)`` of hidden states ``(…, width)``."""
        return (hidden - self.mean) @ self.axes.T


def fit_plane(hidden: np.ndarray, labels: np.ndarray, classes: int, components: int = 2) -> Plane:
    """Fit a `Plane` to hidden states.

    Parameters
    ----------
    hidden : ndarray
        ``(N, time, width)``.
    labels : ndarray
        ``(N,)``, from 0 to ``classes - 1``.
    components : int, default 2
        Axes; where `width` is smaller, the rest are zeros.
    """
    points = hidden.reshape(-1, hidden.shape[-1]).astype(np.float64)
    mean = points.mean(0)
    points -= mean
    # The axes of an SVD are the eigenvectors of this small matrix, whatever the number of points.
    variance, vectors = torch.linalg.eigh(torch.from_numpy(points.T @ points))
    variance, vectors = variance.flip(0).clamp(min=0).numpy(), vectors.flip(1).T.numpy()
    missing = max(0, components - len(mean))
    axes = np.pad(_upright(vectors[:components]), ((0, missing), (0, 0)))
    explained = np.pad(variance[:components] / (variance.sum() or 1.0), (0, missing))
    paths = (_class_means(hidden, labels, classes) - mean) @ axes.T
    return Plane(*(part.astype(hidden.dtype) for part in (mean, axes, explained, paths)))


def _upright(axes: np.ndarray) -> np.ndarray:
    """Make each axis's largest entry positive: its sign is free, and figures should not flip."""
    largest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)
    return axes * np.where(largest < 0, -1.0, 1.0)


def _class_means(values: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Average ``(N, …)`` over each class: ``(classes, …)``, NaN where a class has no picture."""
    labels = np.asarray(labels)
    empty = np.full(values.shape[1:], np.nan)
    return np.stack(
        [values[labels == k].mean(0) if (labels == k).any() else empty for k in range(classes)]
    )


@dataclass(frozen=True)
class UnitReport:
    """What one unit does over many pictures.

    Parameters
    ----------
    class_means : ndarray
        ``(classes, time)``: its mean activation at t; NaN for a class with no picture.
    images : ndarray
        ``(k,)``: the pictures that make it fire most, the strongest first.
    timesteps, values : ndarray
        ``(k,)``: when it does so, and its activation then.
    """

    class_means: np.ndarray
    images: np.ndarray
    timesteps: np.ndarray
    values: np.ndarray


def report_unit(
    hidden: np.ndarray, labels: np.ndarray, classes: int, unit: int, k: int = 8
) -> UnitReport:
    """Look into one unit of hidden states ``(N, time, width)``; k is at most N."""
    activation = hidden[:, :, unit]  # (N, time)
    peak = activation.max(1)
    images = np.argsort(-peak, kind="stable")[:k]
    means = _class_means(activation, labels, classes)
    return UnitReport(means, images, activation[images].argmax(1), peak[images])


def as_numbered(hidden: np.ndarray) -> np.ndarray:
    """The units in the order of their numbers."""
    return np.arange(hidden.shape[-1])


def by_similarity(hidden: np.ndarray) -> np.ndarray:
    """Units that do the same side by side: leaves of a tree of average distances."""
    if hidden.shape[-1] < 2:
        return as_numbered(hidden)
    courses = hidden.reshape(-1, hidden.shape[-1]).T  # (units, time)
    return leaves_list(linkage(courses, "average", optimal_ordering=True)).astype(np.int64)


def by_firing(hidden: np.ndarray) -> np.ndarray:
    """Units that are strongest early come first: ordered by the timestep of their largest |h_t|."""
    strength = np.abs(hidden).reshape(-1, *hidden.shape[-2:]).mean(0)  # (time, units)
    return np.argsort(strength.argmax(0), kind="stable")


# name -> function (hidden (time, units) or (N, time, units)) -> order of the units (units,)
ORDERINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "number": as_numbered,
    "similarity": by_similarity,
    "firing": by_firing,
}
