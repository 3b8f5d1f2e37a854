"""How right masks, boxes and numbers of scenes are, by the measures that are published.

Mean intersection over union is of the classes, without the ground (Long, Shelhamer, Darrell 2015).
Average precision is COCO's (Lin et al. 2014): of each class the mean precision at 101 recalls, a
box being right if it overlaps one that is not found yet by the threshold; then of all classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rnndemo.data.scenes.scene import NOTHING, Scenes
from rnndemo.evaluation.report import wilson_interval
from rnndemo.models.boxes import overlaps
from rnndemo.models.scene_answers import Detections, SceneAnswer

RECALLS = 101
AT_ONCE = 100  # scenes, so that memory is bounded
MOST_BOXES = 100  # of a scene, the surest first, as COCO counts


@dataclass(frozen=True)
class SceneScores:
    """How right the answers to scenes are.

    Parameters
    ----------
    n : int
        Number of scenes.
    mean_iou : float
        Mean of `overlaps`.
    overlaps : tuple of float
        Intersection over union of each class's pixels; NaN for a class that is nowhere.
    pixel_accuracy : float
        Share of all pixels that are right; the ground counts, and there is much of it.
    ap50, ap75 : float
        Average precision of the boxes, at these overlaps.
    exact_sequence : float
        Share of the scenes whose number is right from the first digit to the last.
    interval : tuple of float
        95 % confidence interval of that share.
    """

    n: int
    mean_iou: float
    overlaps: tuple[float, ...]
    pixel_accuracy: float
    ap50: float
    ap75: float
    exact_sequence: float
    interval: tuple[float, float]


def scores(answers: Sequence[SceneAnswer], scenes: Scenes, classes: int) -> SceneScores:
    """Return how right `answers` to `scenes` are."""
    counter = MaskCounter(classes)
    for start in range(0, len(answers), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        counter.add(torch.stack([answer.mask for answer in answers[part]]), scenes.take(part).masks)
    found, true = [answer.found for answer in answers], truth(scenes)
    right = sum(
        answer.number == tuple(number)
        for answer, number in zip(answers, scenes.numbers(), strict=True)
    )
    return SceneScores(
        len(answers),
        counter.mean_iou,
        tuple(counter.overlaps().tolist()),
        counter.accuracy,
        average_precision(found, true, classes, 0.5),
        average_precision(found, true, classes, 0.75),
        right / len(answers),
        wilson_interval(right, len(answers)),
    )


def truth(scenes: Scenes) -> list[Detections]:
    """Return the true boxes of every scene."""
    parts = []
    for boxes, labels in zip(scenes.boxes, scenes.labels, strict=True):
        there = labels != NOTHING
        parts.append(Detections(boxes[there], labels[there], torch.ones(int(there.sum()))))
    return parts


class MaskCounter:
    """Counts pixels of masks, batch by batch."""

    def __init__(self, classes: int) -> None:
        self.classes = classes
        # [true, found]; the last of both is the ground
        self.pixels = torch.zeros(classes + 1, classes + 1, dtype=torch.int64)

    def add(self, found: Tensor, true: Tensor) -> None:
        """Count masks ``(N, H, W)``: the class of every pixel, negative for the ground."""
        numbers = [mask.long().where(mask >= 0, self.classes).flatten() for mask in (true, found)]
        both = numbers[0] * (self.classes + 1) + numbers[1]
        self.pixels += both.bincount(minlength=self.pixels.numel()).view_as(self.pixels)

    def overlaps(self) -> Tensor:
        """Return the intersection over union of every class; NaN for one that nowhere is."""
        shared = self.pixels.diag()
        union = self.pixels.sum(0) + self.pixels.sum(1) - shared
        return (shared / union)[: self.classes].double()

    @property
    def mean_iou(self) -> float:
        """The mean of `overlaps`; NaN if there is no object at all."""
        return float(self.overlaps().nanmean())

    @property
    def accuracy(self) -> float:
        """The share of all pixels that are right, the ground among them, which inflates it."""
        return float(self.pixels.diag().sum() / self.pixels.sum())


def average_precision(
    found: Sequence[Detections], true: Sequence[Detections], classes: int, threshold: float
) -> float:
    """Return COCO's average precision at one threshold of overlap; NaN without any true box."""
    each = [_precision(found, true, label, threshold) for label in range(classes)]
    return float(torch.tensor(each).nanmean())


def _precision(
    found: Sequence[Detections], true: Sequence[Detections], label: int, threshold: float
) -> float:
    number = sum(int((scene.labels == label).sum()) for scene in true)
    if not number:
        return float("nan")
    scores, right = [], []
    for here, there in zip(found, true, strict=True):
        mine = here.of(label)
        scores.append(mine.scores[:MOST_BOXES])
        right.append(matched(mine.boxes[:MOST_BOXES], there.of(label).boxes, threshold))
    order = torch.cat(scores).argsort(descending=True, stable=True)
    hits = torch.cat(right)[order].double().cumsum(0)
    recall = hits / number
    precision = hits / torch.arange(1, len(hits) + 1)
    best = precision.flip(0).cummax(0).values.flip(0)  # at this recall or a higher one
    place = torch.searchsorted(recall, torch.linspace(0, 1, RECALLS, dtype=torch.float64))
    return float(torch.cat([best, torch.zeros(1)])[place].mean())


def matched(found: Tensor, true: Tensor, threshold: float) -> Tensor:
    """Return which boxes are right, bool ``(n,)``: each in turn takes the true box it fits best.

    Parameters
    ----------
    found : Tensor
        ``(n, 4)``, the surest first.
    true : Tensor
        ``(m, 4)``; each is found once.
    """
    right = torch.zeros(len(found), dtype=torch.bool)
    if not len(true):
        return right
    overlap = overlaps(found.double()[:, None], true.double())
    for place in range(len(found)):
        best = int(overlap[place].argmax())
        if overlap[place, best] >= threshold:
            right[place] = True
            overlap[:, best] = -1  # taken
    return right
