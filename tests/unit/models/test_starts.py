"""How recurrent weights start: what each start promises, and the cells that it is refused to."""

from __future__ import annotations

import math

import pytest
import torch

from rnndemo.config import DataConfig, ModelConfig, RunConfig
from rnndemo.errors import InputError
from rnndemo.models.build import build_network
from rnndemo.models.cells import CELLS
from rnndemo.models.starts import STARTS, SUITS, Length, initialise
from tests.small import HIDDEN, layer_of

FEATURES = 5
DENSE = [name for name, cell in CELLS.items() if SUITS["orthogonal"](cell)]
PAIRS = [(name, start) for name, cell in CELLS.items() for start in STARTS if SUITS[start](cell)]


def layer(cell: str, start: str = "auto", hidden: int = HIDDEN, length: Length | None = None):
    made = layer_of({"cell": cell}, FEATURES, hidden, bidirectional=True)
    initialise(ModelConfig(cell=cell, hidden_size=hidden, start=start), made, length)
    return made.requires_grad_(False)


@pytest.mark.parametrize("name", DENSE)
def test_a_layer_starts_orthogonal_and_without_biases_but_for_its_open_gate(name):
    cell, made = CELLS[name], layer(name)
    for end in ("l0", "l0_reverse"):
        for block in getattr(made, f"weight_hh_{end}", torch.eye(HIDDEN)).split(HIDDEN):
            torch.testing.assert_close(block @ block.T, torch.eye(HIDDEN))
        blocks = getattr(made, f"bias_ih_{end}").split(HIDDEN)
        for letter, block in zip(cell.gates, blocks, strict=False):
            assert (block == float(letter == cell.open_gate)).all()
        assert not getattr(made, f"bias_hh_{end}", torch.zeros(1)).any()


@pytest.mark.parametrize("name", [name for name in DENSE if name != "mingru"])
def test_an_identity_keeps_and_normal_weights_have_their_size(name):
    for block in layer(name, "identity").weight_hh_l0.split(HIDDEN):
        assert torch.equal(block, torch.eye(HIDDEN))
    wide = layer(name, "normal", 64).weight_hh_l0
    assert float(wide.std()) == pytest.approx(1 / 8, rel=0.1)


@pytest.mark.parametrize("name", [name for name, cell in CELLS.items() if cell.keeps])
def test_gates_of_chrono_keep_for_any_time_up_to_that_of_the_sequence(name):
    cell = CELLS[name]
    blocks = layer(name, "chrono", 256, Length(100)).bias_ih_l0.split(256)
    (times,) = {
        tuple((sign * blocks[list(cell.gates).index(letter)]).exp().tolist())
        for letter, sign in list(cell.keeps.items())[:1]
    }
    assert 1 <= min(times) < 5
    assert 90 < max(times) <= 99.001
    for letter, sign in cell.keeps.items():  # an LSTM takes in as much as it forgets
        same = (sign * blocks[list(cell.gates).index(letter)]).exp()
        assert same.tolist() == pytest.approx(times, rel=1e-4)


def test_eigenvalues_lie_on_a_ring_of_the_memory_of_a_sequence():
    made = layer("lru", "ring", 64, Length(784, 28))
    factor = CELLS["lru"].stepwise(made).factor()
    sequences = -1 / (factor.abs().log() * 784)  # until a state is e times smaller
    assert 0.8 < float(sequences.min()) < float(sequences.max()) < 6.3
    angles = factor.angle()
    assert torch.equal(angles[::2], angles[1::2])  # two units share one
    assert float(angles.min()) < 0.5
    assert float(angles.max()) > 2.6


@pytest.mark.parametrize("time", [28, 784])
def test_on_a_short_ring_half_is_gone_within_a_line(time):
    factor = CELLS["lru"].stepwise(layer("lru", "short-ring", 64, Length(time, 28))).factor()
    halves = math.log(0.5) / factor.abs().log()
    assert 14 <= float(halves.min()) < float(halves.max()) <= 28


def test_harmonics_are_whole_turns_of_a_line_and_of_the_picture():
    made = layer("lru", "harmonics", 314, Length(784, 28))
    turns = made.theta_l0.exp()[::2] / (2 * math.pi) * 784
    torch.testing.assert_close(turns, turns.round(), rtol=0, atol=1e-3)
    assert len(turns.round().unique()) == 157
    assert {1, 2, 28, 56, 84} <= set(turns.round().int().tolist())


@pytest.mark.parametrize("size", [1, 2, 7, 512])
@pytest.mark.parametrize("scan", ["rows", "pixels"])
def test_every_size_has_its_harmonics(size, scan):
    config = RunConfig(
        model=ModelConfig(cell="lru", start="harmonics", hidden_size=size),
        data=DataConfig(scan=scan),
    )
    theta = build_network(config, (28, 28), 10).layers[0].theta_l0.exp()
    assert (theta > 0).all()
    assert (theta <= 2 * math.pi).all()


@pytest.mark.parametrize(("name", "start"), PAIRS)
def test_every_start_that_suits_gives_finite_weights(name, start):
    assert all(torch.isfinite(weight).all() for weight in layer(name, start).parameters())


@pytest.mark.parametrize(
    ("name", "start"),
    [("lstm", "ring"), ("lru", "chrono"), ("rnn", "chrono"), ("gru", "harmonics")],
)
def test_a_start_that_does_not_suit_a_cell_is_one_sentence(name, start):
    with pytest.raises(InputError, match=f"{name} cells cannot start so; choose one of auto, "):
        layer(name, start)
