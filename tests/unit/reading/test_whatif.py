"""Changing one thing changes what follows from it, by the right amount, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnndemo.config import POOLINGS
from rnndemo.data.scans import to_sequence
from rnndemo.errors import InputError
from rnndemo.reading.whatif import SPOILINGS, UnitChange, change_units, spoil_row
from tests.small import HIDDEN, KINDS, SIDE, kind_name, small_model, small_pictures

every_kind = pytest.mark.parametrize("kind", KINDS, ids=kind_name)
every_pooling = pytest.mark.parametrize("pooling", POOLINGS)
both_ways = pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "both"])


def close(mine, expected, atol=1e-10):
    np.testing.assert_allclose(mine, np.asarray(expected), rtol=0, atol=atol)


@every_kind
@every_pooling
@both_ways
def test_unchanged_pass_is_what_torch_computes(kind, pooling, bidirectional):
    model = small_model(**kind, num_layers=2, bidirectional=bidirectional, pooling=pooling)
    pictures = small_pictures()
    before = change_units(model, pictures, "rows", [UnitChange(0, 0)], temperature=2.0).before
    sequence = to_sequence(pictures, "rows")
    close(before.probabilities, model.probabilities(model.readouts(sequence), 2.0))
    for layer, states in enumerate(model.hidden_states(sequence)):
        directions = states.unflatten(-1, (-1, HIDDEN)).transpose(1, 2)
        close(before.hidden[:, layer], directions)


def test_silenced_unit_equals_a_loop_in_numpy():
    model, pictures = small_model(cell="rnn"), small_pictures(1)
    after = change_units(model, pictures, "rows", [UnitChange(0, 2, t=3)]).after
    W_x, W_h, b_x, b_h = (weight.numpy() for weight in model.layers[0].parameters())
    h = np.zeros(HIDDEN)
    for t, x in enumerate(pictures[0].numpy()):
        h = np.tanh(W_x @ x + b_x + W_h @ h + b_h)
        if t >= 3:
            h[2] = 0.0
        close(after.hidden[0, 0, 0, t], h)
    answer = model.probabilities(model.head(torch.from_numpy(h)))
    close(after.probabilities[0, -1], answer)


@every_kind
def test_unit_is_held_from_its_row_on(kind):
    model = small_model(**kind, num_layers=2)
    made = change_units(model, small_pictures(), "rows", [UnitChange(0, 1, t=4, value=0.8)])
    assert (made.after.hidden[:, 0, 0, 4:, 1] == 0.8).all()
    assert (made.distance[..., :4] == 0).all()
    assert (made.distance[:, 1, 0, 4] > 0).all()
    np.testing.assert_array_equal(made.before.probabilities[:, :4], made.after.probabilities[:, :4])


def test_backward_direction_holds_from_its_row_towards_the_first():
    model = small_model(bidirectional=True)
    change = UnitChange(0, 1, t=4, value=0.8, direction=1)
    made = change_units(model, small_pictures(), "rows", [change])
    assert (made.after.hidden[:, 0, 1, :5, 1] == 0.8).all()
    assert (made.distance[:, 0, 1, 5:] == 0).all()
    assert (made.distance[:, 0, 0] == 0).all()


@every_kind
@every_pooling
def test_changed_readout_at_t_is_the_changed_answer_to_the_shorter_sequence(kind, pooling):
    model = small_model(**kind, num_layers=2, bidirectional=True, pooling=pooling)
    sequence = to_sequence(small_pictures(), "rows")
    changes = [UnitChange(0, 1, t=2, value=0.5), UnitChange(1, 3, t=1, direction=1)]
    whole = change_units(model, sequence, None, changes).after
    for t in range(2, SIDE):
        short = change_units(model, sequence[:, : t + 1], None, changes).after
        close(whole.probabilities[:, t], short.probabilities[:, -1])


def test_change_in_the_last_state_moves_the_logits_by_its_weight():
    model, pictures = small_model(), small_pictures()
    made = change_units(model, pictures, "rows", [UnitChange(0, 2, t=SIDE - 1, value=0.9)])
    logits = [np.log(p.probabilities[:, -1]) for p in (made.before, made.after)]
    moved = (0.9 - made.before.hidden[:, 0, 0, -1, 2])[:, None] * model.head[-1].weight[
        :, 2
    ].numpy()
    difference = logits[1] - logits[0] - moved
    close(difference - difference.mean(1, keepdims=True), np.zeros((2, 3)), 1e-9)


@every_kind
def test_holding_a_unit_where_it_was_changes_nothing(kind):
    model, pictures = small_model(**kind), small_pictures(1)
    h = change_units(model, pictures, "rows", []).before.hidden[0, 0, 0, :, 1]
    changes = [UnitChange(0, 1, t=t, value=h[t]) for t in range(3, SIDE)]  # the later one wins
    made = change_units(model, pictures, "rows", changes)
    assert (made.distance == 0).all()


@every_kind
@both_ways
@pytest.mark.parametrize("spoiling", SPOILINGS)
def test_spoilt_row_is_the_pass_over_the_spoilt_picture(kind, bidirectional, spoiling):
    model = small_model(**kind, num_layers=2, bidirectional=bidirectional)
    pictures = small_pictures()
    made = spoil_row(model, pictures, "rows", 3, spoiling)
    spoilt = torch.from_numpy(made.after.input)
    others = [t for t in range(SIDE) if t != 3]
    np.testing.assert_array_equal(made.after.input[:, others], made.before.input[:, others])
    close(made.after.probabilities, model.probabilities(model.readouts(spoilt)))
    close(made.after.hidden[:, 1, 0], model.hidden_states(spoilt)[1][..., :HIDDEN])
    assert made.distance.shape == (2, 2, 2 if bidirectional else 1, SIDE)
    assert (made.distance[:, 0, 0, :3] == 0).all()
    assert (made.distance[:, 0, 0, 3] > 0).all()


def test_spoilings_are_what_their_names_say():
    pictures = small_pictures()
    rows = {
        name: spoil_row(small_model(), pictures, "rows", 3, name).after.input[:, 3]
        for name in SPOILINGS
    }
    assert not rows["zeros"].any()
    close(rows["inverse"], 1 - pictures[:, 3])
    assert 0 <= rows["noise"].min() < rows["noise"].max() <= 1
    again = spoil_row(small_model(), pictures, "rows", 3, "noise").after.input[:, 3]
    np.testing.assert_array_equal(rows["noise"], again)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (UnitChange(2, 0), "no layer 2: layers are numbered from 0 to 1"),
        (UnitChange(-1, 0), "no layer -1"),
        (UnitChange(0, HIDDEN), "no unit 4: units are numbered from 0 to 3"),
        (UnitChange(0, 0, t=SIDE), "no row 8: rows are numbered from 0 to 7"),
        (UnitChange(0, 0, direction=1), "no direction 1"),
        (UnitChange(0, 0, value=float("nan")), "cannot be held at nan"),
    ],
)
def test_change_of_a_missing_unit_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        change_units(small_model(num_layers=2), small_pictures(), "rows", [change])


def test_unknown_row_or_spoiling_is_refused():
    with pytest.raises(InputError, match="no row -1: rows are numbered from 0 to 7"):
        spoil_row(small_model(), small_pictures(), "rows", -1)
    with pytest.raises(
        InputError, match="'paint' is not a way to spoil a row; choose one of zeros, noise, inverse"
    ):
        spoil_row(small_model(), small_pictures(), "rows", 0, "paint")
