"""Affine and elastic warps, and light: what differs between hands before a camera."""

from __future__ import annotations

import math

from torch import Generator, Tensor

from rnndemo.data.augment.base import Augmentation
from rnndemo.data.augment.warp import Ranges, bent_grid, sample, uniform
from rnndemo.errors import N_

PHOTOGRAPHED = Ranges(math.radians(20), shear=0.2, log_scale=0.15, shift=0.12, grid=5, elastic=0.07)
LOG_LIGHT = 0.4  # of gain and of gamma, uniform in ±


def _vary(images: Tensor, generator: Generator) -> Tensor:
    bent = sample(images, bent_grid(images, generator, PHOTOGRAPHED))
    gain, gamma = (
        (uniform(len(images), generator) * LOG_LIGHT).exp()[:, None, None] for _ in range(2)
    )
    return (bent.clamp(1e-4, 1) ** gamma * gain).clamp(0, 1)


AUGMENTATION = Augmentation(
    N_("turned, bent, in other light"),
    N_("Turned, slanted, scaled, moved and bent at random, brighter or darker: for photographs."),
    _vary,
)
