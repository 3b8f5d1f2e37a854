"""What a network for scenes answers: its output as masks, boxes and a number."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.data.scenes.scene import INK, NOTHING
from rnndemo.models.boxes import kept
from rnndemo.models.network import evaluating
from rnndemo.models.scenes import SceneNetwork, SceneOutput

SCORE = 0.3  # a box is shown from this score on
# of two boxes that overlap more, one is left out: for average precision, to which a second guess
# does no harm, and where digits are read, which lie apart
OVERLAP, APART = 0.5, 0.25
LEAST = 0.05  # score of a box that counts for average precision
SURE = 0.5  # from this score on a box is rather there than not
AT_ONCE = 10  # scenes, so that they stay in a processor's cache


@dataclass(frozen=True)
class Detections:
    """Boxes of one scene, the surest first; or true ones.

    Parameters
    ----------
    boxes : Tensor
        float ``(n, 4)``: left, top, right, bottom, in pixels.
    labels : Tensor
        int64 ``(n,)``, indices into the classes.
    scores : Tensor
        float ``(n,)`` in [0, 1]: how sure each is; ones where they are true.
    """

    boxes: Tensor
    labels: Tensor
    scores: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, index: Tensor) -> Detections:
        """Return those at `index`, or where a mask is true."""
        return Detections(self.boxes[index], self.labels[index], self.scores[index])

    def of(self, label: int) -> Detections:
        """Return those of a class, the surest first."""
        index = (self.labels == label).nonzero()[:, 0]
        return self.take(index[self.scores[index].argsort(descending=True, stable=True)])

    def above(self, score: float) -> Detections:
        """Return those of at least this score."""
        return self.take(self.scores >= score)

    def apart(self, overlap: float = APART) -> Detections:
        """Return those that overlap no surer one by more than `overlap`."""
        return self.take(kept(self.boxes, self.scores, overlap))

    def on_pixels(self) -> Detections:
        """Return them with sides that are rounded to whole pixels, where those of scenes lie."""
        return replace(self, boxes=self.boxes.round())

    def in_reading_order(self) -> Detections:
        """Return them by the middles of their boxes, from the left."""
        return self.take((self.boxes[:, 0] + self.boxes[:, 2]).argsort(stable=True))


@dataclass(frozen=True)
class SceneAnswer:
    """What a network says of one scene.

    Parameters
    ----------
    mask : Tensor
        int64 ``(height, width)``: the class of every pixel, `NOTHING` for the ground.
    sureness : Tensor
        float ``(height, width)``: the probability of that class; 1 where there is no ink.
    found : Detections
        Its boxes from `LEAST` on, none of which overlaps a surer one by more than was allowed.
    number : tuple of int
        The classes from left to right. It is read twice: along the columns, and box by box; this is
        the more probable reading, or that along the columns where no box shows a digit.
    probability : float
        Of that number.
    agreed : bool
        Whether both readings are the same.
    """

    mask: Tensor
    sureness: Tensor
    found: Detections
    number: tuple[int, ...]
    probability: float
    agreed: bool = True


def answers(network: SceneNetwork, images: Tensor, overlap: float = OVERLAP) -> list[SceneAnswer]:
    """Return what a network says of scenes.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, height, width)``.
    overlap : float, default `OVERLAP`
        Intersection over union above which the less sure of two boxes is left out.
    """
    found = []
    with evaluating(network), torch.inference_mode():
        for part in images.split(AT_ONCE):
            output = network(part.float() / 255).float()
            found += decoded(output, part, overlap)
    return found


def decoded(output: SceneOutput, images: Tensor, overlap: float = OVERLAP) -> list[SceneAnswer]:
    """Return a network's output for `images` as answers; see `answers`."""
    masks, sure = mask_of(output, images)
    each = detections(output, overlap)
    boxes = [number_of_boxes(found, lying_apart(overlap)) for found in each]
    numbers = [_read(*one) for one in zip(*numbers_of(output), boxes, strict=True)]
    together = zip(masks, sure, each, numbers, strict=True)
    return [SceneAnswer(mask, odds, found, *number) for mask, odds, found, number in together]


def lying_apart(overlap: float) -> float:
    """Return the overlap above which two boxes are read as one digit, where `overlap` is allowed.

    Digits that may lie on each other are read so.
    """
    return overlap if overlap > OVERLAP else APART


def _read(
    line: tuple[int, ...], odds: float, boxes: tuple[tuple[int, ...], float]
) -> tuple[tuple[int, ...], float, bool]:
    """Return the more probable of two readings, its probability, and whether they are the same.

    Boxes that show no digit do not outvote the line: where not even an unlikely one was found,
    their probability is 1, which says nothing of what was missed.
    """
    missed = line and not boxes[0]
    readings = [(line, odds)] if missed else [(line, odds), boxes]
    number, probability = max(readings, key=lambda reading: reading[1])
    return number, probability, line == boxes[0]


def number_of_boxes(found: Detections, overlap: float = APART) -> tuple[tuple[int, ...], float]:
    """Return the number that the boxes show, and its probability: that each is there, or is not."""
    apart = found.apart(overlap)
    right = apart.scores.where(apart.scores >= SURE, 1 - apart.scores)
    number = apart.above(SURE).in_reading_order().labels.tolist()
    return tuple(number), float(right.prod())


def mask_of(output: SceneOutput, images: Tensor) -> tuple[Tensor, Tensor]:
    """Return the class of every pixel that has ink, and its probability."""
    odds, classes = output.masks.softmax(1).max(1)
    ground = output.masks.shape[1] - 1
    nothing = (images < INK) | (classes == ground)
    return classes.where(~nothing, NOTHING), odds.where(images >= INK, 1.0)


def detections(output: SceneOutput, overlap: float = OVERLAP) -> list[Detections]:
    """Return the boxes of every scene, the surest first.

    Of two boxes that overlap by more than `overlap` the less sure is left out, whatever their
    classes: no two digits are written at one place.
    """
    odds, labels = output.classes.softmax(-1).flatten(1, 2).max(-1)
    scores = odds * output.objects.sigmoid().flatten(1)
    found = []
    for boxes, label, score in zip(output.boxes.flatten(1, 2), labels, scores, strict=True):
        likely = Detections(boxes, label, score).above(LEAST)
        found.append(likely.apart(overlap))
    return found


def numbers_of(output: SceneOutput) -> tuple[list[tuple[int, ...]], list[float]]:
    """Return the number along the columns of every scene, by the best path, and its probability."""
    odds = output.number.log_softmax(-1)  # (N, columns, classes + 1)
    nothing = odds.shape[-1] - 1
    numbers = [
        tuple(label for label in path.unique_consecutive().tolist() if label != nothing)
        for path in odds.argmax(-1)
    ]
    lengths = torch.tensor([len(number) for number in numbers])
    target = torch.tensor([label for number in numbers for label in number], dtype=torch.long)
    columns = torch.full_like(lengths, odds.shape[1])
    loss = F.ctc_loss(
        odds.transpose(0, 1), target, columns, lengths, blank=nothing, reduction="none"
    )
    return numbers, (-loss).exp().tolist()
