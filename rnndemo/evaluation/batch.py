"""Answer many drawings at once, and measure how right the answers are."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from rnndemo.data.files.drawings import Drawings
from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import ImageSet
from rnndemo.errors import InputError
from rnndemo.evaluation.calibration import confidence
from rnndemo.evaluation.report import UNKNOWN, TestScores, report
from rnndemo.models.network import Network
from rnndemo.models.store import Model

NO_ANSWER = "?"
EVALUATION_BATCH = 100  # fits a core's cache: convolutions and ReNet take two thirds of the time


@dataclass(frozen=True)
class Prediction:
    """A model's answer to one drawing.

    Parameters
    ----------
    label : str
        The likeliest class, even if it is rejected; "?" for a blank drawing.
    probability : float
        Of that class; 0 for a blank drawing.
    rejected : bool
        Whether the model should answer "?": it is not sure enough, or the drawing is blank.
    probabilities : dict of str to float
        Of every class.
    """

    label: str
    probability: float
    rejected: bool
    probabilities: dict[str, float]


def probabilities_of(model: Model, images: Tensor) -> Tensor:
    """Return calibrated probabilities, float64 ``(N, classes)``, for uint8 ``(N, H, W)``."""
    logits = logits_of(model.network, images, model.config.data.scan)
    return model.probabilities(logits.double())


def predict(model: Model, drawings: Drawings) -> list[Prediction]:
    """Return a prediction for each drawing."""
    table = probabilities_of(model, drawings.images)
    rejected = _rejected(model, table, drawings.blank).tolist()
    predictions = []
    for row, away, blank in zip(table.tolist(), rejected, drawings.blank.tolist(), strict=True):
        if blank:
            zeros = dict.fromkeys(model.classes, 0.0)
            predictions.append(Prediction(NO_ANSWER, 0.0, True, zeros))
            continue
        shares = dict(zip(model.classes, row, strict=True))
        best = max(shares, key=shares.__getitem__)
        predictions.append(Prediction(best, shares[best], away, shares))
    return predictions


def evaluate(model: Model, drawings: Drawings) -> TestScores:
    """Return the scores of `model` on drawings.

    Drawings without labels count as of none of its classes, and so do blank ones, to which it has
    no answer.

    Raises
    ------
    InputError
        If only some drawings have a label.
    """
    numbers = label_numbers(drawings, model.classes)
    table = probabilities_of(model, drawings.images)
    return report(table, numbers, _rejected(model, table, drawings.blank))


def label_numbers(drawings: Drawings, classes: tuple[str, ...]) -> Tensor:
    """Return the place of each drawing's label among the classes, int64 ``(N,)``.

    `UNKNOWN` where it is none of them, and for blank drawings and those without labels.

    Raises
    ------
    InputError
        If only some drawings have a label.
    """
    numbers = torch.full((len(drawings),), UNKNOWN)
    if drawings.labels is not None:
        missing = sum(label is None for label in drawings.labels)
        if missing:
            raise InputError(
                "Drawings without a label: {missing} of {n}. Label all of them, or none.",
                missing=missing, n=len(drawings),
            )  # fmt: skip
        places = {name: place for place, name in enumerate(classes)}
        numbers = torch.tensor([places.get(str(label), UNKNOWN) for label in drawings.labels])
        numbers[drawings.blank] = UNKNOWN
    return numbers


def _rejected(model: Model, table: Tensor, blank: Tensor) -> Tensor:
    return (confidence(table) < model.card.reject_threshold) | blank


def logits_of(model: Network, images: Tensor, scan: str) -> Tensor:
    """Return the logits ``(N, classes)`` for uint8 pictures ``(N, H, W)``, in evaluation mode."""
    model.eval()
    with torch.inference_mode():
        parts = [
            model(to_sequence(part.float() / 255, scan)) for part in images.split(EVALUATION_BATCH)
        ]
    return torch.cat(parts)


def accuracy(model: Network, part: ImageSet, scan: str) -> float:
    """Return the share of pictures whose largest logit is their class."""
    answers = logits_of(model, part.images, scan).argmax(1)
    return (answers == part.labels).double().mean().item()
