"""What a model says of scenes from files, in the terms of their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from rnndemo.data.files.scenes import GivenScene
from rnndemo.data.scenes.scene import INK
from rnndemo.models.scene_answers import SceneAnswer, answers
from rnndemo.models.scene_store import SceneModel
from rnndemo.reading.scenes import number_of, sure_boxes


@dataclass(frozen=True)
class FoundBox:
    """A box that a model is sure of: left, top, width and height in pixels of the picture."""

    label: str
    score: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class ScenePrediction:
    """A model's answer to one scene.

    Parameters
    ----------
    number : str
        Its classes from left to right, parted by spaces; empty if nothing is drawn.
    probability : float
        Of that number.
    boxes : list of FoundBox
        From the left.
    doubtful : bool
        Whether it is not sure of the number, or nothing is drawn.
    """

    number: str
    probability: float
    boxes: list[FoundBox]
    doubtful: bool


def answers_to(model: SceneModel, scenes: Sequence[GivenScene]) -> list[SceneAnswer]:
    """Return what a model says of scenes."""
    images = torch.from_numpy(np.stack([one.image for one in scenes]))
    return answers(model.network, images, model.same_digit)


def predicted(model: SceneModel, scene: GivenScene, answer: SceneAnswer) -> ScenePrediction:
    """Return an answer in the terms of the picture that it is about."""
    if scene.image.max() < INK:
        return ScenePrediction("", 0.0, [], True)
    digits, doubtful = number_of(model, answer)
    sure = sure_boxes(model, answer, model.same_digit)
    boxes = []
    for box, label, score in zip(
        sure.boxes.tolist(), sure.labels.tolist(), sure.scores.tolist(), strict=True
    ):
        left, top, right, bottom = scene.in_picture((box[0], box[1], box[2], box[3]))
        place = (round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2))
        boxes.append(FoundBox(model.classes[label], score, place))
    return ScenePrediction(" ".join(digits), answer.probability, boxes, doubtful)
