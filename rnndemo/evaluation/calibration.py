"""Fit and measure a model's confidence: temperature, and the reject option.

Temperature scaling (Guo, Pleiss, Sun, Weinberger 2017) divides the logits by one number, fitted on
the validation part, so that answers with a probability of 0.9 are right nine times in ten. The
reject option (Chow 1970) answers "?" when the largest probability is below a threshold, which is
set so that a given share of validation pictures passes.

A person's own classes have only a few validation pictures. If all are right, the fit would be
"always right"; and the least sure of five says little about the next hundred. With few pictures,
the targets are therefore smoothed by one imagined picture of each class (Platt 1999), and the
threshold is only halfway from chance.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.models.heads import OUTPUT_ACTIVATIONS

# Share of validation pictures that must pass: 98 % and one standard error of 5,000 pictures
ACCEPTED = 0.982
# data set -> another share. Generated gestures are more careless than people's, above all as
# pictures, so that more of people's pass.
ACCEPTED_OF = {"gestures": 0.945, "gestures-strokes": 0.97}

FEW = 500  # validation pictures: with fewer, both fits are cautious


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

    # golden-section search: one smooth variable, and no step size to choose
    low, high = torch.tensor(0.05).log().double(), torch.tensor(20.0).log().double()
    ratio = (5**0.5 - 1) / 2
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(((low + high) / 2).exp())


def fit_threshold(
    logits: Tensor, temperature: float, output_activation: str, data: str = ""
) -> float:
    """Return the largest threshold that lets the required share of validation pictures pass.

    The share is that of the data set `data` in `ACCEPTED_OF`, else `ACCEPTED`. With fewer than
    `FEW` pictures, the result is halfway between the confidence of equal logits and that threshold.
    """
    activation = OUTPUT_ACTIVATIONS[output_activation]
    sure = confidence(activation(logits / temperature))
    threshold = float(
        torch.quantile(sure.double(), 1 - ACCEPTED_OF.get(data, ACCEPTED), interpolation="lower")
    )
    if len(logits) >= FEW:
        return threshold
    chance = float(confidence(activation(torch.zeros(1, logits.shape[1]).double())))
    return (chance + threshold) / 2


def confidence(probabilities: Tensor) -> Tensor:
    """Return the largest probability, which is compared with the reject threshold."""
    return probabilities.amax(-1)
