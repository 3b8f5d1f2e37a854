"""The training loop: one step after the other, with a hook after each step and each epoch.

The loop knows nothing of files or processes. It owns the random state: order of the data,
augmentation and dropout follow from ``config.seed`` alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from rnndemo import registry
from rnndemo.config import RunConfig
from rnndemo.data import digits, outliers, synthetic
from rnndemo.data.scans import scan_table, to_sequence
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.errors import InputError
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.training.optimizers import SCHEDULES

POOL = 40_000  # synthetic pictures made before the first step, then varied like the others
EVALUATION_BATCH = 500
NO_CLASS = -1


@dataclass(frozen=True)
class StepEvent:
    """What one optimiser update did: `step` counts from 1 up to `steps`, seconds from the first."""

    step: int
    steps: int
    loss: float
    lr: float
    grad_norm: float
    seconds: float


@dataclass(frozen=True)
class EpochEvent:
    """Where training stands after an epoch, measured on the validation part."""

    epoch: int
    epochs: int
    train_loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Result:
    """The model that training kept, and how long that took.

    Parameters
    ----------
    model : SequenceClassifier
    seconds : float
        From the call of `train` on: drawing pictures before the first step is part of it.
    images : int
        How many pictures the network saw, drawn ones among them.
    """

    model: SequenceClassifier
    seconds: float
    images: int


def check_room(config: RunConfig) -> None:
    """See that drawn pictures leave room for those of the data set in a batch.

    Raises
    ------
    InputError
        If they do not.
    """
    batch = config.training.batch_size
    if sum(_drawn_counts(config)) >= batch:
        raise InputError(
            "data.synthetic = {synthetic} and data.outliers = {outliers} leave no room for "
            "pictures of the data set when training.batch_size = {batch}; lower a share, or take "
            "larger batches.",
            synthetic=config.data.synthetic, outliers=config.data.outliers, batch=batch,
        )  # fmt: skip


def _drawn_counts(config: RunConfig) -> tuple[int, int]:
    """Return how many pictures of a batch are drawn digits, and how many show no class."""
    batch = config.training.batch_size
    return round(config.data.synthetic * batch), round(config.data.outliers * batch)


def build_model(config: RunConfig, data: DataSet) -> SequenceClassifier:
    """Return the untrained model of `config` for the pictures and classes of `data`."""
    torch.manual_seed(config.seed)
    features = scan_table(config.data.scan, *data.image_size).shape[1]
    return SequenceClassifier(config.model, features, len(data.classes))


def train(
    config: RunConfig,
    data: DataSet,
    on_step: Callable[[StepEvent], None] = lambda event: None,
    on_epoch: Callable[[EpochEvent], None] = lambda event: None,
) -> Result:
    """Train the model of `config` on ``data.train``.

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
    check_room(config)
    called = time.perf_counter()
    setting = config.training
    model = build_model(config, data)
    average = _average(model, setting.ema_decay)
    optimizer = registry.build(registry.OPTIMIZERS, setting.optimizer)(model.parameters(), setting)
    generator = torch.Generator().manual_seed(config.seed)
    batches = _Batches(config, data, generator)
    steps, step, images = setting.epochs * len(batches), 0, 0
    start = time.perf_counter()
    for epoch in range(1, setting.epochs + 1):
        model.train()
        losses = []
        for sequence, target in batches:
            lr = setting.lr * SCHEDULES[setting.schedule](step / steps)
            loss, norm = _update(model, optimizer, sequence, target, config, lr)
            if average is not None:
                average.update_parameters(model)
            step, images = step + 1, images + len(target)
            losses.append(loss)
            on_step(StepEvent(step, steps, loss, lr, norm, time.perf_counter() - start))
        kept = _kept(model, average)
        on_epoch(
            EpochEvent(
                epoch, setting.epochs, sum(losses) / len(losses),
                accuracy(kept, data.validation, config.data.scan), time.perf_counter() - start,
            )
        )  # fmt: skip
    kept = _kept(model, average)
    return Result(kept.eval(), time.perf_counter() - called, images)


