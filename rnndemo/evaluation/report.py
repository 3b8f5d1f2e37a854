"""What a test says of a model: accuracy with its interval, confusion, scores, calibration."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

Z95 = 1.959964
UNKNOWN = -1  # the label of a picture whose class the model does not have
BINS = 15  # of a calibration, as Guo et al. 2017 have them


@dataclass(frozen=True)
class TestScores:
    """What a model answered on a labelled set.

    Parameters
    ----------
    n : int
        Pictures tested.
    accuracy : float
        Share answered right when every picture must be answered.
    interval : tuple of float
        95 % confidence interval of the accuracy.
    rejected : float
        Share that the reject option turns away.
    confusion : Tensor
        int64 ``(classes, classes)``: row is the true class, column the answer. A picture whose
        class the model does not have is in no row.
    """

    n: int
    accuracy: float
    interval: tuple[float, float]
    rejected: float
    confusion: Tensor


def report(probabilities: Tensor, labels: Tensor, rejected: Tensor) -> TestScores:
    """Report on a labelled set.

    Parameters
    ----------
    probabilities : Tensor
        ``(N, classes)``, N at least 1.
    labels : Tensor
        int64 ``(N,)``; `UNKNOWN` for a class that the model does not have: whatever it answers
        there is wrong.
    rejected : Tensor
        bool ``(N,)``: what the reject option turns away.
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
        Of the pictures answered so, the share that are; NaN where nothing is answered so.
    recall : ndarray
        Of the pictures that are, the share answered so; NaN where there is none.
    f1 : ndarray
        The harmonic mean of both; NaN where there is neither a picture nor an answer.
    pictures : ndarray
        int: how many there are.
    """

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    pictures: np.ndarray


def class_scores(confusion: np.ndarray) -> ClassScores:
    """Score every class.

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
    """Divide; NaN where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


@dataclass(frozen=True)
class Calibration:
    """Whether a stated probability is right as often as it says, over equal bins of it.

    Only bins that hold a picture; every array is ``(bins,)``.

    Parameters
    ----------
    confidence : ndarray
        The mean probability of the answers in the bin.
    accuracy : ndarray
        The share of them that are right.
    count : ndarray
        int: how many they are.
    error : float
        The expected calibration error: the mean gap between both, weighted by `count`.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray
    error: float


def calibration_curve(confidences: np.ndarray, right: np.ndarray, bins: int = BINS) -> Calibration:
    """Compare stated probabilities with how often they are right (Guo et al. 2017, section 2).

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
