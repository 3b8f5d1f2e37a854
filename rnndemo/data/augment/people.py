"""Affine and elastic warps, and stroke thickness: what differs between people, pens, screens."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Generator, Tensor

from rnndemo.data.augment.base import Augmentation
from rnndemo.data.augment.warp import DRAWN, bent_grid, sample, uniform
from rnndemo.errors import N_

THICKER, THINNER = 0.9, 0.55  # largest share of the picture dilated or eroded by one pixel


def _vary(images: Tensor, generator: Generator) -> Tensor:
    return thickness(sample(images, bent_grid(images, generator, DRAWN)), generator)


def thickness(images: Tensor, generator: Generator) -> Tensor:
    """Return pictures ``(N, H, W)`` as if drawn with a thicker or a thinner pen."""
    x = images[:, None]
    amount = uniform(len(images), generator)[:, None, None, None]
    thicker = F.max_pool2d(x, 3, 1, 1)
    thinner = -F.max_pool2d(-x, 2, 1, 1)[..., : x.shape[-2], : x.shape[-1]]
    grown = x + (thicker - x) * amount.clamp_min(0) * THICKER
    return (grown + (thinner - x) * (-amount).clamp_min(0) * THINNER)[:, 0].clamp(0, 1)


AUGMENTATION = Augmentation(
    N_("like different writers"),
    N_("Turned, slanted, scaled, moved and bent at random, with thicker or thinner strokes."),
    _vary,
)
