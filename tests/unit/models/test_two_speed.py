"""A network of two speeds is an LRU over pixels, seen once a row by layers that read rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from rnndemo.config import DataConfig, ModelConfig, RunConfig
from rnndemo.errors import InputError
from rnndemo.export.script import script
from rnndemo.hardening.pruning.units import units_of
from rnndemo.models.build import build_network
from rnndemo.models.cells.lru import CELL as LRU
from rnndemo.models.store import Card, Model, load_model, save_model
from rnndemo.models.two_speed import TwoSpeed
from rnndemo.models.unroll import last_hidden, unroll
from rnndemo.reading.equations import unit_equations
from rnndemo.reading.traces import trace
from rnndemo.web.packed import obstacle

MODEL = ModelConfig(network="two-speed", hidden_size=6, start="harmonics")
SIDE = 28


def built(**changes: object) -> TwoSpeed:
    torch.manual_seed(0)
    config = RunConfig(DataConfig(scan="rows"), replace(MODEL, **changes))
    network = build_network(config, (SIDE, SIDE), 10).eval()
    assert isinstance(network, TwoSpeed)
    return network


def stored(network: TwoSpeed) -> Model:
    config, classes = RunConfig(model=network.config), tuple("0123456789")
    return Model("two", config, network, classes, (SIDE, SIDE), Card())


@pytest.fixture
def pictures() -> Tensor:
    return torch.rand(3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_first_layer_is_an_lru_that_ticks_at_every_pixel(
    pictures: Tensor, bidirectional: bool
) -> None:
    network = built(bidirectional=bidirectional)
    slow = LRU.loop(LRU, 1, 6, bidirectional)  # over 784 pixels
    slow.load_state_dict(network.layers[0].state_dict())
    for direction, (hidden, each) in enumerate(
        zip(
            network.hidden_states(pictures)[0].chunk(1 + bidirectional, -1),
            slow(pictures.flatten(1).unsqueeze(2))[0].chunk(1 + bidirectional, -1),
            strict=True,
        )
    ):
        after_rows = each[:, ::SIDE] if direction else each[:, SIDE - 1 :: SIDE]
        torch.testing.assert_close(hidden, after_rows, rtol=1e-4, atol=1e-5)
        loss, other = hidden.square().sum(), after_rows.square().sum()
        for layer, value in ((network.layers[0], loss), (slow, other)):
            layer.zero_grad()
            value.backward(retain_graph=True)
        for one, two in zip(network.layers[0].parameters(), slow.parameters(), strict=True):
            torch.testing.assert_close(one.grad, two.grad, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("cell", ["lstm", "rnn", "mingru"])
def test_steps_give_what_kernels_give_and_rows_are_readouts(pictures: Tensor, cell: str) -> None:
    network = built(cell=cell, num_layers=2, start="auto")
    with torch.no_grad():
        hidden = last_hidden(unroll(network, pictures))
        torch.testing.assert_close(network.hidden_states(pictures)[-1], hidden, rtol=0, atol=1e-5)
        rows = network.readouts(pictures)
        torch.testing.assert_close(rows[:, 9], network(pictures[:, :10]), rtol=0, atol=1e-5)


def test_a_trace_names_what_each_layer_has_and_equations_hold(pictures: Tensor) -> None:
    network = built()
    read = trace(network, pictures[:1], "rows")
    assert set(read.gates(1)) == set("ifgo")
    assert not read.gates(0)
    assert read["layer0.forward.phase"].shape == (1, SIDE, 6)
    one = unit_equations(network, read, 0, 2)
    value = one.values
    expected = value["λ_re"] * value["h0"] - value["λ_im"] * value["c0"]
    np.testing.assert_allclose(value["h"], expected + one.terms("h", "s").sum(1), atol=1e-5)


def test_it_is_saved_and_loaded(pictures: Tensor, tmp_path: Path) -> None:
    model = stored(built())
    save_model(tmp_path / "two", model)
    again = load_model(str(tmp_path / "two")).network
    assert torch.equal(again(pictures), model.network(pictures))


def test_each_layer_starts_as_suits_its_cells() -> None:
    network = built(hidden_size=64)
    turns = network.layers[0].theta_l0.exp() / (2 * torch.pi) * SIDE**2
    torch.testing.assert_close(turns, turns.round(), rtol=0, atol=1e-2)
    upper = network.layers[1].weight_hh_l0[:64]
    torch.testing.assert_close(upper @ upper.T, torch.eye(64))
    identity = built(start="identity").layers[1].weight_hh_l0[:6]
    assert torch.equal(identity, torch.eye(6))


def test_what_it_cannot_do_is_one_sentence_each() -> None:
    network = built()
    with pytest.raises(InputError, match="not alike"):
        units_of(network)
    with pytest.raises(InputError, match="two speeds"):
        script(stored(network), "weights")
    assert "two speeds" in str(obstacle(stored(network)))
