"""Two digits on 64 × 64: the scores of the course that made the data set, and where errors lie.

The course (CMPUT 328 of the University of Alberta: MNISTDD, MNISTDD-RGB) wants two digits of every
picture, whatever a network finds: their classes in ascending order, each compared with the true one
at its place, and a box each, compared with that of the same place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor
from torchvision.ops import box_iou

from rnndemo.data.scenes.scene import INK, Scenes
from rnndemo.evaluation.scenes import truth
from rnndemo.models.network import evaluating
from rnndemo.models.scene_answers import AT_ONCE, Detections, SceneAnswer
from rnndemo.models.scenes import SceneNetwork

APART = 0.8  # intersection over union above which two boxes are not given as two digits
EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)  # of what both true boxes share
NO_BOX = torch.tensor([[18.0, 18.0, 46.0, 46.0]])  # in the middle, where none is found
HEAD = ("boxes share", "of scenes", "classes", "ink whose class is right", "exact sequence")


def shared(scenes: Scenes) -> Tensor:
    """Return the intersection over union of the two true boxes of each scene, ``(N,)``."""
    return torch.stack([box_iou(pair[:1], pair[1:])[0, 0] for pair in scenes.boxes])


def two_surest(found: Detections) -> Detections:
    """Return two boxes, by ascending classes: the surest that lie apart, and for lack `NO_BOX`."""
    pair = found.apart(APART)
    filled = Detections(
        torch.cat([pair.boxes, NO_BOX, NO_BOX])[:2],
        torch.cat([pair.labels, torch.zeros(2, dtype=torch.long)])[:2],
        torch.cat([pair.scores, torch.zeros(2)])[:2],
    )
    return filled.take(filled.labels.argsort(stable=True))


def course_scores(found: Sequence[SceneAnswer], scenes: Scenes) -> tuple[Tensor, Tensor]:
    """Return the share of the classes that are right, and the mean overlap, of each scene."""
    right, overlaps = [], []
    for answer, true in zip(found, truth(scenes), strict=True):
        pair, sorted_truth = two_surest(answer.found), true.take(true.labels.argsort(stable=True))
        right.append((pair.labels == sorted_truth.labels).double().mean())
        overlap = box_iou(pair.boxes, sorted_truth.boxes)
        mean = overlap.diag().mean()
        if len(pair.labels.unique()) == len(true.labels.unique()) == 1:  # either box may be first
            mean = torch.maximum(mean, overlap.flip(0).diag().mean())
        overlaps.append(mean)
    return torch.stack(right), torch.stack(overlaps)


def right_at_middles(network: SceneNetwork, scenes: Scenes) -> Tensor:
    """Return the share of each scene's digits whose class the place of their middle says.

    No box is chosen: what is wrong here, no way of choosing boxes can mend.
    """
    middles = (scenes.boxes[..., :2] + scenes.boxes[..., 2:]) / 2
    column, row = (middles / network.scenes.stride).long().unbind(-1)
    parts = scenes.images.split(AT_ONCE)
    with evaluating(network), torch.inference_mode():
        said = [network(images.float() / 255).classes.argmax(-1) for images in parts]
    each = torch.arange(len(scenes))[:, None]
    return (torch.cat(said)[each, row, column] == scenes.labels).double().mean(1)


def by_overlap(found: Sequence[SceneAnswer], scenes: Scenes) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table: scenes by how much both digits' boxes share."""
    yield HEAD
    yield ("---",) * len(HEAD)
    share, (right, _) = shared(scenes), course_scores(found, scenes)
    ink = scenes.images >= INK
    masks = torch.stack([answer.mask for answer in found]) == scenes.masks
    pixels = (masks & ink).flatten(1).sum(1) / ink.flatten(1).sum(1)
    exact = torch.tensor(
        [answer.number == tuple(one) for answer, one in zip(found, scenes.numbers(), strict=True)]
    )
    groups = [("nothing", share == 0)]
    for low, high in pairwise(EDGES):
        groups.append((f"up to {high:.0%}", (share > low) & (share <= high)))
    for title, group in groups:
        figures = (part[group].double().mean() for part in (right, pixels, exact))
        yield (title, f"{group.double().mean():.1%}", *(f"{figure:.1%}" for figure in figures))
