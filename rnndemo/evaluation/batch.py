"""What a model answers on many drawings at once, and how right that is."""

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
EVALUATION_BATCH = 500


@dataclass(frozen=True)
class Prediction:
    """What a model says of one drawing.

    Parameters
    ----------
    label : str
        The likeliest class, also where it is rejected; "?" for a blank drawing.
    probability : float
        Of that class; 0 for a blank drawing.
    rejected : bool
        Whether the reject option turns the drawing away: nothing is sure enough, or drawn at all.
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
    """Return one `Prediction` a drawing."""
    table = probabilities_of(model, drawings.images)
    rejected = _rejected(model, table, drawings.blank).tolist()
    predictions = []
    for row, turned_away, blank in zip(
        table.tolist(), rejected, drawings.blank.tolist(), strict=True
    ):
        if blank:
            nothing = dict.fromkeys(model.classes, 0.0)
            predictions.append(Prediction(NO_ANSWER, 0.0, True, nothing))
            continue
        best = max(range(len(row)), key=row.__getitem__)
        shares = dict(zip(model.classes, row, strict=True))
        predictions.append(Prediction(model.classes[best], row[best], turned_away, shares))
    return predictions


def evaluate(model: Model, drawings: Drawings) -> TestScores:
    """Report how `model` answers drawings; without labels, all are of a class it does not have.

    Raises
    ------
    InputError
        If some drawings have a label and some have none.
    """
    numbers = torch.full((len(drawings),), UNKNOWN)
    if drawings.labels is not None:
        missing = sum(label is None for label in drawings.labels)
        if missing:
            raise InputError(
                "{missing} of {n} drawings have no label; label all of them, or none.",
                missing=missing, n=len(drawings),
            )  # fmt: skip
        places = {name: place for place, name in enumerate(model.classes)}
        numbers = torch.tensor([places.get(str(label), UNKNOWN) for label in drawings.labels])
    table = probabilities_of(model, drawings.images)
    return report(table, numbers, _rejected(model, table, drawings.blank))


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
