"""What a training is made of: steps, what each did, and stretches of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnndemo.errors import InputError


@dataclass(frozen=True)
class StepEvent:
    """What one optimiser update did.

    Parameters
    ----------
    step, steps : int
        Counted from 1; how many there will be, as far as is known.
    loss : float
        Mean over the batch.
    accuracy : float
        Share of the batch that was answered right before the update.
    lr : float
        The rate that was used.
    grad_norm : float
        Of the whole gradient, before clipping.
    images : int
        Pictures seen so far.
    seconds : float
        Spent in updates so far.
    """

    step: int
    steps: int
    loss: float
    accuracy: float
    lr: float
    grad_norm: float
    images: int
    seconds: float


class Diverged(InputError):
    """A training whose numbers grew beyond all bounds.

    Parameters
    ----------
    step : int
    lr : float
        The rate at that step.
    """

    def __init__(self, step: int, lr: float) -> None:
        super().__init__(
            "The training diverged at step {step}: its loss or gradient is no number any more. "
            "Lower training.lr (now {lr:.2g}), set training.max_norm to 1, or take tanh or a cell "
            "with gates.",
            step=step, lr=lr,
        )  # fmt: skip

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.values["step"], self.values["lr"])


@dataclass(frozen=True)
class Leg:
    """A stretch of training with its own course of the learning rate: the first, or "go on"."""

    start: int
    steps: int

    @property
    def end(self) -> int:
        """The step after which it is over."""
        return self.start + self.steps
