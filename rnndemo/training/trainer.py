"""The training loop: one step after the other.

`Trainer` uses no files and no processes. It owns the random state: the order of the data,
augmentation and dropout follow from ``config.seed`` alone, and `Trainer.state` returns all that
another process needs to resume bit by bit as if nothing had happened.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from rnndemo.config import RunConfig
from rnndemo.data.load import Data
from rnndemo.errors import N_, InputError
from rnndemo.evaluation.cards import own_digest
from rnndemo.models.cells.base import rates
from rnndemo.models.network import Layered
from rnndemo.training.precision import resolve, seconds_in_half
from rnndemo.training.steps.optimizers import SCHEDULES, Optimizer
from rnndemo.training.tasks import task_of
from rnndemo.training.tasks.base import Learnt, mean

# prefixes of the names of tensors in a checkpoint
_MODEL, _AVERAGE, _OPTIMIZER, _RANDOM, _DATA = "model.", "average.", "optimizer.", "random", "data."
_MASK = "mask."
# numbers of a trainer in a checkpoint, and their types
_NUMBERS = {"step": int, "images": int, "seconds": float, "lr": float, "half": bool}
_FLAGS = ("given_weights", "lr_changed")  # further ones, which earlier versions did not write


class Trainer:
    """A training that can be advanced step by step, saved and resumed.

    Attributes
    ----------
    clock : callable
        Counts `seconds`: elapsed time, or in a comparison or a study, on a machine that may be
        busy, the computing time of this process.
    helper : Executor, optional
        A second thread, see `use_helper`; the weights are the same to the bit without it.
    masks : dict of str to Tensor
        Of pruned matrices, by the names of the weights: bool, False where a weight stays zero.
    command : str
        What begins this training again if its settings do not say so, "" if they do.
    given_weights : bool
        Whether it began with given weights in place of random ones.
    lr_changed : bool
        Whether a person has changed its learning rate, even if it was changed back.
    data_digest : str
        Of what it learns from, if people may change that.

    Raises
    ------
    InputError
        If a batch has no room for pictures of the data set.
    """

    def __init__(self, config: RunConfig, data: Data) -> None:
        setting = config.training
        self.config, self.task, self.data_digest = config, task_of(config), own_digest(data)
        self.clock: Callable[[], float] = time.perf_counter
        self.batches = self.task.batches(config, data)
        self.model = build_model(config, data)
        self.average = (
            AveragedModel(self.model, multi_avg_fn=get_ema_multi_avg_fn(setting.ema_decay))
            if setting.ema_decay
            else None
        )
        self.optimizer = Optimizer(self.model.parameters(), setting, rates(self.model))
        self.half = resolve(setting.precision, self.model, self.task, self.batches) == "bfloat16"
        self.gradient = _one_gradient(self.model)  # last: `resolve` sets gradients too
        self.helper: Executor | None = None
        self.masks: dict[str, Tensor] = {}
        self.learns: Tensor | None = None  # like `gradient`: 0 for weights that stay zero
        self.command = ""
        self.given_weights = self.lr_changed = False
        self.lr = setting.lr
        self.legs = [Leg(0, setting.epochs * len(self.batches))]
        self.step, self.images, self.seconds, self.loss = 0, 0, 0.0, math.nan

    @property
    def steps(self) -> int:
        """How many steps there will be, unless the time limit comes first."""
        return self.legs[-1].end

    @property
    def progress(self) -> float:
        """The progress of the present leg, from 0 to 1."""
        leg, limit = self.legs[-1], self.config.training.seconds
        share = (self.step - leg.start) / leg.steps
        if limit and len(self.legs) == 1:
            share = max(share, self.seconds / limit)
        return min(share, 1.0)

    @property
    def learnt(self) -> float:
        """How far the network has come from knowing nothing, from 0 to 1.

        Tasks begin with what is easy by it, once in a network's life: not in later legs, nor where
        it begins with given weights.
        """
        return 1.0 if self.given_weights or len(self.legs) > 1 else self.progress

    @property
    def done(self) -> bool:
        """Whether the training is complete."""
        return self.progress >= 1

    @property
    def saved_model(self) -> Layered:
        """The network to save: that of the averaged weights, where there are any."""
        if self.average is None:
            return self.model
        assert isinstance(self.average.module, Layered)
        return self.average.module

    def advance(self) -> StepEvent:
        """Make one optimiser step.

        Raises
        ------
        Diverged
            If the loss or the gradient is no longer finite.
        """
        start = self.clock()
        lr = self.lr * SCHEDULES[self.config.training.schedule](self.progress)
        learnt, norm = self._update(lr)
        if self.average is not None:
            self.average.update_parameters(self.model)
        self.step += 1
        self.images += learnt.pictures
        self.loss = loss = learnt.loss.item()
        self.seconds += self.clock() - start
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise Diverged(self.step, lr)
        return StepEvent(
            self.step, self.steps, loss, learnt.right, lr, norm, self.images, self.seconds
        )

    def _update(self, lr: float) -> tuple[Learnt, float]:
        """Learn from a batch; return what it was, and the gradient's norm before clipping."""
        if not self.model.training:
            self.model.train()
        parts = self.task.parts(self.config, self.batches.next())
        self.gradient.zero_()
        learnt = self._learn(*parts)
        if self.learns is not None:  # a weight of 0 with no gradient stays 0 by every rule
            self.gradient.mul_(self.learns)
        norm = torch.linalg.vector_norm(self.gradient).item()
        if norm > (self.config.training.max_norm or math.inf):
            self.gradient.mul_(self.config.training.max_norm / norm)
        self.optimizer.step(lr)
        return learnt, norm

    def _learn(self, first: Any, *others: Any) -> Learnt:
        """Learn from the parts of a batch; in whatever order they end, their gradients add up."""
        learn = partial(self._learn_part, self.learnt, 1 / (1 + len(others)))
        if self.helper is None:
            learnt = [learn(part) for part in (first, *others)]
        else:
            elsewhere = [self.helper.submit(learn, part) for part in others]
            learnt = [learn(first), *(part.result() for part in elsewhere)]
        return learnt[0] if not others else mean(learnt)

    def _learn_part(self, progress: float, share: float, part: Any) -> Learnt:
        learnt = self.task.learn(self.model, part, self.half, progress)
        (learnt.loss * share).backward()
        return learnt

    def use_helper(self) -> None:
        """Learn from the parts of a batch at the same time, on a second thread."""
        self.helper = ThreadPoolExecutor(1, "helper", _begin_helper)

    def go_on(self, epochs: int) -> None:
        """Add a leg of `epochs`, with a new course of the learning rate."""
        self.legs.append(Leg(self.step, epochs * len(self.batches)))

    def begin_from(self, start: StartingWeights) -> None:
        """Begin with given weights in place of random ones; before the first step.

        Raises
        ------
        RuntimeError, ValueError
            If they are the weights of another network.
        """
        self.model.load_state_dict(start.weights)
        if self.average is not None:
            self.average.module.load_state_dict(start.weights)
        self.mask_weights(start.masks)
        self.command, self.given_weights = start.command, True

    def mask_weights(self, masks: dict[str, Tensor]) -> None:
        """Keep the weights at zero that `masks` names; they are zero already.

        Raises
        ------
        ValueError
            If they are masks of another network.
        """
        known = dict(self.model.named_parameters())
        if not masks.keys() <= known.keys():
            raise ValueError("masks of another network")
        self.masks = masks
        self.learns = None
        if masks:
            parts = [masks.get(name, torch.ones_like(one)).flatten() for name, one in known.items()]
            self.learns = torch.cat([part.to(self.gradient) for part in parts])
            if len(self.learns) != len(self.gradient):
                raise ValueError("masks of another network")

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Return tensors by name, and numbers that JSON can hold, for `restore`."""
        parts = {
            _MODEL: self.model.state_dict(),
            _AVERAGE: {} if self.average is None else self.average.state_dict(),
            _OPTIMIZER: self.optimizer.state(),
            _DATA: self.batches.state(),
            _MASK: self.masks,
        }
        tensors: dict[str, Tensor] = {
            prefix + name: value for prefix, part in parts.items() for name, value in part.items()
        }
        tensors[_RANDOM] = torch.get_rng_state()
        numbers = {name: getattr(self, name) for name in (*_NUMBERS, *_FLAGS)}
        legs = [[leg.start, leg.steps] for leg in self.legs]
        return tensors, {**numbers, "legs": legs, "command": self.command}

    def restore(self, tensors: dict[str, Tensor], numbers: dict[str, Any]) -> None:
        """Take over what `state` returned.

        What was trained in bfloat16 goes on in float32 on a machine whose processor cannot.

        Raises
        ------
        KeyError, ValueError, RuntimeError
            If it is the state of another training.
        """
        self.model.load_state_dict(_without_prefix(_MODEL, tensors))
        if self.average is not None:
            self.average.load_state_dict(_without_prefix(_AVERAGE, tensors))
        self.optimizer.restore(_without_prefix(_OPTIMIZER, tensors))
        self.batches.restore(_without_prefix(_DATA, tensors))
        self.mask_weights(_without_prefix(_MASK, tensors))
        able = self.half
        for name, kind in _NUMBERS.items():
            setattr(self, name, kind(numbers[name]))
        if self.half and not able:
            spare = deepcopy(self.model)  # whose gradients are not those that are followed
            self.half = seconds_in_half(spare, self.task, self.batches.empty()) < math.inf
        torch.set_rng_state(tensors[_RANDOM])
        self.legs = [Leg(start, steps) for start, steps in numbers["legs"]]
        # earlier versions knew no flags, and the earliest no command, which given weights have
        self.command = str(numbers.get("command", ""))
        self.given_weights = bool(numbers.get("given_weights", self.command))
        self.lr_changed = bool(numbers.get("lr_changed", False))


@dataclass(frozen=True)
class StartingWeights:
    """Where a training begins that does not begin with random weights.

    Parameters
    ----------
    weights : dict of str to Tensor
        All that the network has, by its names.
    masks : dict of str to Tensor
        Of pruned matrices: bool, of their shapes, False where a weight is zero and stays so.
    command : str
        The command that does all this again, for the card of the network.
    """

    weights: dict[str, Tensor]
    masks: dict[str, Tensor] = field(default_factory=dict)
    command: str = ""

    def tensors(self) -> dict[str, Tensor]:
        """Return its tensors by their names in a checkpoint."""
        weights = {_MODEL + name: value for name, value in self.weights.items()}
        return weights | {_MASK + name: value for name, value in self.masks.items()}

    @classmethod
    def of(cls, tensors: dict[str, Tensor], command: str) -> StartingWeights:
        """Return what `tensors` returned."""
        return cls(_without_prefix(_MODEL, tensors), _without_prefix(_MASK, tensors), command)


def _begin_helper() -> None:
    # both are settings of a thread; for the second see `Engine.run`
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)


def _without_prefix(prefix: str, values: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix)
    }


def build_model(config: RunConfig, data: Data) -> Layered:
    """Return the untrained model of `config` for the pictures and classes of `data`."""
    torch.manual_seed(config.seed)
    return task_of(config).build(config, data)


def _one_gradient(model: nn.Module) -> Tensor:
    """Return one tensor that holds the gradients of all weights as views.

    Their norm, and clipping them, is then one operation instead of one per weight.
    """
    weights = list(model.parameters())
    gradient = torch.zeros(sum(weight.numel() for weight in weights))
    parts = gradient.split([weight.numel() for weight in weights])
    for weight, part in zip(weights, parts, strict=True):
        weight.grad = part.view_as(weight)
    return gradient


@dataclass(frozen=True)
class StepEvent:
    """What one optimiser update did.

    Parameters
    ----------
    step, steps : int
        Number of this step, from 1; how many there will be.
    loss : float
        Mean over the batch.
    accuracy : float
        Share of the batch's labelled pictures that were answered right before the update.
    lr : float
        Learning rate of the update.
    grad_norm : float
        Norm of the whole gradient, before clipping.
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


DIVERGED = N_(
    "The training diverged at step {step}: its loss or gradient is no longer a number. "
    "Lower training.lr (now {lr:.2g}), set training.max_norm to 1, or choose tanh or a cell "
    "with gates."
)


class Diverged(InputError):
    """Loss, gradient or weights of a training are no longer finite."""

    def __init__(self, step: int, lr: float) -> None:
        super().__init__(DIVERGED, step=step, lr=lr)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.values["step"], self.values["lr"])


@dataclass(frozen=True)
class Leg:
    """A part of a training with its own course of the learning rate: the first, or more epochs."""

    start: int
    steps: int

    @property
    def end(self) -> int:
        """Its last step."""
        return self.start + self.steps
