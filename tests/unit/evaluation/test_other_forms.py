"""Other people's forms of digits and gestures, which the readers once took for others."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.forms import answers, scores
from benchmarks.readers import letters, pages
from rnndemo.models.store import load_model

RIGHT = 0.95
TURNED_AWAY, EVERY_LETTER, PAGES = (
    0.9,
    0.75,
    0.95,
)  # A, H, U and & were once accepted as 4, 4, 0 and 8
DIGIT_READERS, GESTURE_READERS = (
    ("digits-lstm", "digits-gru", "digits-cnn"),
    ("gestures-lstm", "gestures-strokes"),
)


@pytest.mark.parametrize("name", DIGIT_READERS + GESTURE_READERS)
def test_other_forms_are_read_right(name: str) -> None:
    table = scores(load_model(name))
    missed = {form: score for form, score in table.items() if score.right < score.drawings}
    right = sum(score.right for score in table.values())
    assert right >= RIGHT * sum(score.drawings for score in table.values()), missed


@pytest.mark.parametrize("name", DIGIT_READERS)
def test_no_digit_in_another_form_is_wrong_and_accepted(name: str) -> None:
    table = scores(load_model(name))
    assert not [form for form, score in table.items() if score.wrong_and_accepted]


@pytest.mark.parametrize("name", DIGIT_READERS)
def test_letters_are_turned_away(name: str) -> None:
    model = load_model(name)
    turned = {letter: answers(model, images)[1].mean() for letter, images in letters().items()}
    assert np.mean(list(turned.values())) >= TURNED_AWAY
    assert min(turned.values()) >= EVERY_LETTER, turned


@pytest.mark.parametrize("name", DIGIT_READERS)
def test_pages_of_several_digits_are_turned_away(name: str) -> None:
    assert answers(load_model(name), pages())[1].mean() >= PAGES
