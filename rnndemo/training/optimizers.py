"""Optimisers and learning-rate schedules by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import torch
from torch import nn
from torch.optim import Optimizer

from rnndemo.config import TrainingConfig

Parameters = Iterable[nn.Parameter]

MOMENTUM = 0.9
WARM_UP = 0.15  # share of a one-cycle training in which the rate rises
FLOOR = 1e-3  # where cosine schedules end, as a share of the peak


def adamw(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """AdamW (Loshchilov, Hutter 2019): the decay acts on the weights, not on the gradient."""
    return torch.optim.AdamW(parameters, lr=config.lr, weight_decay=config.weight_decay, fused=True)


def adam(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """Adam (Kingma, Ba 2015)."""
    return torch.optim.Adam(parameters, lr=config.lr, weight_decay=config.weight_decay, fused=True)


def sgd(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """Stochastic gradient descent with Nesterov momentum 0.9."""
    return torch.optim.SGD(
        parameters, config.lr, MOMENTUM, nesterov=True, weight_decay=config.weight_decay
    )


def rmsprop(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """RMSprop (Hinton 2012)."""
    return torch.optim.RMSprop(parameters, config.lr, weight_decay=config.weight_decay)


def adadelta(parameters: Parameters, config: TrainingConfig) -> Optimizer:
    """Adadelta (Zeiler 2012)."""
    return torch.optim.Adadelta(parameters, config.lr, weight_decay=config.weight_decay)


def _cosine(progress: float) -> float:
    return FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * progress)) / 2


def _onecycle(progress: float) -> float:
    """Rise from 1/25 of the peak, then fall along a cosine (Smith, Topin 2018)."""
    if progress < WARM_UP:
        return 0.04 + 0.96 * (1 - math.cos(math.pi * progress / WARM_UP)) / 2
    return _cosine((progress - WARM_UP) / (1 - WARM_UP))


# name -> share of the peak learning rate at `progress` in [0, 1] through the training
SCHEDULES: dict[str, Callable[[float], float]] = {
    "onecycle": _onecycle,
    "cosine": _cosine,
    "constant": lambda progress: 1.0,
}
