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
from torchvision.ops import box_iou

RECALLS = 101
MOST_BOXES = 100  # of a scene, the surest first, as COCO counts


@dataclass(frozen=True)
class Boxes:
    """The objects of a scene.

    Parameters
    ----------
    boxes : Tensor
        float ``(n, 4)``: left, top, right, bottom.
    labels : Tensor
        int64 ``(n,)``
    scores : Tensor
        float ``(n,)``: how sure each is; ones where they are the truth.
    """

    boxes: Tensor
    labels: Tensor
    scores: Tensor

    def of(self, label: int) -> Boxes:
        """Return those of a class, the surest first."""
        index = (self.labels == label).nonzero()[:, 0]
        index = index[self.scores[index].argsort(descending=True, stable=True)]
        return Boxes(self.boxes[index], self.labels[index], self.scores[index])


class MaskCounter:
    """Counts pixels of masks, batch by batch."""

    def __init__(self, classes: int) -> None:
        self.classes = classes
        # [true, found]; the last of both is the ground
        self.pixels = torch.zeros(classes + 1, classes + 1, dtype=torch.int64)

    def add(self, found: Tensor, true: Tensor) -> None:
        """Count masks ``(N, H, W)``: the class of every pixel, negative for the ground."""
        numbers = [
            mask.long().where(mask >= 0, self.classes).flatten() for mask in (true, found)
        ]
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
    found: Sequence[Boxes], true: Sequence[Boxes], classes: int, threshold: float
) -> float:
    """Return COCO's average precision at one threshold of overlap; NaN without any true box."""
    each = [_precision(found, true, label, threshold) for label in range(classes)]
    return float(torch.tensor(each).nanmean())


def _precision(
    found: Sequence[Boxes], true: Sequence[Boxes], label: int, threshold: float
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
    overlap = box_iou(found.double(), true.double())
    for place in range(len(found)):
        best = int(overlap[place].argmax())
        if overlap[place, best] >= threshold:
            right[place] = True
            overlap[:, best] = -1  # taken
    return right
