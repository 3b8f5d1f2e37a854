"""Figures of a labelled set beside accuracy: precision and recall a class, and calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BINS = 15  # as Guo et al. 2017 have them


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
    bins : int, default 15
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
