"""Rotate, shear, scale and shift each picture at random."""

from __future__ import annotations

from torch import Generator, Tensor

from rnndemo.data.augment.base import Augmentation
from rnndemo.data.augment.warp import DRAWN, affine_grid, sample
from rnndemo.errors import N_


def _vary(images: Tensor, generator: Generator) -> Tensor:
    return sample(images, affine_grid(images, generator, DRAWN))


AUGMENTATION = Augmentation(
    N_("turned, slanted, moved"),
    N_("Each picture is turned, slanted, scaled and moved a little at random."),
    _vary,
)
