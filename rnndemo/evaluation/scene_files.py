"""How right answers to scenes from files are, as far as the files tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from rnndemo.data.files.scenes import GivenScene
from rnndemo.data.scenes.scene import NOTHING
from rnndemo.evaluation.scenes import MaskCounter, average_precision
from rnndemo.models.scene_answers import Detections, SceneAnswer


@dataclass(frozen=True)
class FileScores:
    """How right the answers to `n` scenes are; None for what the file does not tell.

    See `rnndemo.evaluation.scenes.SceneScores`.
    """

    n: int
    mean_iou: float | None
    pixel_accuracy: float | None
    ap50: float | None
    ap75: float | None
    exact_sequence: float | None


def file_scores(
    found: Sequence[SceneAnswer], scenes: Sequence[GivenScene], classes: tuple[str, ...]
) -> FileScores:
    """Return how right answers to annotated scenes are.

    All is measured on the board that the model reads. Without ``number``, the number is that of the
    boxes from left to right. Masks are measured if every object has one.
    """
    counter, right, boxes, masks = MaskCounter(len(classes)), 0, list[Detections](), True
    for answer, scene in zip(found, scenes, strict=True):
        assert scene.true is not None, "only annotated scenes are measured"
        true = _boxes(scene, classes)
        boxes.append(true)
        in_order = tuple(true.in_reading_order().labels.tolist())
        number = scene.true.number
        wanted = in_order if number is None else tuple(map(classes.index, number))
        right += answer.number == wanted
        mask = scene.true.mask(classes) if masks else None
        masks = mask is not None
        if mask is not None:
            board = scene.mask_on_board(mask, NOTHING)
            counter.add(answer.mask[None], torch.from_numpy(board)[None])
    sure = [answer.found for answer in found]
    ap50, ap75 = (average_precision(sure, boxes, len(classes), least) for least in (0.5, 0.75))
    return FileScores(
        len(scenes),
        _known(counter.mean_iou) if masks else None,
        counter.accuracy if masks else None,
        _known(ap50),
        _known(ap75),
        right / len(scenes),
    )


def _boxes(scene: GivenScene, classes: tuple[str, ...]) -> Detections:
    objects = scene.true.objects if scene.true else ()
    boxes = [scene.on_board(one.box) for one in objects]
    labels = [classes.index(one.label) for one in objects]
    return Detections(
        torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        torch.tensor(labels, dtype=torch.int64),
        torch.ones(len(objects)),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
