"""A network reads one scene: its answer, and what each sweep of its last layer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from rnndemo.models.network import evaluating
from rnndemo.models.scene_answers import (
    APART,
    OVERLAP,
    SURE,
    Detections,
    SceneAnswer,
    decoded,
    lying_apart,
)
from rnndemo.models.scene_store import SceneModel
from rnndemo.models.scenes import SweepNetwork
from rnndemo.reading.threads import in_kept_thread

LIKELY = 0.5  # a number that is less probable is doubtful


@dataclass(frozen=True)
class SceneReading:
    """What a network makes of one scene.

    Parameters
    ----------
    picture : ndarray
        uint8 ``(height, width)``: the scene.
    answer : SceneAnswer
        Masks, boxes and number.
    logits : ndarray
        float32 ``(classes + 1, height, width)``: of the class of every pixel; the last is the
        ground.
    states : ndarray
        float32 ``(rows, columns, width)``: the output of the last layer at every place; of a
        network that sweeps, the units of its directions one after the other.
    shares : mapping of str to ndarray
        direction -> what that sweep adds to `logits`, of the same shape; empty for a network that
        does not sweep.
    """

    picture: np.ndarray
    answer: SceneAnswer
    logits: np.ndarray
    states: np.ndarray
    shares: Mapping[str, np.ndarray]


@in_kept_thread
def read_scene(model: SceneModel, picture: np.ndarray, overlap: float = APART) -> SceneReading:
    """Return what `model` makes of a scene, uint8 ``(height, width)``.

    Parameters
    ----------
    overlap : float, default `APART`
        Intersection over union above which the less sure of two boxes is left out.
    """
    network, size = model.network, (picture.shape[0], picture.shape[1])
    image = torch.from_numpy(np.ascontiguousarray(picture))[None]
    with evaluating(network), torch.inference_mode():
        states = network.activations(image.float() / 255)[-1]
        output = network.say(states, size)
        shares = network.shares(states) if isinstance(network, SweepNetwork) else {}
        answer = decoded(output, image, overlap)[0]
    return SceneReading(
        picture, answer, output.masks[0].numpy(), states[0].numpy(),
        {
            name: part[0, :, : size[0], : size[1]].numpy()
            for name, part in shares.items()
        },
    )  # fmt: skip


def sure_score(model: SceneModel) -> float:
    """Return the score from which on a box of `model` is sure: its card's, at least `SURE`."""
    return max(model.card.reject_threshold, SURE)


def sure_boxes(model: SceneModel, answer: SceneAnswer, overlap: float) -> Detections:
    """Return the boxes that are sure, from left to right, where `overlap` is allowed."""
    return answer.found.apart(lying_apart(overlap)).above(sure_score(model)).in_reading_order()


def digits_of_boxes(
    model: SceneModel, answer: SceneAnswer, overlap: float = OVERLAP
) -> tuple[str, ...]:
    """Return the classes of the boxes that are sure, from left to right."""
    sure = sure_boxes(model, answer, overlap)
    return tuple(model.classes[label] for label in sure.labels.tolist())


def number_of(model: SceneModel, answer: SceneAnswer) -> tuple[tuple[str, ...], bool]:
    """Return the number that a scene shows, and whether that is doubtful.

    It is doubtful if its probability is below `LIKELY`, or its two readings differ.
    """
    digits = tuple(model.classes[label] for label in answer.number)
    return digits, answer.probability < LIKELY or not answer.agreed
