"""The position in the data can be saved and restored."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from rnndemo.data.sets import DataSet
from rnndemo.training.steps.batches import Batches
from tests.small import changed

VARIANTS: list[dict[str, Any]] = [
    {},
    {"data__augmentation": "affine"},
    {"data__augmentation": "people", "data__synthetic": 0.2, "data__outliers": 0.1},
    {"data__train_size": 64},  # one whole batch an epoch
    {"data__train_size": 1},
    {"data__train_size": 65, "data__scan": "shuffled-rows"},
]


@pytest.fixture(autouse=True)
def _small_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.training.steps.batches.POOL", 50)


def made(data: DataSet, **settings: Any) -> Batches:
    return Batches(
        changed(**{"data__train_size": 150, "training__batch_size": 64, **settings}), data
    )


def taken(batches: Batches, count: int) -> list[tuple[Tensor, ...]]:
    return [batches.next() for _ in range(count)]


def same(first: list[tuple[Tensor, ...]], second: list[tuple[Tensor, ...]]) -> bool:
    return all(
        torch.equal(a, b) for one, two in zip(first, second, strict=True)
        for a, b in zip(one, two, strict=True)
    )  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(before=st.integers(0, 8))
def test_restored_batches_go_on_as_if_nothing_had_happened(
    variant: dict[str, Any], before: int, few_digits: DataSet
) -> None:
    first = made(few_digits, **variant)
    taken(first, before)
    state = {name: value.clone() for name, value in first.state().items()}
    expected = taken(first, 6)
    second = made(few_digits, **variant, seed=0)
    taken(second, 3)  # some other position
    second.restore(state)
    assert same(taken(second, 6), expected)


def test_state_is_a_copy(few_digits: DataSet) -> None:
    batches = made(few_digits)
    state = batches.state()
    saved = {name: value.clone() for name, value in state.items()}
    taken(batches, 5)
    assert all(torch.equal(state[name], saved[name]) for name in saved)


def test_state_is_a_few_kilobytes_whatever_the_data(few_digits: DataSet) -> None:
    def size(batches: Batches) -> int:
        return sum(value.numel() * value.element_size() for value in batches.state().values())

    small = size(made(few_digits, data__train_size=10))
    assert size(made(few_digits, data__train_size=600)) == small < 20_000


def test_every_picture_is_seen_once_an_epoch(few_digits: DataSet) -> None:
    batches = made(few_digits)
    whole = few_digits.train.images[:150].flatten(1).float().div(255).sum(1).sort().values
    orders = []
    for _ in range(2):
        pictures = torch.cat([batches.next()[0] for _ in range(len(batches))])
        orders.append(pictures.flatten(1).sum(1))
        torch.testing.assert_close(orders[-1].sort().values, whole)
    assert not torch.equal(*orders)


def test_order_does_not_hang_on_global_random_state(few_digits: DataSet) -> None:
    first = taken(made(few_digits, data__augmentation="people"), 4)
    torch.manual_seed(77)
    second = taken(made(few_digits, data__augmentation="people"), 4)
    assert same(first, second)
    before = torch.get_rng_state()
    taken(made(few_digits, data__augmentation="people"), 4)
    assert torch.equal(before, torch.get_rng_state())


def test_no_more_is_drawn_than_a_training_takes(few_digits: DataSet) -> None:
    taken = made(few_digits, data__outliers=0.1, training__epochs=1)
    (pool, each), steps = taken.pools[0], len(taken)
    assert len(pool) == each * steps < 50
    ((pool, _),) = made(few_digits, data__outliers=0.1, training__epochs=9).pools
    assert len(pool) == 50  # as many as there can be
