"""Vary whole batches of training pictures the way people's hands, pens and cameras vary them.

Each augmentation takes pictures ``(N, H, W)`` in [0, 1] and a generator, and returns new pictures
of the same shape. Affine maps and smooth elastic fields (Simard, Steinkraus, Platt 2003) are put
into one sampling grid, so that a batch is interpolated once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Generator, Tensor


@dataclass(frozen=True)
class _Ranges:
    """How far pictures are bent.

    Parameters
    ----------
    rotation : float
        Radians; like the three that follow, uniform in ±.
    shear, log_scale : float
    shift : float
        Of half the picture's side.
    grid : int
        Side of the coarse grid of random shifts that is smoothly interpolated.
    elastic : float
        Their standard deviation, of half the picture's side.
    """

    rotation: float
    shear: float
    log_scale: float
    shift: float
    grid: int
    elastic: float


DRAWN = _Ranges(math.radians(14), shear=0.25, log_scale=0.14, shift=0.11, grid=6, elastic=0.075)
PHOTOGRAPHED = _Ranges(
    math.radians(20), shear=0.2, log_scale=0.15, shift=0.12, grid=5, elastic=0.07
)
LOG_LIGHT = 0.4  # of gain and of gamma, uniform in ±

THICKER, THINNER = 0.9, 0.55  # largest mix with the picture dilated or eroded by one pixel


def unchanged(images: Tensor, generator: Generator) -> Tensor:
    """Return the pictures as they are."""
    return images


def affine(images: Tensor, generator: Generator) -> Tensor:
    """Rotate, shear, scale and shift each picture at random."""
    grid = _affine_grid(images, generator, DRAWN)
    return _sample(images, grid)


def people(images: Tensor, generator: Generator) -> Tensor:
    """Affine, elastic, and thickness: what differs between people, pens and screens."""
    return _thickness(_sample(images, _bent_grid(images, generator, DRAWN)), generator)


def photo(images: Tensor, generator: Generator) -> Tensor:
    """Affine, elastic, and light: what differs between hands before a camera."""
    bent = _sample(images, _bent_grid(images, generator, PHOTOGRAPHED))
    gain, gamma = (
        (_uniform(len(images), generator) * LOG_LIGHT).exp()[:, None, None] for _ in range(2)
    )
    return (bent.clamp(1e-4, 1) ** gamma * gain).clamp(0, 1)


def _uniform(count: int, generator: Generator) -> Tensor:
    return torch.rand(count, generator=generator) * 2 - 1


def _affine_grid(images: Tensor, generator: Generator, ranges: _Ranges) -> Tensor:
    n = len(images)
    angle = _uniform(n, generator) * ranges.rotation
    shear = _uniform(n, generator) * ranges.shear
    scale_x = (_uniform(n, generator) * ranges.log_scale).exp()
    scale_y = (_uniform(n, generator) * ranges.log_scale).exp()
    cos, sin = angle.cos(), angle.sin()
    shift_x, shift_y = (_uniform(n, generator) * ranges.shift for _ in range(2))
    # what `F.affine_grid` returns, in a fifth of its time
    y, x = (_middles(side) for side in images.shape[1:])
    rows = [
        (cos * scale_x, (shear * cos - sin) * scale_y, shift_x),
        (sin * scale_x, (shear * sin + cos) * scale_y, shift_y),
    ]
    return torch.stack(
        [
            (along_x[:, None, None] * x) + (along_y[:, None] * y + shift[:, None])[:, :, None]
            for along_x, along_y, shift in rows
        ],
        -1,
    )


@lru_cache(maxsize=16)
def _middles(side: int) -> Tensor:
    """Return where the middles of so many pixels lie between -1 and 1."""
    return (2 * torch.arange(side) + 1) / side - 1


def _bent_grid(images: Tensor, generator: Generator, ranges: _Ranges) -> Tensor:
    grid = _affine_grid(images, generator, ranges)
    return grid + _elastic_field(images, generator, ranges)


def _elastic_field(images: Tensor, generator: Generator, ranges: _Ranges) -> Tensor:
    n, height, width = images.shape
    coarse = torch.randn(n, 2, ranges.grid, ranges.grid, generator=generator)
    strength = torch.rand(n, 1, 1, 1, generator=generator)  # from none to full
    down, across = (_bicubic(ranges.grid, side) for side in (height, width))
    field = down @ (coarse * strength * ranges.elastic) @ across.T
    return field.permute(0, 2, 3, 1)


@lru_cache(maxsize=16)
def _bicubic(few: int, many: int) -> Tensor:
    """Return the matrix ``(many, few)`` that interpolates along one side as `F.interpolate` does.

    Bicubic interpolation is linear and separable: two products of matrices, in a tenth of its time.
    """
    each = torch.eye(few)[:, None, :, None]
    return F.interpolate(each, (many, 1), mode="bicubic")[:, 0, :, 0].T.contiguous()


def _sample(images: Tensor, grid: Tensor) -> Tensor:
    return F.grid_sample(images[:, None], grid, align_corners=False)[:, 0]


def _thickness(images: Tensor, generator: Generator) -> Tensor:
    x = images[:, None]
    amount = _uniform(len(images), generator)[:, None, None, None]
    thicker = F.max_pool2d(x, 3, 1, 1)
    thinner = -F.max_pool2d(-x, 2, 1, 1)[..., : x.shape[-2], : x.shape[-1]]
    grown = x + (thicker - x) * amount.clamp_min(0) * THICKER
    return (grown + (thinner - x) * (-amount).clamp_min(0) * THINNER)[:, 0].clamp(0, 1)


# name -> function (images (N, H, W) in [0, 1], generator) -> images of the same shape
AUGMENTATIONS: dict[str, Callable[[Tensor, Generator], Tensor]] = {
    "none": unchanged,
    "affine": affine,
    "people": people,
    "photo": photo,
}
