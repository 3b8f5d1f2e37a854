from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.certified import SHOWN, certified_drawing
from rnndemo.hardening.defences import DEFENCES
from rnndemo.hardening.drawing import noise_in_row, read_behind
from rnndemo.hardening.search import LONGEST, shortest_found
from rnndemo.models.store import Model, load_model
from rnndemo.reading.answers import answer


@pytest.fixture(scope="module")
def seven(digits: DataSet) -> np.ndarray:
    picture: np.ndarray = digits.test.images[0].numpy() / 255
    return picture.astype(np.float32)


def test_the_change_found_turns_the_answer_and_is_as_long_as_it_says(seven: np.ndarray) -> None:
    model = load_model("digits-rnn")
    found = shortest_found(model, seven)
    assert found is not None
    assert found.size == pytest.approx(np.linalg.norm(found.changed - seven), abs=1e-4)
    assert answer(model, found.changed).label == model.classes[found.label] != "7"
    assert 0 <= found.changed.min() <= found.changed.max() <= 1
    first = shortest_found(model, seven, tries=1)
    assert first is not None
    assert found.size <= first.size <= LONGEST
    again = shortest_found(model, seven)
    assert again is not None
    np.testing.assert_array_equal(found.changed, again.changed)


def test_certificate_and_attack_do_not_contradict_each_other(seven: np.ndarray) -> None:
    told: list[int] = []
    found = certified_drawing(
        load_model("digits-rnn"), seven, 0.25, 300, progress=lambda done, of: told.append(done)
    )
    assert found.certificate.label == found.label == 7
    assert found.smoothed is not None
    assert found.plain is not None
    assert found.smoothed.label != 7
    assert 0 < found.certificate.radius <= found.smoothed.size
    assert found.noisy.shape == (SHOWN, 28, 28)
    assert len(found.answers) == SHOWN
    assert told == sorted(told)
    assert told[-1] == 100


def test_the_answer_to_be_turned_is_the_one_that_was_certified(seven: np.ndarray) -> None:
    model = load_model("digits-rnn")
    with patch("rnndemo.hardening.certified.shortest_found", return_value=None) as searched:
        found = certified_drawing(model, seven, 0.25, 300)
    assert searched.call_args.args[-1] == found.certificate.label == 7
    other = shortest_found(model, seven, label=3)  # it answers 7: no change is needed
    assert other is not None
    assert other.label != 3


def test_where_it_abstains_no_attack_on_it_is_looked_for(tiny: Model, seven: np.ndarray) -> None:
    found = certified_drawing(tiny, seven, 5.0, 100)
    if found.certificate.label is None:
        assert found.smoothed is None
    assert found.certificate.samples == 100


@pytest.mark.parametrize(("sigma", "tries"), [(-1, 3), (float("nan"), 3), (0.1, 0)])
def test_nonsense_is_refused(tiny: Model, seven: np.ndarray, sigma: float, tries: int) -> None:
    with pytest.raises(InputError):
        shortest_found(tiny, seven, sigma, tries)


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_noise_in_a_row_changes_that_row_alone(tiny: Model, seven: np.ndarray, norm: str) -> None:
    found = noise_in_row(tiny, seven, 9, AttackBudget(0.4, norm))
    assert np.flatnonzero(found.difference.any(1)).tolist() == [9]
    assert found.size == pytest.approx(0.4, abs=1e-4)
    assert found.after.rows.shape == found.before.rows.shape


def test_a_picture_is_read_behind_a_defence(tiny: Model, seven: np.ndarray) -> None:
    seen, said = read_behind(tiny, seven, DEFENCES["binarise"])
    np.testing.assert_array_equal(seen, (seven > 0.5).astype(np.float32))
    np.testing.assert_allclose(said.rows, answer(tiny, seen).rows)
