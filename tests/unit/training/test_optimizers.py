from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from rnndemo.config import TrainingConfig
from rnndemo.training.steps.optimizers import OPTIMIZERS, SCHEDULES, Optimizer

PROGRESS = np.linspace(0, 1, 2001)


TORCH: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adamw": partial(torch.optim.AdamW, fused=True),
    "adam": partial(torch.optim.Adam, fused=True),
    "sgd": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
    "rmsprop": torch.optim.RMSprop,
    "adadelta": torch.optim.Adadelta,
}


def descend(weights: list[nn.Parameter], step: Callable[[float], object], steps: int = 20) -> None:
    """Descend a bent bowl, at a falling rate."""
    for number in range(steps):
        for one in weights:
            one.grad = None
        sum((one**4 / 4 + one.square()).sum() for one in weights).backward()
        step(0.02 / (1 + number))


def points() -> list[nn.Parameter]:
    chance = torch.Generator().manual_seed(0)
    return [nn.Parameter(torch.randn(size, generator=chance)) for size in ((3, 4), (5,), ())]


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_are_those_of_torch_bit_by_bit(name: str, decay: float) -> None:
    config = TrainingConfig(optimizer=name, weight_decay=decay)
    mine, theirs = points(), points()
    descend(mine, Optimizer(mine, config).step)
    oracle = TORCH[name](theirs, lr=1.0, weight_decay=decay)

    def step(lr: float) -> None:
        oracle.param_groups[0]["lr"] = lr
        oracle.step()

    descend(theirs, step)
    for one, other, start in zip(mine, theirs, points(), strict=True):
        assert torch.equal(one, other)
        assert not torch.equal(one, start)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_state_goes_on_where_it_was(name: str) -> None:
    config = TrainingConfig(optimizer=name)
    whole, half = points(), points()
    descend(whole, (first := Optimizer(whole, config)).step, 5)
    with torch.no_grad():
        for one, other in zip(half, whole, strict=True):
            one.copy_(other)
    second = Optimizer(half, config)
    second.restore({name: one.clone() for name, one in first.state().items()})
    for weights, optimizer in ((whole, first), (half, second)):
        descend(weights, optimizer.step, 5)
    assert all(torch.equal(one, other) for one, other in zip(whole, half, strict=True))


def test_state_of_another_is_refused() -> None:
    config = TrainingConfig()
    mine = Optimizer(points(), config)
    with pytest.raises(KeyError):
        mine.restore(Optimizer(points(), TrainingConfig(optimizer="sgd")).state())
    with pytest.raises(KeyError):
        mine.restore(Optimizer(points()[:2], config).state())
    with pytest.raises(ValueError, match="another network"):
        mine.restore(Optimizer(points()[::-1], config).state())


def test_training_imports_no_compiler() -> None:
    """It takes as long as torch, and Start would wait for it."""
    script = (
        "import sys, torch; from tests.small import TINY; from rnndemo.data.sources.digits import "
        "load_digits; from rnndemo.training.trainer import Trainer; Trainer(TINY, "
        "load_digits()).advance(); assert 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_stays_between_nothing_and_the_peak(name: str) -> None:
    shares = np.array([SCHEDULES[name](progress) for progress in PROGRESS])
    assert shares.min() > 0
    assert shares.max() == pytest.approx(1)
    assert shares.max() <= 1


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_moves_without_jumps(name: str) -> None:
    shares = np.array([SCHEDULES[name](progress) for progress in PROGRESS])
    assert np.abs(np.diff(shares)).max() < 0.01


def test_onecycle_rises_once_and_falls_once() -> None:
    shares = np.array([SCHEDULES["onecycle"](progress) for progress in PROGRESS])
    directions = np.sign(np.diff(shares))
    assert (np.diff(directions) != 0).sum() <= 2  # up, at most one level step, down
    assert directions[0] == 1
    assert directions[-1] == -1
    assert shares[0] == pytest.approx(1 / 25)
    assert shares[-1] < 0.01


def test_cosine_only_falls() -> None:
    shares = [SCHEDULES["cosine"](progress) for progress in PROGRESS]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 0.01


def test_constant_stays() -> None:
    assert {SCHEDULES["constant"](progress) for progress in PROGRESS} == {1.0}
