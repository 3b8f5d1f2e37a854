from __future__ import annotations

import numpy as np
import pytest

from rnndemo.data.corruptions import CORRUPTIONS, corrupted
from rnndemo.data.sets import DataSet
from rnndemo.models.store import load_model
from rnndemo.reading.answers import answer
from rnndemo.reading.corrupted import answers_to_all, read_corrupted, tips_at


def readouts(*classes: int) -> np.ndarray:
    return np.eye(3)[list(classes)]


@pytest.mark.parametrize(
    ("before", "after", "tips"),
    [
        ((0, 1, 1), (2, 1, 1), None),  # the answer stays
        ((0, 1, 1), (0, 1, 2), 2),
        ((0, 0, 1), (0, 0, 0), 2),  # it does not follow any more
        ((0, 1, 1, 1), (0, 2, 1, 2), 3),
        ((0, 0), (1, 1), 0),
    ],
)
def test_the_answer_tips_where_the_readings_part_for_ever(before, after, tips) -> None:
    assert tips_at(readouts(*before), readouts(*after)) == tips


def test_a_drawing_is_read_before_and_after(digits: DataSet) -> None:
    model, image = load_model("digits-rnn"), digits.test.images[0].numpy() / 255
    found = read_corrupted(model, image, "stripe", 5)
    np.testing.assert_allclose(found.picture, corrupted(image[None], "stripe", 5)[0], atol=1e-6)
    assert found.before.label == answer(model, image).label == "7"
    assert found.after.label == answer(model, found.picture).label != "7"
    assert found.after.rows.shape == (28, 10)
    assert found.tips == tips_at(found.before.rows, found.after.rows)
    same = read_corrupted(model, image, "stripe", 0)
    assert same.tips is None
    np.testing.assert_array_equal(same.before.rows, same.after.rows)


def test_each_corruption_has_the_answer_that_it_has_alone(digits: DataSet) -> None:
    model, image = load_model("digits-rnn"), digits.test.images[61].numpy() / 255
    found = answers_to_all(model, image, 4)
    assert [one.kind for one in found] == list(CORRUPTIONS)
    for one in found[::5]:
        alone = read_corrupted(model, image, one.kind, 4)
        np.testing.assert_allclose(one.picture, alone.picture)
        assert (one.label, one.rejected) == (alone.after.label, alone.after.rejected)
        assert one.probability == pytest.approx(alone.after.probability, abs=1e-4)
