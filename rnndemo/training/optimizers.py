"""Optimisers and learning-rate schedules by name.

The update rules are torch's own functions. Its optimiser classes are not used: the first one in a
process imports torch's compiler, which takes as long as importing torch, and Start would wait.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim.adadelta import adadelta as adadelta_rule
from torch.optim.adam import adam as adam_rule
from torch.optim.adamw import adamw as adamw_rule
from torch.optim.rmsprop import rmsprop as rmsprop_rule
from torch.optim.sgd import sgd as sgd_rule

from rnndemo.config import TrainingConfig

Parameters = Iterable[nn.Parameter]
# name of a state -> one tensor per weight
Slots = dict[str, list[Tensor]]
# (weights, gradients, states, learning rate): changes weights and states in place
Rule = Callable[[list[Tensor], list[Tensor], Slots, float], None]

MOMENTUM = 0.9
BETAS = {"beta1": 0.9, "beta2": 0.999}
WARM_UP = 0.15  # share of a one-cycle training in which the rate rises
FLOOR = 1e-3  # where cosine schedules end, as a share of the peak


class Optimizer:
    """Changes weights by their gradients, and holds the states that its rule needs.

    Parameters
    ----------
    names : tuple of str
        Of the states; each has the weight's shape, and is 0 at first.
    counts : bool, default True
        Whether steps are counted too, in the state ``step``.
    """

    def __init__(
        self, weights: Parameters, rule: Rule, names: tuple[str, ...], counts: bool = True
    ) -> None:
        self.weights: list[Tensor] = list(weights)
        self.rule = rule
        self.slots: Slots = {
            name: [torch.zeros_like(one, requires_grad=False) for one in self.weights]
            for name in names
        }
        if counts:
            self.slots["step"] = [torch.zeros(()) for _ in self.weights]

    @torch.no_grad()
    def step(self, lr: float) -> None:
        """Update the weights by their gradients, at learning rate `lr`."""
        gradients = [one.grad for one in self.weights if one.grad is not None]
        self.rule(self.weights, gradients, self.slots, lr)

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


def adamw(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """AdamW (Loshchilov, Hutter 2019): the decay acts on the weights, not on the gradient."""
    return _adam(adamw_rule, parameters, config)


def adam(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """Adam (Kingma, Ba 2015)."""
    return _adam(adam_rule, parameters, config)


def _adam(
    function: Callable[..., None], parameters: Parameters, config: TrainingConfig
) -> Optimizer:
    def rule(weights: list[Tensor], gradients: list[Tensor], slots: Slots, lr: float) -> None:
        function(
            weights, gradients, slots["exp_avg"], slots["exp_avg_sq"], [], slots["step"],
            fused=True, amsgrad=False, **BETAS, lr=lr, weight_decay=config.weight_decay, eps=1e-8,
            maximize=False,
        )  # fmt: skip

    return Optimizer(parameters, rule, ("exp_avg", "exp_avg_sq"))


def sgd(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """Stochastic gradient descent with Nesterov momentum 0.9."""

    def rule(weights: list[Tensor], gradients: list[Tensor], slots: Slots, lr: float) -> None:
        sgd_rule(
            weights, gradients, list(slots["momentum_buffer"]), foreach=False,
            weight_decay=config.weight_decay, momentum=MOMENTUM, lr=lr, dampening=0, nesterov=True,
            maximize=False,
        )  # fmt: skip

    return Optimizer(parameters, rule, ("momentum_buffer",), counts=False)


def rmsprop(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """RMSprop (Hinton 2012)."""

    def rule(weights: list[Tensor], gradients: list[Tensor], slots: Slots, lr: float) -> None:
        rmsprop_rule(
            weights, gradients, slots["square_avg"], [], [], slots["step"], foreach=False, lr=lr,
            alpha=0.99, eps=1e-8, weight_decay=config.weight_decay, momentum=0, centered=False,
        )  # fmt: skip

    return Optimizer(parameters, rule, ("square_avg",))


def adadelta(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """Adadelta (Zeiler 2012)."""

    def rule(weights: list[Tensor], gradients: list[Tensor], slots: Slots, lr: float) -> None:
        adadelta_rule(
            weights, gradients, slots["square_avg"], slots["acc_delta"], slots["step"],
            foreach=False, lr=lr, rho=0.9, eps=1e-6, weight_decay=config.weight_decay,
            maximize=False,
        )  # fmt: skip

    return Optimizer(parameters, rule, ("square_avg", "acc_delta"))


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

OPTIMIZERS: dict[str, Callable[[Parameters, TrainingConfig], Optimizer]] = {
    "adamw": adamw,
    "adam": adam,
    "sgd": sgd,
    "rmsprop": rmsprop,
    "adadelta": adadelta,
}
