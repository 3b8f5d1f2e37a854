from __future__ import annotations

import pytest
import torch

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import logits_of
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening import scores
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.defences import DEFENCES
from rnndemo.hardening.scores import attack_scores, price_of
from rnndemo.models.store import Model, load_model


def test_pictures_that_withstand_are_counted(
    tiny: Model, digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scores, "BATCH", 30)
    images, labels, told = digits.test.images[:80], digits.test.labels[:80], []
    found = attack_scores(
        tiny, images, labels, "pgd", AttackBudget(0.1, steps=5),
        progress=lambda *said: told.append(said),
    )  # fmt: skip
    answers = logits_of(tiny.network, images, "rows").argmax(1)
    assert found.right == int((answers == labels).sum())
    assert 0 <= found.withstood < found.right
    assert found.interval == wilson_interval(found.right, 80)
    assert found.attacked_interval == wilson_interval(found.withstood, 80)
    assert told == [(30, 80), (60, 80), (80, 80)]
    assert found.rows == ()


def test_nothing_is_lost_to_an_attack_that_changes_nothing(tiny: Model, digits: DataSet) -> None:
    images, labels = digits.test.images[:40], digits.test.labels[:40]
    for name in ("fgsm", "pgd", "noise"):
        found = attack_scores(tiny, images, labels, name, AttackBudget(0.0, steps=2))
        assert found.withstood == found.right


def test_without_labels_the_answers_count_and_unknown_classes_are_wrong(
    tiny: Model, digits: DataSet
) -> None:
    images, budget = digits.test.images[:20], AttackBudget(0.02)
    assert attack_scores(tiny, images, None, "fgsm", budget).right == 20
    unknown = torch.full((20,), -1)
    found = attack_scores(tiny, images, unknown, "fgsm", budget)
    assert (found.right, found.withstood) == (0, 0)


def test_rows_that_flip_the_answer_are_counted(tiny: Model, digits: DataSet) -> None:
    found = attack_scores(tiny, digits.test.images[:6], None, "row", AttackBudget(1.0, steps=5))
    assert len(found.rows) == 28
    assert sum(found.rows) == found.n - found.withstood > 0


def test_binarising_withstands_more_and_costs_little(digits: DataSet) -> None:
    """The attack knows of it, and goes straight through."""
    model, defence = load_model("digits-rnn"), DEFENCES["binarise"]
    images, labels = digits.test.images[:60], digits.test.labels[:60]
    budget = AttackBudget(0.1, steps=8)
    bare = attack_scores(model, images, labels, "pgd", budget)
    behind = attack_scores(model, images, labels, "pgd", budget, defence)
    assert behind.attacked > bare.attacked + 0.5
    price = price_of(model, defence, images, labels)
    assert price.n == 60
    assert price.right_before == bare.right
    assert price.right == behind.right
    assert price.interval == wilson_interval(price.right, 60)
    assert price.seconds > 0
    assert price.seconds_before > 0


def test_a_model_that_reads_the_pen_is_refused(digits: DataSet) -> None:
    with pytest.raises(InputError, match="pen path"):
        attack_scores(
            load_model("gestures-strokes"), digits.test.images[:1], None, "fgsm", AttackBudget(0.1)
        )
