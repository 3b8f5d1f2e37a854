"""How sure a model may be: temperature, and the reject option.

Temperature scaling (Guo, Pleiss, Sun, Weinberger 2017) divides the logits by one number, found on
the validation part, so that a stated probability of 0.9 is right nine times in ten. The reject
option (Chow 1970) answers "?" when the largest probability is below a threshold; the threshold is
the one that keeps a chosen share of validation pictures.

A person's own classes have a handful of validation pictures. All of them right would say "always
right", and the least sure of five says little of the next hundred. With few, the targets are
therefore softened as Platt (1999) did, by one imagined picture of each class, and the threshold
goes only half of the way from chance.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.models.heads import OUTPUT_ACTIVATIONS

# Share of validation pictures that must pass: 98 % and one standard error of 5,000 pictures
KEPT = 0.982
# data set -> another share. The gestures that we draw are more careless than people's, most of all
# as pictures: of people's, more will pass.
KEPT_OF = {"gestures": 0.945, "gestures-strokes": 0.97}

FEW = 500  # validation pictures; with fewer, both are found with care


def fit_temperature(logits: Tensor, labels: Tensor, output_activation: str) -> float:
    """Return the temperature in [0.05, 20] with the least negative log-likelihood.

    Parameters
    ----------
    logits : Tensor
        ``(N, classes)``, of validation pictures.
    labels : Tensor
        int64 ``(N,)``.
    output_activation : str
        "softmax" or "sigmoid".
    """
    count, classes = logits.shape
    target = F.one_hot(labels, classes).double()
    if count < FEW:
        target = (count * target + 1) / (count + classes)
    logits = logits.double()

    def loss(log_temperature: Tensor) -> Tensor:
        scaled = logits / log_temperature.exp()
        if output_activation == "softmax":
            return F.cross_entropy(scaled, target)
        return F.binary_cross_entropy_with_logits(scaled, target)

    # one smooth variable: golden-section search needs no step size
    low, high = torch.tensor(0.05).log().double(), torch.tensor(20.0).log().double()
    ratio = (5**0.5 - 1) / 2
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(((low + high) / 2).exp())


def fit_threshold(
    logits: Tensor, temperature: float, output_activation: str, data: str = ""
) -> float:
    """Return the largest threshold that keeps its share of the pictures that show a class.

    The share is `KEPT`, or for the data set `data` another in `KEPT_OF`. With fewer than `FEW` of
    them: half of the way from what no picture at all would give to that threshold.
    """
    activation = OUTPUT_ACTIVATIONS[output_activation]
    sure = confidence(activation(logits / temperature))
    threshold = float(
        torch.quantile(sure.double(), 1 - KEPT_OF.get(data, KEPT), interpolation="lower")
    )
    if len(logits) >= FEW:
        return threshold
    chance = float(confidence(activation(torch.zeros(1, logits.shape[1]).double())))
    return (chance + threshold) / 2


def confidence(probabilities: Tensor) -> Tensor:
    """Return the largest probability, what the reject threshold is compared with."""
    return probabilities.amax(-1)


def expected_calibration_error(probabilities: Tensor, labels: Tensor, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy over equal bins (Guo et al. 2017)."""
    sure, answers = probabilities.max(-1)
    right = (answers == labels).double()
    bucket = (sure * bins).long().clamp_max(bins - 1)
    gaps = torch.zeros(bins, dtype=torch.double)
    gaps.index_add_(0, bucket, right - sure.double())
    return float(gaps.abs().sum() / len(labels))
