"""The test report: accuracy with its interval, confusion, what was turned away."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

Z95 = 1.959964

UNKNOWN = -1  # the label of a picture whose class the model does not have


@dataclass(frozen=True)
class Report:
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


def report(probabilities: Tensor, labels: Tensor, rejected: Tensor) -> Report:
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

    Returns
    -------
    Report
    """
    classes = probabilities.shape[1]
    answers = probabilities.argmax(1)
    known = labels != UNKNOWN
    pairs = labels[known] * classes + answers[known]
    right = int((answers == labels).sum())
    return Report(
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
