"""How right masks, boxes and numbers of scenes are, by the measures that are published.

Mean intersection over union is of the classes, without the ground (Long, Shelhamer, Darrell 2015).
Average precision is COCO's (Lin et al. 2014): of each class the mean precision at 101 recalls, a
box being right if it overlaps one that is not found yet by the threshold; then of all classes.
"""

from __future__ import annotations

import math
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
    numbers = torch.cat([scene.labels for scene in true]).bincount(minlength=classes).tolist()
    boxes = [_surest(scene) for scene in found]
    right = [matched(*pair, threshold) for pair in zip(boxes, true, strict=True)]
    labels, scores = (
        torch.cat([getattr(scene, name) for scene in boxes]) for name in ("labels", "scores")
    )
    order = scores.argsort(descending=True, stable=True)
    labels, hits = labels[order], torch.cat(right)[order]
    each = [
        _precision(hits[labels == label], number) for label, number in enumerate(numbers) if number
    ]
    return sum(each) / len(each) if each else math.nan


def _surest(found: Detections) -> Detections:
    """Return the `MOST_BOXES` surest boxes of each class, the surest first."""
    ordered = found.take(found.scores.argsort(descending=True, stable=True))
    if len(ordered) <= MOST_BOXES:
        return ordered
    same = ordered.labels[:, None] == ordered.labels
    return ordered.take(same.tril().sum(1) <= MOST_BOXES)


def _precision(hits: Tensor, number: int) -> float:
    """Return the mean precision of a class.

    Parameters
    ----------
    hits : Tensor
        bool ``(n,)``: which boxes are right, the surest first.
    number : int
        How many true boxes there are.
    """
    found = hits.double().cumsum(0)
    recall, precision = found / number, found / torch.arange(1, len(hits) + 1)
    best = precision.flip(0).cummax(0).values.flip(0)  # at this recall or a higher one
    place = torch.searchsorted(recall, torch.linspace(0, 1, RECALLS, dtype=torch.float64))
    return float(torch.cat([best, torch.zeros(1)])[place].mean())


def matched(found: Detections, true: Detections, threshold: float) -> Tensor:
    """Return which boxes are right, bool ``(n,)``: each in turn takes the true box it fits best.

    Parameters
    ----------
    found : Detections
        n boxes, the surest first.
    true : Detections
        Each is found once, by a box of its class.
    """
    right = torch.zeros(len(found), dtype=torch.bool)
    if not len(true):
        return right
    overlap = overlaps(found.boxes.double()[:, None], true.boxes.double())
    overlap[found.labels[:, None] != true.labels] = -1
    for place in (overlap >= threshold).any(1).nonzero()[:, 0].tolist():
        best = int(overlap[place].argmax())
        if overlap[place, best] >= threshold:
            right[place] = True
            overlap[:, best] = -1  # taken
    return right
