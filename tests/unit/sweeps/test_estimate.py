"""Longer sequences are said to take longer, in a ratio that their lengths explain."""

from __future__ import annotations

import pytest

from rnndemo.sweeps.estimate import TRIAL_SECONDS, training_seconds
from tests.small import changed


@pytest.mark.parametrize("cell", ["lstm", "lru"])
def test_a_sequence_of_4096_takes_several_times_that_of_784(cell: str) -> None:
    config = changed(data__scan="pixels", model__cell=cell, data__train_size=500)
    short, long = (
        training_seconds(config, (side, side)) - TRIAL_SECONDS for side in (28, 64)
    )  # fmt: skip
    assert 3 < long / short < 8
    assert training_seconds(config, images=100) < training_seconds(config)
