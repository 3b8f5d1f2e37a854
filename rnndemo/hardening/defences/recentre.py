"""Move the ink's centre of mass to the middle of the picture, by whole pixels, as in MNIST."""

from __future__ import annotations

import torch
from torch import Tensor

from rnndemo.errors import N_
from rnndemo.hardening.defences.base import Defence

FAINT = 1e-6  # ink in all, below which there is nothing to centre


def _apply(pictures: Tensor) -> Tensor:
    with torch.no_grad():
        moves = [_offset(pictures, axis) for axis in (1, 2)]
    down, along = (
        (torch.arange(size, device=pictures.device) + move[:, None])
        for size, move in zip(pictures.shape[1:], moves, strict=True)
    )
    inside = [
        ((place >= 0) & (place < size)).to(pictures)
        for place, size in zip((down, along), pictures.shape[1:], strict=True)
    ]
    number = torch.arange(len(pictures), device=pictures.device)[:, None, None]
    rows = down.clamp(0, pictures.shape[1] - 1)[:, :, None]
    columns = along.clamp(0, pictures.shape[2] - 1)[:, None]
    return pictures[number, rows, columns] * inside[0][:, :, None] * inside[1][:, None]


def _offset(pictures: Tensor, axis: int) -> Tensor:
    """Return how far the centre of mass lies behind the middle, in whole pixels ``(N,)``."""
    mass = pictures.sum(3 - axis)  # (N, size)
    place = torch.arange(mass.shape[1], device=mass.device, dtype=mass.dtype)
    whole = mass.sum(1)
    centre = (mass * place).sum(1) / whole.clamp_min(FAINT)
    offset = (centre - mass.shape[1] / 2 + 0.5).floor().long()  # MNIST's middle is pixel 14
    return offset.where(whole > FAINT, 0)


DEFENCE = Defence(
    N_("re-centred"),
    N_("the ink's centre of mass is moved to the middle"),
    _apply,
    hides_gradients=False,  # of a move that stays as it is; where it jumps there is none
)
