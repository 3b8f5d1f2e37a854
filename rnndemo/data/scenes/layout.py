"""Where the digits of a scene lie: anywhere, or side by side like a number.

All scenes of a batch are laid out at once. A digit that finds no place is left out. Boxes are
``(…, 4)``: left, top, right, bottom, in whole pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

TRIES = 48  # places that are tried for a digit
GAPS = (-0.15, 0.6)  # between digits side by side, as a share of the narrower one
UNEVEN = 0.2  # how far digits side by side go up and down, as a share of their height


@dataclass(frozen=True)
class Patches:
    """The digits to be laid out: N scenes of at most M.

    Parameters
    ----------
    ink : Tensor
        float ``(N, M, 4)``: the box of the ink in the digit's patch.
    extent : Tensor
        float ``(N, M, 4)``: the part of the patch that must lie on the board.
    wanted : Tensor
        bool ``(N, M)``: whether there is to be such a digit.
    """

    ink: Tensor
    extent: Tensor
    wanted: Tensor


@dataclass(frozen=True)
class Places:
    """Where they lie.

    Parameters
    ----------
    corners : Tensor
        int64 ``(N, M, 2)``: x and y of the patch's corner on the board.
    placed : Tensor
        bool ``(N, M)``: whether the digit lies anywhere.
    """

    corners: Tensor
    placed: Tensor


def shared(first: Tensor, second: Tensor) -> Tensor:
    """Return the area that boxes share, as a share of the smaller box.

    Parameters
    ----------
    first, second : Tensor
        ``(…, 4)``, of shapes that broadcast.
    """
    low = torch.maximum(first[..., :2], second[..., :2])
    high = torch.minimum(first[..., 2:], second[..., 2:])
    both = (high - low).clamp_min(0).prod(-1)
    return both / torch.minimum(_area(first), _area(second)).clamp_min(1)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).prod(-1)


def scattered(
    patches: Patches, board: tuple[int, int], overlap: tuple[float, float], generator: Generator
) -> Places:
    """Lay digits anywhere.

    Parameters
    ----------
    board : tuple of int
        Height and width.
    overlap : tuple of float
        Smallest and largest share of the smaller box that two digits have in common.
    """
    n, most, _ = patches.ink.shape
    height, width = board
    low, high = -patches.extent[..., :2], torch.tensor([width, height]) - patches.extent[..., 2:]
    corners = torch.zeros(n, most, 2)
    boxes, placed = torch.zeros(n, most, 4), torch.zeros(n, most, dtype=torch.bool)
    for place in range(most):
        spot = torch.rand(n, TRIES, 2, generator=generator)
        room = (high - low)[:, place]  # (N, 2)
        corner = low[:, place, None] + (spot * (room[:, None].clamp_min(0) + 1)).floor()
        tried = corner.repeat(1, 1, 2) + patches.ink[:, place, None]  # (N, TRIES, 4)
        share = shared(tried[:, :, None], boxes[:, None, :place])  # (N, TRIES, place)
        fits = (share >= overlap[0]) & (share <= overlap[1]) | ~placed[:, None, :place]
        good = fits.all(2) & (room >= 0).all(1)[:, None]
        first = good.int().argmax(1)
        corners[:, place] = corner[torch.arange(n), first]
        boxes[:, place] = tried[torch.arange(n), first]
        placed[:, place] = good.any(1) & patches.wanted[:, place]
    return Places(corners.long(), placed)


def in_line(patches: Patches, board: tuple[int, int], generator: Generator) -> Places:
    """Lay digits side by side, from left to right."""
    n, most, _ = patches.ink.shape
    (height, width), sizes = board, patches.ink[..., 2:] - patches.ink[..., :2]
    wide, high = sizes.unbind(-1)  # (N, M)
    gaps = torch.empty(n, most - 1).uniform_(*GAPS, generator=generator)
    steps = (wide[:, :-1] + gaps * torch.minimum(wide[:, 1:], wide[:, :-1])).ceil()
    left = torch.cat([torch.zeros(n, 1), steps.cumsum(1)], 1)
    placed = patches.wanted & (left + wide <= width) & (high <= height)
    end = ((left + wide) * placed).amax(1, keepdim=True)
    left = left + (torch.rand(n, 1, generator=generator) * (width - end + 1)).floor()
    tallest = (high * placed).amax(1, keepdim=True)
    line = tallest / 2 + torch.rand(n, 1, generator=generator) * (height - tallest)
    uneven = torch.empty(n, most).uniform_(-UNEVEN, UNEVEN, generator=generator)
    top = (line - high / 2 + uneven * high).round().clamp_min(0)
    top = torch.minimum(top, (height - high).clamp_min(0))
    return Places((torch.stack([left, top], -1) - patches.ink[..., :2]).long(), placed)
