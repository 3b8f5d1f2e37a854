"""The comparison that ships is whole, small, and its peers answer as it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.compare import SHIPPED, SHIPPED_COMPARISON, made_well, table
from rnndemo.comparison.answerers import load_answerers
from rnndemo.comparison.measure import answers_of, lead_gap
from rnndemo.comparison.peers import PEERS
from rnndemo.comparison.results import ANSWERS, COMPARISON, PEERS_FOLDER, Comparison, load
from rnndemo.comparison.summary import READERS, spoken
from rnndemo.data.corruptions.compared import COMPARED
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.cards import data_digest

ASKED = 300  # pictures: bit for bit the same they need not be on another processor
MAX_BYTES = 8_000_000


@pytest.fixture(scope="module")
def shipped() -> Comparison:
    return load(SHIPPED_COMPARISON)


def test_every_peer_was_measured_on_these_digits(shipped: Comparison, digits: DataSet) -> None:
    assert [row.name for row in shipped.rows] == list(PEERS)
    assert shipped.about.data_sha256 == data_digest(digits)
    np.testing.assert_array_equal(shipped.labels, digits.test.labels.numpy())
    assert shipped.about.levels == {kind: one.levels for kind, one in COMPARED.items()}
    assert all(set(row.robustness) == set(COMPARED) for row in shipped.rows)


def test_clothes_were_compared_in_the_same_way(shipped: Comparison) -> None:
    clothes = load(SHIPPED["fashion"])
    assert [row.name for row in clothes.rows] == list(PEERS)
    for name in ("epochs", "seeds", "train_size", "test_size", "augmentation", "levels"):
        assert getattr(clothes.about, name) == getattr(shipped.about, name)
    assert [row.parameters for row in clothes.rows] == [row.parameters for row in shipped.rows]
    for row in clothes.rows:
        right = float((clothes.answers[row.name] == clothes.labels).mean())
        assert row.accuracies[0] == pytest.approx(right, abs=2e-4)
    assert lead_gap(shipped, clothes, "cnn", "lstm")[1] > 0  # as the documentation says


@pytest.mark.parametrize("folder", SHIPPED.values(), ids=SHIPPED)
def test_it_is_small(folder: Path) -> None:
    files = [*(folder / PEERS_FOLDER).rglob("*.*"), folder / COMPARISON, folder / ANSWERS]
    assert sum(path.stat().st_size for path in files) < MAX_BYTES
    assert {path.name for path in files} <= {
        "comparison.json", "answers.npz", "model.safetensors", "config.json", "card.json",
        "classical.safetensors",
    }  # fmt: skip


@pytest.mark.parametrize("name", PEERS)
def test_peers_answer_as_was_measured(name, shipped: Comparison, digits: DataSet) -> None:
    images = digits.test.images[:ASKED].numpy()
    answers = answers_of(load_answerers(SHIPPED_COMPARISON)[name], images)
    assert (answers != shipped.answers[name][:ASKED]).sum() <= 1
    row = shipped.row(name)
    assert row is not None
    right = float((shipped.answers[name] == shipped.labels).mean())
    assert row.accuracies[0] == pytest.approx(right, abs=2e-4)


@pytest.mark.parametrize("name", [*READERS, "svm"])
def test_validation_accuracies_are_those_of_the_peers(
    name: str, shipped: Comparison, digits: DataSet
) -> None:
    answers = answers_of(load_answerers(SHIPPED_COMPARISON)[name], digits.validation.images.numpy())
    right = float((answers == digits.validation.labels.numpy()).mean())
    row = shipped.row(name)
    assert row is not None
    assert row.validation_accuracy == pytest.approx(right, abs=2e-4)


def test_one_command_prints_both_tables(shipped: Comparison) -> None:
    lines = list(table(shipped))
    assert len(lines) == 3 + len(PEERS)
    assert all(row.title in line for row, line in zip(shipped.rows, lines[3:], strict=True))
    assert any("digits-lstm" in line for line in made_well())
    assert "RNNs do better than CNNs" in spoken(shipped)
