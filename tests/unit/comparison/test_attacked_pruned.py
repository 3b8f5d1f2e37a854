"""Pruned networks under attack: what is measured, kept and said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from rnndemo.comparison import attacked_pruned
from rnndemo.comparison.attacked import TRIED, AttackedPeer, case, load_attacked
from rnndemo.comparison.attacked_pruned import (
    ATTACK,
    EPSILON,
    FILE,
    NETWORK,
    UNITS,
    WAYS,
    WEIGHTS,
    attack_pruned,
)
from rnndemo.data.sets import DataSet
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.pruning.weights import sparsity
from rnndemo.hardening.scores import attack_scores
from rnndemo.models.store import load_folder
from rnndemo.storage.folders import ASSETS
from rnndemo.ui.robustness.pruning.attacked import said_of

COMPARED = ASSETS / "comparison"
SHIPPED = load_attacked(COMPARED, FILE)


def test_each_training_is_pruned_retrained_and_attacked(
    few_digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attacked_pruned, "load_data", lambda name: few_digits)
    found = attack_pruned(tmp_path, COMPARED, seeds=(0,), n=20, epochs=1, command="again")
    assert [row.name for row in found.rows] == list(WAYS)  # the whole one was measured on others
    assert load_attacked(tmp_path, FILE) == found
    whole = load_folder(COMPARED / "peers" / NETWORK).network
    units, weights = (load_folder(tmp_path / "runs" / f"{name}-0") for name in (UNITS, WEIGHTS))
    assert 2 * units.network.config.hidden_size == whole.config.hidden_size
    assert sparsity(weights.network) == pytest.approx(0.9, abs=0.01)
    test = few_digits.test.take(torch.arange(20) * len(few_digits.test) // 20)
    again = attack_scores(weights, test.images, test.labels, ATTACK, AttackBudget(EPSILON))
    assert found.row(WEIGHTS).right == (again.right,)
    assert found.row(WEIGHTS).withstood[case(ATTACK, EPSILON)] == (again.withstood,)


def test_what_ships_goes_with_the_whole_networks() -> None:
    whole = load_attacked(COMPARED)
    assert [row.name for row in SHIPPED.rows] == [NETWORK, UNITS, WEIGHTS]
    assert (SHIPPED.n, SHIPPED.seeds, SHIPPED.steps) == (whole.n, whole.seeds, whole.steps)
    assert SHIPPED.row(NETWORK).withstood.items() <= whole.row(NETWORK).withstood.items()
    for row in SHIPPED.rows:
        noise, fgsm, pgd = (sum(row.withstood[case(name, EPSILON)]) for name in TRIED)
        assert pgd <= fgsm <= noise <= sum(row.right)


@pytest.mark.parametrize(
    ("count", "said"),
    [(100, "easier to fool, by"), (1370, "may be chance"), (1900, "harder to fool, by")],
)
def test_who_is_harder_to_fool_is_said_by_the_interval(count: int, said: str) -> None:
    def row(name: str, withstood: int) -> AttackedPeer:
        counts = dict.fromkeys(SHIPPED.rows[0].withstood, (withstood,) * 3)
        return AttackedPeer(name, (1950,) * 3, counts)

    rows = (row(NETWORK, 1370), row(UNITS, count), row(WEIGHTS, 1370))
    first, units, weights = said_of(replace(SHIPPED, rows=rows))
    assert "right on 68.5 %" in first
    assert said in units
    assert "may be chance (95 % interval -" in weights
