from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from rnndemo.config import TrainingConfig
from rnndemo.registry import OPTIMIZERS, build
from rnndemo.training.optimizers import SCHEDULES

PROGRESS = np.linspace(0, 1, 2001)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_takes_its_settings_from_the_config(name: str) -> None:
    config = TrainingConfig(optimizer=name, lr=0.02, weight_decay=0.1)
    optimizer = build(OPTIMIZERS, name)(nn.Linear(2, 2).parameters(), config)
    assert isinstance(optimizer, torch.optim.Optimizer)
    assert type(optimizer).__name__.lower() == name
    (group,) = optimizer.param_groups
    assert (group["lr"], group["weight_decay"]) == (0.02, 0.1)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_descends_a_bowl(name: str) -> None:
    point = nn.Parameter(torch.tensor([3.0, -2.0]))
    lr = 1.0 if name == "adadelta" else 0.01
    optimizer = build(OPTIMIZERS, name)([point], TrainingConfig(optimizer=name, lr=lr))
    losses = []
    for _ in range(21):
        loss = point.square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[20] < losses[10] < losses[0]


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
