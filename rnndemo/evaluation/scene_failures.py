"""Which test scenes a network reads wrongly, and what is special about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from rnndemo.data.scenes.layout import shared
from rnndemo.data.scenes.scene import NOTHING, Scenes
from rnndemo.errors import N_
from rnndemo.models.scene_answers import SceneAnswer

SHARED = 0.1  # of the smaller of two boxes: digits that share more overlap
SMALL = 18  # pixels: a digit whose longer side is shorter is small
NEAR = 1  # pixels between digits that touch, at most


@dataclass(frozen=True)
class SceneFailures:
    """What a network makes of scenes that it reads wrongly.

    Parameters
    ----------
    n : int
        Scenes that were read.
    wrong : tuple of int
        Numbers of those whose number it reads wrongly.
    special : mapping of str to tuple
        A key of `KINDS` -> numbers of all scenes that are so, right or wrong.
    answers : mapping of int to SceneAnswer
        To the scenes that it reads wrongly.
    """

    n: int
    wrong: tuple[int, ...]
    special: dict[str, tuple[int, ...]]
    answers: dict[int, SceneAnswer]

    def of(self, kind: str) -> list[int]:
        """Return the numbers of the failures of a kind, a key of `KINDS`."""
        special = set(self.special[kind])
        return [number for number in self.wrong if number in special]


def failures(answers: Sequence[SceneAnswer], scenes: Scenes) -> SceneFailures:
    """Return which of `scenes` were read wrongly, and what is special about each."""
    truth = [tuple(number) for number in scenes.numbers()]
    wrong = tuple(k for k, answer in enumerate(answers) if answer.number != truth[k])
    special: dict[str, tuple[int, ...]] = {}
    there = [labels != NOTHING for labels in scenes.labels]
    objects = [
        (scenes.boxes[k][mask], scenes.labels[k][mask]) for k, mask in enumerate(there)
    ]  # fmt: skip
    for name, (_label, holds) in KINDS.items():
        special[name] = tuple(k for k, one in enumerate(objects) if holds(*one))
    return SceneFailures(len(answers), wrong, special, {k: answers[k] for k in wrong})


def overlap(boxes: Tensor, _labels: Tensor) -> bool:
    """Return whether two digits share more than `SHARED` of the smaller one's box."""
    share = shared(boxes[:, None], boxes[None]).fill_diagonal_(0)
    return bool((share > SHARED).any())


def small(boxes: Tensor, _labels: Tensor) -> bool:
    """Return whether a digit is shorter than `SMALL`."""
    return bool(((boxes[:, 2:] - boxes[:, :2]).amax(-1) < SMALL).any())


def same_touching(boxes: Tensor, labels: Tensor) -> bool:
    """Return whether two digits of one class touch or nearly do."""
    corner = torch.maximum(boxes[:, None, :2], boxes[None, :, :2])
    end = torch.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    near = ((corner - end).amax(-1) <= NEAR) & (labels[:, None] == labels[None])
    return bool(near.fill_diagonal_(False).any())


def other(boxes: Tensor, labels: Tensor) -> bool:
    """Return whether nothing else in `KINDS` is so."""
    return not any(
        holds(boxes, labels) for name, (_label, holds) in KINDS.items() if name != "other"
    )


# name -> (label, whether a scene with these boxes and labels is so)
KINDS: dict[str, tuple[str, Callable[[Tensor, Tensor], bool]]] = {
    "overlap": (N_("Digits that overlap"), overlap),
    "small": (N_("Small digits"), small),
    "same": (N_("The same digit twice, touching"), same_touching),
    "other": (N_("Nothing special"), other),
}
