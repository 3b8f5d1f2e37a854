"""A training from beginning to end in a few lines, with no files, no requests and no worker.

What the engine does (`rnndemo.training.engine`) must come to the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rnndemo.config import RunConfig
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.batch import accuracy
from rnndemo.models.network import Network
from rnndemo.training.trainer import StepEvent, Trainer


@dataclass(frozen=True)
class EpochEvent:
    """Progress after an epoch, measured on the validation part."""

    epoch: int
    epochs: int
    train_loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Result:
    """The trained model, and how long training took.

    Parameters
    ----------
    model : Network
    seconds : float
        From the call of `train` on: drawing pictures before the first step is part of it.
    images : int
        How many pictures the network saw, drawn ones among them.
    """

    model: Network
    seconds: float
    images: int


def train(
    config: RunConfig,
    data: DataSet,
    on_step: Callable[[StepEvent], None] = lambda event: None,
    on_epoch: Callable[[EpochEvent], None] = lambda event: None,
) -> Result:
    """Train the model of `config` on ``data.train`` from beginning to end.

    Parameters
    ----------
    config : RunConfig
    data : DataSet
    on_step, on_epoch : callable
        Hooks. They see the numbers, not the model; an exception from one ends the training.

    Returns
    -------
    Result
        With the averaged weights when ``config.training.ema_decay`` asks for them, else the last.

    Raises
    ------
    InputError
        If a batch has no room for pictures of the data set.
    """
    called = time.perf_counter()
    trainer = Trainer(config, data)
    for epoch, losses in _epochs(trainer, on_step):
        on_epoch(
            EpochEvent(
                epoch, config.training.epochs, sum(losses) / len(losses),
                accuracy(trainer.saved_model, data.validation, config.data.scan), trainer.seconds,
            )
        )  # fmt: skip
    return Result(trainer.saved_model.eval(), time.perf_counter() - called, trainer.images)


def _epochs(
    trainer: Trainer, on_step: Callable[[StepEvent], None]
) -> Iterator[tuple[int, list[float]]]:
    """Advance to the end; yield the number and the losses of each epoch when it is complete."""
    losses = []
    while not trainer.done:
        event = trainer.advance()
        losses.append(event.loss)
        on_step(event)
        if trainer.done or trainer.step % len(trainer.batches) == 0:
            yield -(-trainer.step // len(trainer.batches)), losses
            losses = []
