"""Hidden units over many pictures: the plane of h_t, reports on single units, orders of units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import torch
from scipy.cluster.hierarchy import leaves_list, linkage
from torch import Tensor

from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.scans import to_sequence
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.network import evaluating
from rnndemo.models.store import Model

BATCH = 500

_ORDERS: WeakKeyDictionary[SequenceClassifier, np.ndarray] = WeakKeyDictionary()


def hidden_over(
    model: SequenceClassifier, images: Tensor, scan: str, layer: int = -1
) -> np.ndarray:
    """Return one layer's hidden states for many pictures.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, H, W)``, as in a data set.
    layer : int, default -1
        Negative numbers count from the end.

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
    """The principal components of h_t over all pictures and timesteps.

    Parameters
    ----------
    mean : ndarray
        ``(width,)``, subtracted before projecting.
    axes : ndarray
        ``(components, width)``, orthonormal rows.
    explained : ndarray
        ``(components,)``: the share of the variance along each axis.
    class_paths : ndarray
        ``(classes, time, components)``: the mean place of a class's pictures at t; NaN for a class
        without pictures.
    """

    mean: np.ndarray
    axes: np.ndarray
    explained: np.ndarray
    class_paths: np.ndarray

    def project(self, hidden: np.ndarray) -> np.ndarray:
        """Return the coordinates ``(…, components)`` of hidden states ``(…, width)``."""
        return (hidden - self.mean) @ self.axes.T


def fit_plane(hidden: np.ndarray, labels: np.ndarray, classes: int, components: int = 2) -> Plane:
    """Return the plane of hidden states.

    Parameters
    ----------
    hidden : ndarray
        ``(N, time, width)``.
    labels : ndarray
        ``(N,)``, from 0 to ``classes - 1``.
    components : int, default 2
        Number of axes; those beyond `width` are zeros.
    """
    points = hidden.reshape(-1, hidden.shape[-1]).astype(np.float64)
    mean = points.mean(0)
    points -= mean
    # The eigenvectors of this small matrix are the axes of an SVD of all points.
    variance, vectors = torch.linalg.eigh(torch.from_numpy(points.T @ points))
    variance, vectors = variance.flip(0).clamp(min=0).numpy(), vectors.flip(1).T.numpy()
    missing = max(0, components - len(mean))
    axes = np.pad(_upright(vectors[:components]), ((0, missing), (0, 0)))
    explained = np.pad(variance[:components] / (variance.sum() or 1.0), (0, missing))
    paths = (_class_means(hidden, labels, classes) - mean) @ axes.T
    return Plane(*(part.astype(hidden.dtype) for part in (mean, axes, explained, paths)))


def _upright(axes: np.ndarray) -> np.ndarray:
    """Return axes whose largest entries are positive: signs are free, but figures must not flip."""
    largest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)
    return axes * np.where(largest < 0, -1.0, 1.0)


def _class_means(values: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return the mean of ``(N, …)`` over each class, ``(classes, …)``; NaN without pictures."""
    labels = np.asarray(labels)
    empty = np.full(values.shape[1:], np.nan)
    return np.stack(
        [values[labels == k].mean(0) if (labels == k).any() else empty for k in range(classes)]
    )


@dataclass(frozen=True)
class UnitReport:
    """The activations of one unit over many pictures.

    Parameters
    ----------
    class_means : ndarray
        ``(classes, time)``: its mean activation at t; NaN for a class without pictures.
    images : ndarray
        ``(k,)``: indices of the pictures with its highest activations, in descending order.
    timesteps, values : ndarray
        ``(k,)``: timestep and value of these activations.
    """

    class_means: np.ndarray
    images: np.ndarray
    timesteps: np.ndarray
    values: np.ndarray


def report_unit(
    hidden: np.ndarray, labels: np.ndarray, classes: int, unit: int, k: int = 8
) -> UnitReport:
    """Return the report on one unit of hidden states ``(N, time, width)``, with k ≤ N pictures."""
    activation = hidden[:, :, unit]  # (N, time)
    peak = activation.max(1)
    images = np.argsort(-peak, kind="stable")[:k]
    means = _class_means(activation, labels, classes)
    return UnitReport(means, images, activation[images].argmax(1), peak[images])


def as_numbered(hidden: np.ndarray) -> np.ndarray:
    """Return the units in the order of their numbers."""
    return np.arange(hidden.shape[-1])


def by_similarity(hidden: np.ndarray) -> np.ndarray:
    """Return the units with similar ones side by side: the leaves of average-linkage clustering."""
    if hidden.shape[-1] < 2:
        return as_numbered(hidden)
    courses = hidden.reshape(-1, hidden.shape[-1]).T  # (units, time)
    return leaves_list(linkage(courses, "average", optimal_ordering=True)).astype(np.int64)


def by_firing(hidden: np.ndarray) -> np.ndarray:
    """Return the units ordered by the timestep of their largest mean |h_t|, and its sign there."""
    readings = hidden.reshape(-1, *hidden.shape[-2:])
    return _by_peak(np.abs(readings).mean(0), readings.mean(0))


def _by_peak(strength: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Order units by the peak of their `strength` ``(time, units)``, then by the sign of `mean`."""
    peak = strength.argmax(0)
    signs = np.sign(mean[peak, np.arange(len(peak))])
    return np.lexsort((signs, peak))


def usual_order(model: Model) -> np.ndarray:
    """Return the last layer's units by when they are strongest in drawings of digits, and sign.

    Unlike `by_firing` of one reading, the order does not change while a person draws.
    """
    network = model.network
    assert isinstance(network, SequenceClassifier)
    if network not in _ORDERS:
        frame = FRAMES[model.frame]
        glyphs = [strokes_of(form) for forms in DIGITS.values() for form in forms[:2]]
        pictures = np.stack([frame.from_strokes(strokes, None).image for strokes in glyphs])
        sequence = to_sequence(torch.from_numpy(pictures), model.config.data.scan)
        with evaluating(network), torch.inference_mode():
            mean = network.hidden_states(sequence)[-1].mean(0).numpy()  # (time, units)
        _ORDERS[network] = _by_peak(np.abs(mean), mean)
    return _ORDERS[network]


# name -> function (hidden (time, units) or (N, time, units)) -> order of the units (units,)
ORDERINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "number": as_numbered,
    "similarity": by_similarity,
    "firing": by_firing,
}
