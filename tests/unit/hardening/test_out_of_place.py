"""What a model makes of pictures out of place, against its answers one by one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnndemo.data.out_of_place import pictures
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.hardening.out_of_place import ALL, Certainty, Separation, separation
from rnndemo.models.store import load_model
from rnndemo.reading.answers import answer


def test_scores_are_what_the_reject_option_compares(digits: DataSet) -> None:
    model, told = load_model("digits-rnn"), []
    test = digits.test.take(torch.arange(60))
    found = separation(model, test, lambda done, total: told.append((done, total)))
    assert [*found.outside] == ["letters", "scribbles", "gestures", "noise", "blank"]
    total = 60 + sum(map(len, found.outside.values()))
    assert told[-1] == (total, total)
    for kind in ("", "letters", "noise"):
        images = pictures(kind, model.classes, (28, 28)) if kind else test.images
        known = found.outside[kind] if kind else found.inside
        for place in range(5):
            one = answer(model, images[place].numpy() / np.float32(255))
            assert known.scores[place] == pytest.approx(one.probability, abs=1e-5)
            assert model.classes[known.answers[place]] == one.label
    assert found.right[:5].all()
    # it has learnt to doubt: most letters lie below its own threshold
    assert found.outcome("letters", model.card.reject_threshold).outside > 0.8


def test_it_can_be_ended(digits: DataSet) -> None:
    def end(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        separation(load_model("digits-rnn"), digits.test, end)


def test_what_cannot_be_measured_is_said(digits: DataSet) -> None:
    with pytest.raises(InputError, match="reads the pen path"):
        separation(load_model("gestures-strokes"), digits.test)
    with pytest.raises(InputError, match="no pictures of its classes"):
        separation(load_model("digits-rnn"), digits.test.take(torch.arange(0)))


def test_shares_counted_by_hand() -> None:
    def sure(*scores: float) -> Certainty:
        return Certainty(np.array(scores), np.zeros(len(scores), int))

    right = np.array([True, True, False, False])
    some = Separation(
        sure(0.9, 0.5, 0.8, 0.3), right, {"letters": sure(0.9, 0.2), "noise": sure(0.1, 0.1)}
    )
    at = some.outcome("letters", 0.5)  # 0.5 itself is accepted
    assert (at.inside, at.outside, at.wrong) == (0.25, 0.5, 0.25)
    assert at.error == pytest.approx(1 / 3)
    assert at.mixed_error == pytest.approx(0.75 / 1.25)
    assert some.outcome(ALL, 0.5).outside == 0.75
    nothing = some.outcome(ALL, 1.0)
    assert (nothing.inside, nothing.outside) == (1, 1)
    assert nothing.error is None
    assert nothing.mixed_error is None
    assert some.inside.surest(0.5, 2).tolist() == [0, 2]
