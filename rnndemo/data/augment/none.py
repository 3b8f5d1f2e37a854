"""Leave pictures as they are."""

from __future__ import annotations

from torch import Generator, Tensor

from rnndemo.data.augment.base import Augmentation
from rnndemo.errors import N_


def _vary(images: Tensor, generator: Generator) -> Tensor:
    return images


AUGMENTATION = Augmentation(N_("none"), N_("Training pictures stay as they are."), _vary)
