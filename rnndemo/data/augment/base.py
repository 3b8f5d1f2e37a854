"""What every augmentation provides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Generator, Tensor

from rnndemo.kinds import Kind


@dataclass(frozen=True)
class Augmentation(Kind):
    """A kind of random variation of training pictures.

    Parameters
    ----------
    vary : callable
        (images ``(N, H, W)`` in [0, 1], generator) -> varied images of the same shape.
    """

    vary: Callable[[Tensor, Generator], Tensor]
