"""Score a model's answers: accuracy with its interval, confusion, precision, calibration."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

Z95 = 1.959964
UNKNOWN = -1  # the label of a picture of a class that the model does not have
BINS = 15  # of a calibration curve (Guo et al. 2017)


@dataclass(frozen=True)
class TestScores:
    """A model's scores on a labelled set.

    Parameters
    ----------
    n : int
        Number of pictures.
    accuracy : float
        Share of right answers, without the reject option.
    interval : tuple of float
        95 % confidence interval of the accuracy.
    rejected : float
        Share that the reject option turns away.
    confusion : Tensor
        int64 ``(classes, classes)``: row is the true class, column the answer. Pictures of classes
        that the model does not have are left out.
    """

    n: int
    accuracy: float
    interval: tuple[float, float]
    rejected: float
    confusion: Tensor


def report(probabilities: Tensor, labels: Tensor, rejected: Tensor) -> TestScores:
    """Return the scores of answers to a labelled set.

    Parameters
    ----------
    probabilities : Tensor
        ``(N, classes)``, N at least 1.
    labels : Tensor
        int64 ``(N,)``; `UNKNOWN` for a class that the model does not have: every answer is wrong.
    rejected : Tensor
        bool ``(N,)``: whether the reject option turns the picture away.
    """
    classes = probabilities.shape[1]
    answers = probabilities.argmax(1)
    known = labels != UNKNOWN
    pairs = labels[known] * classes + answers[known]
    right = int((answers == labels).sum())
    return TestScores(
        n=len(labels),
        accuracy=right / len(labels),
        interval=wilson_interval(right, len(labels)),
        rejected=float(rejected.double().mean()),
        confusion=torch.bincount(pairs, minlength=classes**2).reshape(classes, classes),
    )


def wilson_interval(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927)."""
    share, z2 = right / n, Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class ClassScores:
    """How well each class is found; every array is ``(classes,)``.

    Parameters
    ----------
    precision : ndarray
        Share of right ones among the answers of this class; NaN where there is no answer.
    recall : ndarray
        Share of right answers among the pictures of this class; NaN where there is no picture.
    f1 : ndarray
        The harmonic mean of both; NaN where there is neither a picture nor an answer.
    pictures : ndarray
        int: number of pictures.
    """

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    pictures: np.ndarray


def class_scores(confusion: np.ndarray) -> ClassScores:
    """Return the scores of every class.

    Parameters
    ----------
    confusion : ndarray
        int ``(classes, classes)``: row is the true class, column the answer.
    """
    right, answered, pictures = confusion.diagonal(), confusion.sum(0), confusion.sum(1)
    return ClassScores(
        precision=_share(right, answered),
        recall=_share(right, pictures),
        f1=_share(2 * right, answered + pictures),
        pictures=pictures,
    )


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return ``part / whole``, NaN where `whole` is 0."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


@dataclass(frozen=True)
class Calibration:
    """A calibration curve: confidence and accuracy in equal bins of confidence.

    Empty bins are left out; every array is ``(bins,)``.

    Parameters
    ----------
    confidence : ndarray
        Mean probability of the answers in the bin.
    accuracy : ndarray
        Share of right answers in the bin.
    count : ndarray
        int: number of answers in the bin.
    error : float
        The expected calibration error: the mean gap between both, weighted by `count`.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray
    error: float


def calibration_curve(confidences: np.ndarray, right: np.ndarray, bins: int = BINS) -> Calibration:
    """Return the calibration curve of answers (Guo et al. 2017, section 2).

    Parameters
    ----------
    confidences : ndarray
        ``(N,)`` in [0, 1]: the probability of each answer.
    right : ndarray
        bool ``(N,)``: whether it is right.
    """
    bucket = np.minimum((confidences * bins).astype(np.int64), bins - 1)
    count = np.bincount(bucket, minlength=bins)
    filled = count > 0
    confidence = np.bincount(bucket, confidences, bins)[filled] / count[filled]
    accuracy = np.bincount(bucket, right, bins)[filled] / count[filled]
    gaps = np.abs(accuracy - confidence) * count[filled]
    return Calibration(
        confidence, accuracy, count[filled], float(gaps.sum() / max(1, len(confidences)))
    )
