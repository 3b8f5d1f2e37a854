"""Other people's forms of digits and gestures, which the readers once took for others."""

from __future__ import annotations

import pytest

from benchmarks.forms import scores
from rnndemo.models.store import load_model

RIGHT = 0.95
READERS = ("digits-lstm", "gestures-lstm", "gestures-strokes")


@pytest.mark.parametrize("name", READERS)
def test_other_forms_are_read_right_and_none_wrong_and_sure(name: str) -> None:
    table = scores(load_model(name))
    missed = {form: score for form, score in table.items() if score.right < score.drawings}
    right = sum(score.right for score in table.values())
    assert right >= RIGHT * sum(score.drawings for score in table.values()), missed
    assert not sum(score.wrong_and_accepted for score in table.values()), missed
