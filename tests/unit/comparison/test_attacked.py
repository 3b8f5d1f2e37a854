"""RNN and CNN under attack: what is measured, kept and said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from rnndemo.comparison import attacked
from rnndemo.comparison.attacked import (
    EPSILONS,
    FILE,
    NETWORKS,
    PICTURES,
    TRIED,
    AttackedPeer,
    AttackedPeers,
    attack_peers,
    case,
    load_attacked,
    save_attacked,
)
from rnndemo.comparison.results import load
from rnndemo.data.load import load as load_data
from rnndemo.data.sets import spaced
from rnndemo.errors import InputError
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.scores import attack_scores
from rnndemo.models.store import load_folder
from rnndemo.storage.folders import ASSETS

COMPARED = ASSETS / "comparison"


def made(one: tuple[int, ...], other: tuple[int, ...], n: int = 1000) -> AttackedPeers:
    """Figures of two networks that withstand every attack so often."""
    cases = [case(attack, size) for attack in TRIED for size in EPSILONS]
    rows = tuple(
        AttackedPeer(name, counts, dict.fromkeys(cases, counts))
        for name, counts in (("lstm", one), ("cnn", other))
    )
    return AttackedPeers(n, tuple(range(len(one))), 40, EPSILONS, rows)


def test_a_gap_without_luck_of_seeds_is_newcombes() -> None:
    gap, low, high = made((560,), (480,)).gap("lstm", "cnn", "pgd", 0.05)
    (a, b), (c, d) = wilson_interval(560, 1000), wilson_interval(480, 1000)
    assert gap == pytest.approx(0.08)
    assert low == pytest.approx(0.08 - ((0.56 - a) ** 2 + (d - 0.48) ** 2) ** 0.5)
    assert high == pytest.approx(0.08 + ((b - 0.56) ** 2 + (0.48 - c) ** 2) ** 0.5)


def test_seeds_that_differ_widen_it_and_turning_it_round_mirrors_it() -> None:
    same, differ = made((500, 500, 500), (400,) * 3), made((450, 500, 550), (400,) * 3)
    assert same.gap("lstm", "cnn", "fgsm", 0.1)[1] > 0  # more than chance
    gap, low, high = differ.gap("lstm", "cnn", "fgsm", 0.1)
    assert low < 0 < gap
    assert differ.gap("cnn", "lstm", "fgsm", 0.1) == pytest.approx((-gap, -high, -low))
    assert differ.share("lstm", "", 0.0)[0] == pytest.approx(0.5)  # as they are


def test_figures_come_back_and_damage_is_said(tmp_path: Path) -> None:
    figures = made((500, 510), (400, 390))
    save_attacked(tmp_path, figures)
    assert load_attacked(tmp_path) == figures
    content = json.loads((tmp_path / FILE).read_text())
    lacking = {**content["rows"][0], "withstood": {}}
    for wrong in (
        {**content, "n": 1}, {**content, "seeds": [0]}, {**content, "rows": [lacking]},
        {**content, "rows": [{**content["rows"][0], "name": "../x"}]}, [], {},
    ):  # fmt: skip
        (tmp_path / FILE).write_text(json.dumps(wrong))
        with pytest.raises(InputError, match="missing or damaged"):
            load_attacked(tmp_path)


def test_a_network_is_attacked_once_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = attack_peers(tmp_path, COMPARED, ("mlp",), (0,), n=40)
    test = load_data("digits").test.take(torch.arange(40) * 250)  # of the whole test part
    model = load_folder(COMPARED / "peers" / "mlp")
    again = attack_scores(model, test.images, test.labels, "pgd", AttackBudget(0.05))
    assert found.row("mlp").right == (again.right,)
    assert found.row("mlp").withstood["pgd 0.05"] == (again.withstood,)
    monkeypatch.setattr(attacked, "attack_scores", None)  # would fail if it were called
    assert attack_peers(tmp_path, COMPARED, ("mlp",), (0,), n=40) == found


def test_what_ships_is_of_the_networks_of_the_comparison() -> None:
    found, comparison = load_attacked(COMPARED), load(COMPARED)
    assert [row.name for row in found.rows] == list(NETWORKS)
    assert found.n == PICTURES
    assert found.seeds == comparison.about.seeds
    few = spaced(comparison.about.test_size, found.n).numpy()
    for row in found.rows:
        answers = comparison.answers[row.name][few]  # of the first training
        assert abs(row.right[0] - (answers == comparison.labels[few]).sum()) <= 1
        for size in EPSILONS:  # PGD finds what one step finds, and noise finds less
            noise, fgsm, pgd = (sum(row.withstood[case(attack, size)]) for attack in TRIED)
            assert pgd <= fgsm <= noise <= sum(row.right)
