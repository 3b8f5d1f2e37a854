"""What an augmentation says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Generator, Tensor

from rnndemo.kinds import Kind


@dataclass(frozen=True)
class Augmentation(Kind):
    """A way in which training pictures are varied.

    Parameters
    ----------
    vary : callable
        (images ``(N, H, W)`` in [0, 1], generator) -> new ones of the same shape.
    """

    vary: Callable[[Tensor, Generator], Tensor]
