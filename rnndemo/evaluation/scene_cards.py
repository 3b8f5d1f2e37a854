"""Turn a trained network for scenes into a model with a card: measured, and reproducible.

The score from which a box is shown is chosen on validation scenes; the figures come from the test
scenes, which are used for nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from rnndemo.config import RunConfig
from rnndemo.data.scenes.data import SceneData
from rnndemo.data.scenes.scene import Scenes
from rnndemo.errors import N_
from rnndemo.evaluation.cards import STEERED_LIMITS, card_of_training, diverged
from rnndemo.evaluation.scenes import SceneScores, scores
from rnndemo.models.scene_answers import OVERLAP, SceneAnswer, answers, lying_apart
from rnndemo.models.scene_store import SceneModel
from rnndemo.models.scenes import SceneNetwork

FITTED = 500  # validation scenes, for the score
STEPS = 19  # scores that are tried, from 0.05 to 0.95

LIMITS = N_(
    "Trained and tested on scenes that a program composed of single pictures. What lies on top of "
    "something else is misread, and what belongs to none of the classes is taken for one of them."
)
SYNTHETIC_LIMITS = N_(
    "Trained on scenes that a program composed of MNIST's digits and of digits that it drew "
    "itself; tested on scenes of MNIST's digits alone. Digits that lie on top of each other are "
    "misread, and what is not a digit is taken for one."
)


def finished_scene_model(
    name: str,
    config: RunConfig,
    network: SceneNetwork,
    data: SceneData,
    seconds: float,
    *,
    steered: bool = False,
    command: str = "",
) -> tuple[SceneModel, SceneScores]:
    """Measure a trained network; return it as a model with a complete card, and its scores.

    Parameters
    ----------
    seconds : float
        Training time.
    steered : bool, default False
        Whether a person changed the course of the training, which the card then says.
    command : str, default ""
        What makes the model again, if that is not the training of `config` alone.

    Raises
    ------
    InputError
        If the network's weights are not finite: its training diverged.
    """
    if not all(torch.isfinite(weights).all() for weights in network.state_dict().values()):
        raise diverged(config)
    validation = data.validation(FITTED)
    same = data.kind.same_digit
    threshold = fitted_score(answers(network, validation.images, same), validation, same)
    tested = scores(answers(network, data.test.images, same), data.test, len(data.classes))
    begun = card_of_training(name, config, network, data.glyphs, seconds)
    card = replace(
        begun,
        command=command or begun.command,
        data=data.name,
        reject_threshold=threshold,
        limits=STEERED_LIMITS if steered else limits_of(config),
        test_accuracy=tested.exact_sequence,
        test_size=tested.n,
        measured=measured(tested, data.classes),
    )
    return SceneModel(name, config, network, data.classes, data.image_size, card), tested


def limits_of(config: RunConfig) -> str:
    """Return the sentence of a card that says what a network does not do."""
    return SYNTHETIC_LIMITS if config.data.synthetic else LIMITS


def measured(tested: SceneScores, classes: Sequence[str]) -> dict[str, float]:
    """Return the figures of a card; a class that is nowhere has none."""
    of_classes = zip(classes, tested.overlaps, strict=True)
    return {
        "mean_iou": tested.mean_iou,
        "pixel_accuracy": tested.pixel_accuracy,
        "ap50": tested.ap50,
        "ap75": tested.ap75,
        "exact_sequence": tested.exact_sequence,
        "accuracy_low": tested.interval[0],
        "accuracy_high": tested.interval[1],
        **{f"iou_{label}": value for label, value in of_classes if value == value},  # not NaN
    }


def fitted_score(
    found: Sequence[SceneAnswer], scenes: Scenes, same_digit: float = OVERLAP
) -> float:
    """Return the score of a box from which on most scenes have exactly the right digits.

    Two boxes that overlap by more than `same_digit` are of one digit.
    """
    numbers = [tuple(number) for number in scenes.numbers()]
    apart = [answer.found.apart(lying_apart(same_digit)) for answer in found]

    def right(score: float) -> int:
        return sum(
            tuple(boxes.above(score).in_reading_order().labels.tolist()) == number
            for boxes, number in zip(apart, numbers, strict=True)
        )

    tried: list[float] = torch.linspace(0.05, 0.95, STEPS).tolist()
    counts = [right(score) for score in tried]
    return round(tried[counts.index(max(counts))], 3)
