"""How large a change of a picture is: by its largest pixel (L∞), or by its length (L2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from rnndemo.errors import N_
from rnndemo.kinds import Kind

TINY = 1e-12  # keeps a gradient of zeros from being divided by its length


@dataclass(frozen=True)
class Norm(Kind):
    """A norm of changes ``(N, H, W)``, with what attacks need of it.

    Parameters
    ----------
    most : float
        The largest ε that has a meaning: pixels lie in [0, 1].
    size : callable
        Changes -> their norms ``(N,)``.
    project : callable
        (changes, ε) -> the nearest changes of at most that norm.
    steepest : callable
        Gradients -> changes of norm 1 that raise the loss fastest.
    uniform : callable
        (like, ε, generator or None for torch's own) -> changes drawn evenly from all of at most
        that norm.
    """

    most: float
    size: Callable[[Tensor], Tensor]
    project: Callable[[Tensor, float], Tensor]
    steepest: Callable[[Tensor], Tensor]
    uniform: Callable[[Tensor, float, Generator | None], Tensor]


def _length(change: Tensor) -> Tensor:
    return change.flatten(1).norm(dim=1)


def _shortened(change: Tensor, epsilon: float) -> Tensor:
    return change * (epsilon / _length(change).clamp_min(TINY)).clamp_max(1)[:, None, None]


def _direction(gradient: Tensor) -> Tensor:
    return gradient / _length(gradient).clamp_min(TINY)[:, None, None]


def _in_cube(like: Tensor, epsilon: float, generator: Generator | None) -> Tensor:
    return ((2 * torch.rand(like.shape, generator=generator) - 1) * epsilon).to(like)


def _in_ball(like: Tensor, epsilon: float, generator: Generator | None) -> Tensor:
    direction = _direction(torch.randn(like.shape, generator=generator))
    share = torch.rand(len(like), 1, 1, generator=generator) ** (1 / max(1, like[0].numel()))
    return (epsilon * share * direction).to(like)


NORMS = {
    "linf": Norm(
        "L∞", N_("No pixel changes by more than ε."), most=1.0,
        size=lambda change: change.flatten(1).abs().amax(1),
        project=lambda change, epsilon: change.clamp(-epsilon, epsilon),
        steepest=torch.sign, uniform=_in_cube,
    ),
    "l2": Norm(
        "L2", N_("All changes together have a length of at most ε."), most=100.0,
        size=_length, project=_shortened, steepest=_direction, uniform=_in_ball,
    ),
}  # fmt: skip
