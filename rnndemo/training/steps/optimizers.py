"""Optimisers and learning-rate schedules by name.

The update rules are torch's own functions. Its optimiser classes are not used: the first one in a
process imports torch's compiler, which takes as long as importing torch, and Start would wait.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.adadelta import adadelta
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.rmsprop import rmsprop
from torch.optim.sgd import sgd

from rnndemo.config import TrainingConfig

WARM_UP = 0.15  # share of a one-cycle training in which the rate rises
FLOOR = 1e-3  # where cosine schedules end, as a share of the peak


@dataclass(frozen=True)
class UpdateRule:
    """A function of torch that changes weights and states in place.

    Parameters
    ----------
    states : tuple of str
        The states that it takes after weights and gradients, in this order; "" is one that is not
        used with these settings.
    settings : dict
        Its other arguments, besides learning rate and weight decay.
    """

    function: Callable[..., None]
    states: tuple[str, ...]
    settings: dict[str, Any]


_ADAM_STATES = ("exp_avg", "exp_avg_sq", "", "step")
_ADAM_SETTINGS = {
    "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "fused": True, "amsgrad": False, "maximize": False,
}  # fmt: skip

OPTIMIZERS: dict[str, UpdateRule] = {
    # Loshchilov, Hutter 2019: the decay acts on the weights, not on the gradient
    "adamw": UpdateRule(adamw, _ADAM_STATES, _ADAM_SETTINGS),
    # Kingma, Ba 2015
    "adam": UpdateRule(adam, _ADAM_STATES, _ADAM_SETTINGS),
    # stochastic gradient descent with Nesterov momentum
    "sgd": UpdateRule(
        sgd,
        ("momentum_buffer",),
        {"momentum": 0.9, "nesterov": True, "dampening": 0, "foreach": False, "maximize": False},
    ),
    # Hinton 2012
    "rmsprop": UpdateRule(
        rmsprop,
        ("square_avg", "", "", "step"),
        {"alpha": 0.99, "eps": 1e-8, "momentum": 0, "centered": False, "foreach": False},
    ),
    # Zeiler 2012
    "adadelta": UpdateRule(
        adadelta,
        ("square_avg", "acc_delta", "step"),
        {"rho": 0.9, "eps": 1e-6, "foreach": False, "maximize": False},
    ),
}


class Optimizer:
    """Changes weights by their gradients, and holds the states that its rule needs, at first 0.

    Parameters
    ----------
    rates : sequence of float, optional
        For each weight, the share of the learning rate at which it learns; by default 1.
    """

    def __init__(
        self,
        weights: Iterable[nn.Parameter],
        config: TrainingConfig,
        rates: Sequence[float] | None = None,
    ) -> None:
        self.weights: list[Tensor] = list(weights)
        # rate -> the numbers of its weights
        self.groups: dict[float, list[int]] = {}
        for number, rate in enumerate(rates or [1.0] * len(self.weights)):
            self.groups.setdefault(rate, []).append(number)
        self.rule, self.decay = OPTIMIZERS[config.optimizer], config.weight_decay
        # name of a state -> one tensor per weight, of its shape; "step" counts
        self.slots: dict[str, list[Tensor]] = {
            name: [
                torch.zeros(()) if name == "step" else torch.zeros_like(one, requires_grad=False)
                for one in self.weights
            ]
            for name in self.rule.states
            if name
        }

    @torch.no_grad()
    def step(self, lr: float) -> None:
        """Update the weights by their gradients, at learning rate `lr`."""
        for rate, numbers in self.groups.items():
            weights = [self.weights[number] for number in numbers]
            gradients = [one.grad for one in weights if one.grad is not None]
            states = (
                [self.slots[name][number] for number in numbers] if name in self.slots else []
                for name in self.rule.states
            )
            self.rule.function(
                weights, gradients, *states, lr=rate * lr, weight_decay=self.decay,
                **self.rule.settings,
            )  # fmt: skip

    def state(self) -> dict[str, Tensor]:
        """Return all states, by "NUMBER OF THE WEIGHT.NAME OF THE STATE"."""
        return {
            f"{number}.{name}": one
            for name, tensors in self.slots.items()
            for number, one in enumerate(tensors)
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Take over what `state` returned.

        Raises
        ------
        KeyError, ValueError, RuntimeError
            If it is the state of another optimiser.
        """
        mine = self.state()
        if state.keys() != mine.keys():
            raise KeyError("another optimiser's state")
        for name, one in mine.items():
            if one.shape != state[name].shape:
                raise ValueError("of another network")
            one.copy_(state[name])


def _cosine(progress: float) -> float:
    return FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * progress)) / 2


def _onecycle(progress: float) -> float:
    """Rise from 1/25 of the peak, then fall along a cosine (Smith, Topin 2018)."""
    if progress < WARM_UP:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * progress / WARM_UP)) / 2
    return _cosine((progress - WARM_UP) / (1 - WARM_UP))


# name -> function of progress in [0, 1] -> share of the peak learning rate
SCHEDULES: dict[str, Callable[[float], float]] = {
    "onecycle": _onecycle,
    "cosine": _cosine,
    "constant": lambda progress: 1.0,
}
