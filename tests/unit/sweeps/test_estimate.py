"""Longer sequences are said to take longer, in a ratio that their lengths explain."""

from __future__ import annotations

import pytest

from rnndemo.sweeps import estimate
from rnndemo.sweeps.estimate import SAMPLED, TRIAL_SECONDS, training_seconds
from rnndemo.sweeps.space import Budget, Choices, Range, SearchSpace
from tests.small import changed


@pytest.mark.parametrize("cell", ["lstm", "lru"])
def test_a_sequence_of_4096_takes_several_times_that_of_784(cell: str) -> None:
    config = changed(data__scan="pixels", model__cell=cell, data__train_size=500)
    short, long = (
        training_seconds(config, (side, side)) - TRIAL_SECONDS for side in (28, 64)
    )  # fmt: skip
    assert 3 < long / short < 8
    assert training_seconds(config, images=100) < training_seconds(config)


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_a_search_is_estimated_from_different_combinations(
    sampler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(
        estimate, "training_seconds", lambda config: float(seen.append(config.training.lr) or 1)
    )
    space = SearchSpace(
        dimensions=(("training.lr", Range(1e-4, 1e-1, log=True)),),
        sampler=sampler, repeats=2, budget=Budget(trials=40),
    )  # fmt: skip
    assert estimate.seconds(space, 2) == 20
    assert len(set(seen)) == len(seen) == SAMPLED


def test_drawn_pictures_leave_less_room_in_a_batch_and_so_make_more_steps() -> None:
    plain, drawn = (
        changed(data__train_size=1000, training__batch_size=100, data__synthetic=share)
        for share in (0.0, 0.5)
    )
    ratio = (training_seconds(drawn) - TRIAL_SECONDS) / (training_seconds(plain) - TRIAL_SECONDS)
    assert ratio == pytest.approx(2)
    sizes = Choices((1000, 2000))
    epochs = [
        SearchSpace(one, (("data.train_size", sizes),), steps=80)
        .config({"data.train_size": 1000}).training.epochs
        for one in (plain, drawn)
    ]  # fmt: skip
    assert epochs == [8, 4]
