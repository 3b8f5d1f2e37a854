"""What a defence is: something done to a picture before the model reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from rnndemo.kinds import Kind


@dataclass(frozen=True)
class Defence(Kind):
    """A preprocessing that is to take away what an attack has added.

    Parameters
    ----------
    apply : callable
        Pictures ``(N, H, W)`` in [0, 1] -> pictures of the same shape.
    hides_gradients : bool
        Whether its gradient is zero or misleading, so that an attack that follows it stands still
        although the model is no safer. Such a defence is attacked straight through.
    views : callable, optional
        Pictures ``(N, H, W)`` that `apply` has made -> ``(N, V, H, W)``: what is read in place of
        each, V times, with gradients. The mean of the probabilities is the answer.
    """

    apply: Callable[[Tensor], Tensor]
    hides_gradients: bool
    views: Callable[[Tensor], Tensor] | None = None
