"""What a training must know of the task that a network learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from rnndemo.config import RunConfig
from rnndemo.models.network import Layered
from rnndemo.training.watch import Watched


@dataclass(frozen=True)
class Learnt:
    """What a network made of a batch.

    Parameters
    ----------
    loss : Tensor
        To be lowered, with its graph.
    right : float
        Share of the batch that was answered right, of what has an answer.
    pictures : int
        How many pictures the batch has.
    """

    loss: Tensor
    right: float
    pictures: int


def mean(parts: Sequence[Learnt]) -> Learnt:
    """Return what a network made of a batch, given what it made of parts of one size."""
    count = len(parts)
    return Learnt(
        torch.stack([part.loss.detach() for part in parts]).mean(),
        sum(part.right for part in parts) / count,
        sum(part.pictures for part in parts),
    )


@dataclass(frozen=True)
class Finished:
    """What the test of a trained network has shown: a share, with its 95 % interval."""

    accuracy: float
    interval: tuple[float, float]
    size: int


class BatchSeries(Protocol):
    """An endless series of batches, whose position can be saved."""

    def __len__(self) -> int:
        """Return how many batches an epoch has."""

    def next(self) -> Any:
        """Return the next batch."""

    def empty(self) -> Any:
        """Return a batch of empty pictures, to time a network with."""

    def state(self) -> dict[str, Tensor]:
        """Return the position, for `restore`."""

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go to the position that `state` returned."""


class TrainingTask(Protocol):
    """A task: what the data are, what is wrong with an answer, how a finished network is tested."""

    def check(self, config: RunConfig, data: Any) -> None:
        """Raise an `InputError` if the configuration does not suit the data."""

    def build(self, config: RunConfig, data: Any) -> Layered:
        """Return the untrained network."""

    def batches(self, config: RunConfig, data: Any) -> BatchSeries:
        """Return the batches to learn from."""

    def parts(self, config: RunConfig, batch: Any) -> tuple[Any, ...]:
        """Return the batch whole, or in two parts that may be learnt from at the same time.

        What is wrong with it is the mean of what is wrong with them. Not more than two: the sum of
        more gradients would depend on the order in which they come.
        """

    def learn(self, model: Any, batch: Any, half: bool, progress: float) -> Learnt:
        """Return what `model` makes of a batch.

        Parameters
        ----------
        half : bool
            Whether to compute in bfloat16.
        progress : float
            Of the training, from 0 to 1; 1 where the network was trained before.
        """

    def watched(
        self, config: RunConfig, data: Any, folder: Path, learned: int
    ) -> tuple[Any, tuple[Watched, ...]]:
        """Return what is measured with, and how, in a training that sees `learned` pictures."""

    def finish(
        self,
        folder: Path,
        config: RunConfig,
        model: Any,
        data: Any,
        seconds: float,
        steered: bool,
        command: str = "",
    ) -> Finished:
        """Test a trained network, and write it with card and report into its folder.

        Parameters
        ----------
        command : str
            For its card: what makes it again, if that is not the training of `config` alone.
        """
