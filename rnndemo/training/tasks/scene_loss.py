"""What is wrong with a network's answers to scenes, as one number to be lowered.

Masks: cross-entropy of the pixels with ink alone. Most pixels are ground, and a network that is
first taught what has no ink learns nothing else for long: ground is told from ink by the ink.
Clutter, which is ink too, becomes ground after `GROUND_FROM`.

Boxes: as in FCOS (Tian et al. 2019), the places near the middle of a digit are to say that it is
there, which class it has, and how far its sides are; sides by generalised intersection over union
(Rezatofighi et al. 2019).

Number: connectionist temporal classification (Graves et al. 2006).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.data.scenes.scene import INK, NOTHING, Scenes
from rnndemo.models.boxes import generalised_loss
from rnndemo.models.scenes import SceneNetwork, SceneOutput

REACH = 1.5  # places from the middle of a digit, along either axis, that are to find it
GROUND_FROM = 0.3  # progress of the training from which on clutter is ground
OBJECTS, NUMBER = 0.5, 0.5  # weights of these parts; the others count once


def scene_loss(
    network: SceneNetwork, output: SceneOutput, scenes: Scenes, progress: float
) -> tuple[Tensor, float]:
    """Return the loss, and the share of the pixels with ink whose class is right.

    Parameters
    ----------
    output : SceneOutput
        Of `network` for `scenes`, as float32.
    progress : float
        Of the training, from 0 to 1; 1 where the network was trained before.
    """
    masks, right = _masks(output, scenes, progress)
    return masks + _boxes(network, output, scenes) + NUMBER * _number(output, scenes), right


def _masks(output: SceneOutput, scenes: Scenes, progress: float) -> tuple[Tensor, float]:
    masks, ground = scenes.masks, output.masks.shape[1] - 1
    counts = scenes.images >= INK if progress >= GROUND_FROM else masks != NOTHING
    logits = output.masks.permute(0, 2, 3, 1)[counts]  # (pixels, classes + 1)
    target = masks[counts]
    target = target.where(target != NOTHING, ground)
    if not len(target):
        return output.masks.sum() * 0, 1.0
    right = (logits.detach().argmax(1) == target).double().mean().item()
    return F.cross_entropy(logits, target), right


def _boxes(network: SceneNetwork, output: SceneOutput, scenes: Scenes) -> Tensor:
    owner = owners(scenes, network.grid(scenes.size), network.scenes.stride)
    there = owner != NOTHING
    count = there.sum().clamp_min(1)
    objects = F.binary_cross_entropy_with_logits(
        output.objects, there.to(output.objects), reduction="sum"
    )
    scene = torch.arange(len(owner))[:, None, None].expand_as(owner)[there]
    labels, boxes = (part[scene, owner[there]] for part in (scenes.labels, scenes.boxes))
    classes = F.cross_entropy(output.classes[there], labels, reduction="sum")
    sides = generalised_loss(output.boxes[there], boxes).sum()
    return (OBJECTS * objects + classes + sides) / count


def owners(scenes: Scenes, grid: tuple[int, int], stride: int) -> Tensor:
    """Return the object that each place is to find, `NOTHING` where there is none.

    Parameters
    ----------
    grid : tuple of int
        How many rows and columns of places there are.
    stride : int
        Pixels from one place to the next.

    Returns
    -------
    Tensor
        int64 ``(N, rows, columns)``: the object whose middle is nearest, within `REACH`.
    """
    y, x = ((torch.arange(count) + 0.5) * stride for count in grid)
    middle = (scenes.boxes[..., :2] + scenes.boxes[..., 2:]) / 2  # (N, M, 2)
    across = (x - middle[..., 0, None])[:, :, None, :] / stride
    down = (y - middle[..., 1, None])[:, :, :, None] / stride
    near = torch.maximum(across.abs(), down.abs()) <= REACH
    near &= (scenes.labels != NOTHING)[..., None, None]
    distance = (across.square() + down.square()).where(near, torch.inf)  # (N, M, rows, columns)
    shortest, nearest = distance.min(1)
    return nearest.where(shortest < torch.inf, NOTHING)


def _number(output: SceneOutput, scenes: Scenes) -> Tensor:
    odds = output.number.log_softmax(-1).transpose(0, 1)  # (columns, N, classes + 1)
    there = scenes.labels != NOTHING
    columns = torch.full((odds.shape[1],), odds.shape[0])
    target, lengths = scenes.labels[there], there.sum(1)
    # a number that has no room in so few columns teaches nothing
    return F.ctc_loss(odds, target, columns, lengths, blank=odds.shape[2] - 1, zero_infinity=True)
