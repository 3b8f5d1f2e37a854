"""Vary whole batches of training pictures the way people's hands and pens vary them.

Each augmentation takes pictures ``(N, H, W)`` in [0, 1] and a generator, and returns new pictures
of the same shape. Affine maps and smooth elastic fields (Simard, Steinkraus, Platt 2003) are put
into one sampling grid, so that a batch is interpolated once.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

# Ranges of the affine map, uniform in ±
ROTATION = math.radians(14)
SHEAR = 0.25
LOG_SCALE = 0.14
SHIFT = 0.11  # of half the picture's side: about 1.5 pixels of 28

# Elastic field: a coarse grid of random shifts, smoothly interpolated
ELASTIC_GRID = 6
ELASTIC = 0.075  # standard deviation, of half the picture's side

THICKER, THINNER = 0.9, 0.55  # largest mix with the picture dilated or eroded by one pixel


def unchanged(images: Tensor, generator: Generator) -> Tensor:
    """Return the pictures as they are."""
    return images


def affine(images: Tensor, generator: Generator) -> Tensor:
    """Rotate, shear, scale and shift each picture at random."""
    grid = _affine_grid(images, generator)
    return _sample(images, grid)


def people(images: Tensor, generator: Generator) -> Tensor:
    """Affine, elastic, and thickness: what differs between people, pens and screens."""
    grid = _affine_grid(images, generator) + _elastic_field(images, generator)
    return _thickness(_sample(images, grid), generator)


def _uniform(count: int, generator: Generator) -> Tensor:
    return torch.rand(count, generator=generator) * 2 - 1


def _affine_grid(images: Tensor, generator: Generator) -> Tensor:
    n = len(images)
    angle = _uniform(n, generator) * ROTATION
    shear = _uniform(n, generator) * SHEAR
    scale_x = (_uniform(n, generator) * LOG_SCALE).exp()
    scale_y = (_uniform(n, generator) * LOG_SCALE).exp()
    cos, sin = angle.cos(), angle.sin()
    theta = torch.stack(
        [
            torch.stack([cos * scale_x, (shear * cos - sin) * scale_y], -1),
            torch.stack([sin * scale_x, (shear * sin + cos) * scale_y], -1),
        ],
        1,
    )  # (N, 2, 2)
    shift = torch.stack([_uniform(n, generator), _uniform(n, generator)], -1) * SHIFT
    theta = torch.cat([theta, shift[:, :, None]], -1)
    return F.affine_grid(theta, [n, 1, *images.shape[1:]], align_corners=False)


def _elastic_field(images: Tensor, generator: Generator) -> Tensor:
    n, height, width = images.shape
    coarse = torch.randn(n, 2, ELASTIC_GRID, ELASTIC_GRID, generator=generator)
    strength = torch.rand(n, 1, 1, 1, generator=generator)  # from none to full
    field = F.interpolate(coarse * strength * ELASTIC, (height, width), mode="bicubic")
    return field.permute(0, 2, 3, 1)


def _sample(images: Tensor, grid: Tensor) -> Tensor:
    return F.grid_sample(images[:, None], grid, align_corners=False)[:, 0]


def _thickness(images: Tensor, generator: Generator) -> Tensor:
    x = images[:, None]
    amount = _uniform(len(images), generator)[:, None, None, None]
    thicker = F.max_pool2d(x, 3, 1, 1)
    thinner = -F.max_pool2d(-x, 2, 1, 1)[..., : x.shape[-2], : x.shape[-1]]
    grown = x + (thicker - x) * amount.clamp_min(0) * THICKER
    return (grown + (thinner - x) * (-amount).clamp_min(0) * THINNER)[:, 0].clamp(0, 1)
