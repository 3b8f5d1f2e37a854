"""What is said of robustness and of classical methods says no more than the figures do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.compare import SHIPPED_COMPARISON
from rnndemo.comparison.results import Comparison, load
from rnndemo.comparison.summary import spoken


@pytest.fixture(scope="module")
def shipped() -> Comparison:
    return load(SHIPPED_COMPARISON)


@pytest.mark.parametrize("ahead", ["lstm", "cnn"])
def test_where_one_is_ahead_the_other_may_be_so_by_less_than_a_point(
    shipped: Comparison, ahead: str
) -> None:
    rows = [row for row in shipped.rows if row.name in ("lstm", "cnn")]
    mixed = tuple(
        replace(row, robustness={"shift": (1, 0.9 if row.name == ahead else 0.5),
                                 "noise": (1, 0.9 if row.name == ahead else 0.905)})
        for row in rows
    )  # fmt: skip
    text = spoken(replace(shipped, rows=mixed))
    assert "where they are shifted; elsewhere they differ by less than one" in text
    assert "never" not in text


def test_a_classical_method_beats_only_what_it_is_better_than_by_more_than_chance(
    shipped: Comparison,
) -> None:
    # as docs/comparison.md says: it leads the MLP and the LRU by no more than chance
    assert "HOG + SVM reaches 98.62 %. It is better than 1 of the 8 networks" in spoken(shipped)


def test_of_single_trainings_nothing_is_called_better(shipped: Comparison) -> None:
    once = tuple(
        replace(row, accuracies=row.accuracies[:1]) if row.kind == "rnn" else row
        for row in shipped.rows
    )
    text = spoken(replace(shipped, rows=once))
    assert "That is more than 3 of the 8 networks reach" in text