def logits_of(model: SequenceClassifier, images: Tensor, scan: str) -> Tensor:
    """Return the logits ``(N, classes)`` for uint8 pictures ``(N, H, W)``, in evaluation mode."""
    model.eval()
    with torch.inference_mode():
        parts = [
            model(to_sequence(part.float() / 255, scan)) for part in images.split(EVALUATION_BATCH)
        ]
    return torch.cat(parts)


def accuracy(model: SequenceClassifier, part: ImageSet, scan: str) -> float:
    """Return the share of pictures whose largest logit is their class."""
    answers = logits_of(model, part.images, scan).argmax(1)
    return (answers == part.labels).double().mean().item()


def _average(model: nn.Module, decay: float) -> AveragedModel | None:
    return AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay)) if decay else None


def _kept(model: SequenceClassifier, average: AveragedModel | None) -> SequenceClassifier:
    if average is None:
        return model
    assert isinstance(average.module, SequenceClassifier)
    return average.module


def _update(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    sequence: Tensor,
    target: Tensor,
    config: RunConfig,
    lr: float,
) -> tuple[float, float]:
    """Make one optimiser step; return the loss and the norm of the gradient before clipping."""
    for group in optimizer.param_groups:
        group["lr"] = lr
    with torch.autocast("cpu", torch.bfloat16, enabled=config.training.precision == "bfloat16"):
        logits = model(sequence)
    if config.model.output_activation == "softmax":
        loss = F.cross_entropy(logits.float(), target)
    else:
        loss = F.binary_cross_entropy_with_logits(logits.float(), target)
    optimizer.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), config.training.max_norm or float("inf"))
    optimizer.step()
    return loss.item(), norm.item()


class _Batches:
    """Sequences and soft targets, shuffled and varied anew each epoch."""

    def __init__(self, config: RunConfig, data: DataSet, generator: torch.Generator) -> None:
        self.config, self.generator = config, generator
        self.classes = len(data.classes)
        size = config.data.train_size or len(data.train)
        self.train = data.train.take(torch.arange(min(size, len(data.train))))
        self.augment = registry.build(registry.AUGMENTATIONS, config.data.augmentation)
        self.drawn, self.strange = _drawn_counts(config)
        self.pools = [self.train]
        if self.drawn:
            self.pools.append(ImageSet(*synthetic.digits(POOL, config.seed)))
        if self.strange:
            known = data.classes == digits.CLASSES  # only of digits we know what spoils them
            spoilable = (self.train.images, self.train.labels) if known else (None, None)
            pool = outliers.pool(POOL, config.seed, *spoilable)
            self.pools.append(ImageSet(pool, torch.full((POOL,), NO_CLASS)))

    def __len__(self) -> int:
        return -(-len(self.train) // self._from_train)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(self.train), generator=self.generator)
        extra = [count for count in (self.drawn, self.strange) if count]
        for index in order.split(self._from_train):
            parts = [self.train.take(index)]
            for pool, count in zip(self.pools[1:], extra, strict=True):
                chosen = torch.randint(len(pool), (count,), generator=self.generator)
                parts.append(pool.take(chosen))
            images = torch.cat([part.images for part in parts]).float() / 255
            labels = torch.cat([part.labels for part in parts])
            images = self.augment(images, self.generator)
            yield to_sequence(images, self.config.data.scan), self._targets(labels)

    @property
    def _from_train(self) -> int:
        return self.config.training.batch_size - self.drawn - self.strange

    def _targets(self, labels: Tensor) -> Tensor:
        """Return soft targets; for "no class" all are equally likely, or with sigmoids none is."""
        spread = self.config.training.label_smoothing
        none = labels == NO_CLASS
        target = F.one_hot(labels.masked_fill(none, 0), self.classes) * (1 - spread)
        target += spread / self.classes
        even = self.config.model.output_activation == "softmax"
        target[none] = 1 / self.classes if even else 0.0
        return target
