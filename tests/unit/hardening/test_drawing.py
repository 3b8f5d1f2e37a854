from __future__ import annotations

import numpy as np
import pytest

from rnndemo.data.sets import DataSet
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.defences import DEFENCES
from rnndemo.hardening.drawing import Attacked, attacked, rows_attacked
from rnndemo.models.store import Model, load_model
from rnndemo.reading.answers import Answer, answer


@pytest.fixture(scope="module")
def seven(digits: DataSet) -> np.ndarray:
    picture: np.ndarray = digits.test.images[0].numpy() / 255
    return picture.astype(np.float32)


def test_a_drawing_is_read_before_and_after(seven: np.ndarray) -> None:
    model = load_model("digits-rnn")
    found = attacked(model, seven, "pgd", AttackBudget(0.1, steps=10))
    assert (found.before.label, found.fooled) == ("7", True)
    assert found.size == pytest.approx(0.1, abs=1e-5)
    np.testing.assert_allclose(found.picture + found.difference, found.changed, atol=1e-6)
    np.testing.assert_allclose(found.after.rows, answer(model, found.changed).rows, atol=1e-6)
    before, after = (side.rows.argmax(1) for side in (found.before, found.after))
    assert found.tips is not None
    assert (before[found.tips :] != after[found.tips :]).all()
    assert found.tips == 0 or before[found.tips - 1] == after[found.tips - 1]
    assert found.distances is not None
    assert found.distances.shape == (28,)
    assert found.leaves == np.diff(found.distances, prepend=0).argmax()


def test_an_attack_that_changes_nothing_tips_nothing(tiny: Model, seven: np.ndarray) -> None:
    found = attacked(tiny, seven, "fgsm", AttackBudget(0.0))
    assert (found.fooled, found.tips, found.size) == (False, None, 0.0)
    assert found.distances is not None
    assert not found.distances.any()


def side(*labels: int) -> Answer:
    rows = np.eye(3)[list(labels)]
    return Answer("abc"[labels[-1]], 1.0, False, rows[-1], rows, 0)


@pytest.mark.parametrize(
    ("before", "after", "tips"),
    [
        ((0, 0, 0), (0, 0, 0), None),
        ((0, 1, 0), (2, 2, 0), None),  # the answer has come back
        ((0, 0, 0), (0, 1, 1), 1),
        ((0, 0, 0), (1, 1, 1), 0),
        ((2, 1, 0), (2, 0, 1), 1),
    ],
)
def test_where_the_answer_tips(
    before: tuple[int, ...], after: tuple[int, ...], tips: int | None
) -> None:
    empty = np.zeros((3, 3))
    found = Attacked(empty, empty, side(*before), side(*after), 0.0)
    assert found.tips == tips
    assert found.distances is None
    assert found.leaves is None


def test_a_defence_stands_between_attack_and_reading(seven: np.ndarray) -> None:
    model, defence = load_model("digits-rnn"), DEFENCES["binarise"]
    found = attacked(model, seven, "pgd", AttackBudget(0.1, steps=10), defence)
    assert not found.fooled
    black_and_white = (found.changed > 0.5).astype(np.float32)
    np.testing.assert_allclose(found.after.rows, answer(model, black_and_white).rows, atol=1e-6)


def test_a_network_that_sees_the_picture_at_once_is_attacked(seven: np.ndarray) -> None:
    found = attacked(load_model("digits-cnn"), seven, "fgsm", AttackBudget(0.1))
    assert found.distances is None
    assert found.size == pytest.approx(0.1, abs=1e-5)


def test_each_row_of_a_drawing_is_attacked(tiny: Model, seven: np.ndarray) -> None:
    found = rows_attacked(tiny, seven, AttackBudget(1.0, steps=8))
    label = answer(tiny, seven).label
    assert found.changed.shape == (28, 28, 28)
    assert found.flips.any()
    assert [one != label for one in found.labels] == found.flips.tolist()
    for row in (0, 14):
        other = np.delete(found.changed[row] - seven, row, 0)
        assert not other.any()
        known = answer(tiny, found.changed[row]).probabilities[tiny.classes.index(label)]
        assert found.probabilities[row] == pytest.approx(known, abs=1e-5)
