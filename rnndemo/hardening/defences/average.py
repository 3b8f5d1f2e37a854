"""Read the picture several times, each time a little different, and take the mean answer.

A network has one order of reading, and cannot read the same picture in another. So what varies is
the picture: as it is, moved by one pixel in each direction, and turned a little to either side, all
of which leave a digit what it is. An attack must turn most of these readings at once; its gradient
is that of their mean.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from rnndemo.errors import N_
from rnndemo.hardening.defences.base import Defence

MOVES = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))  # down, right; in pixels
TURNS = (-8.0, 8.0)  # degrees


def _as_it_is(pictures: Tensor) -> Tensor:
    return pictures


def views(pictures: Tensor) -> Tensor:
    """Return the variations of pictures ``(N, H, W)``, as ``(N, 7, H, W)``; the first is as it is.

    What moves out of the picture is lost, and what moves in is blank.
    """
    moved = [_moved(pictures, *move) for move in MOVES]
    return torch.stack([*moved, *(_turned(pictures, degrees) for degrees in TURNS)], 1)


def _moved(pictures: Tensor, down: int, right: int) -> Tensor:
    height, width = pictures.shape[1:]
    around = F.pad(pictures, [1] * 4)
    return around[:, 1 - down : 1 - down + height, 1 - right : 1 - right + width]


def _turned(pictures: Tensor, degrees: float) -> Tensor:
    """Return pictures turned about their middle, bilinearly: a linear map of their pixels."""
    height, width = pictures.shape[1:]
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    matrix = pictures.new_tensor([[cos, -sin * height / width, 0], [sin * width / height, cos, 0]])
    grid = F.affine_grid(
        matrix.expand(len(pictures), 2, 3), [len(pictures), 1, height, width], align_corners=False
    )
    return F.grid_sample(pictures[:, None], grid, align_corners=False)[:, 0]


DEFENCE = Defence(
    N_("mean of seven readings"),
    N_(
        "it is read as it is, moved by a pixel in each direction, and turned a little either way, "
        "and the mean answer counts"
    ),
    _as_it_is,
    hides_gradients=False,
    views=views,
)
