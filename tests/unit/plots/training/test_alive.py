"""The drawing of a network tells what its training has reported, and nothing before it has."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from rnndemo.config import ModelConfig
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.plots.look.colors import NEGATIVE, POSITIVE
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.alive import LEAST, MOST, Alive, alive_of, size_of
from rnndemo.plots.training.network import UNITS, network_diagram
from rnndemo.training.history import FilmFrame, History
from rnndemo.training.watch import _histogram


def weights(scale: float) -> dict[str, object]:
    spread = _histogram(scale * torch.linspace(-1, 1, 501))
    return {"step": 0, "weights": {"layer0.ih": spread, "layer0.hh": _histogram(torch.ones(4))}}


def history() -> History:
    states = np.array([[127, -127], [0, 127], [-127, 0]], np.int8)
    frame = FilmFrame(9, 0.5, "3", 0.9, states)
    return History(Path(), histograms=[weights(0.1), weights(0.2)], frames=[frame])


def test_size_of_weights_is_read_off_their_histogram() -> None:
    values = torch.randn(10_000, generator=torch.Generator().manual_seed(0))
    assert size_of(_histogram(values)) == pytest.approx(
        float(values.square().mean().sqrt()), rel=0.05
    )
    assert size_of(_histogram(torch.tensor([torch.nan]))) == 0


def test_growth_is_counted_from_the_start_and_states_are_found_by_timestep() -> None:
    alive = alive_of(history())
    assert alive.grown["layer0.ih"] == pytest.approx(2, rel=0.01)
    assert [alive.state(t, 28, 2).tolist() for t in (0, 27)] == [[1, -1], [-1, 0]]
    assert alive.state(0, 1, 1).tolist() == [1]


def test_before_anything_is_reported_nothing_is_told() -> None:
    alive = alive_of(History(Path()))
    assert alive.width("layer0.ih") == 1
    assert not len(alive.state(3, 28, UNITS))


def test_widths_stay_within_what_a_drawing_has_room_for() -> None:
    alive = Alive({"a": 1e9, "b": 0.0}, np.zeros((0, 0)))
    assert (alive.width("a"), alive.width("b")) == (MOST, LEAST)


def test_the_drawing_shows_wider_arrows_and_coloured_states() -> None:
    with torch.device("meta"):
        network = SequenceClassifier(ModelConfig(hidden_size=2), 28, 10)
    still = network_diagram(network, 28, Look())
    lively = network_diagram(network, 28, Look(), alive_of(history()))
    assert still == network_diagram(network, 28, Look(), alive_of(History(Path())))

    def widths(svg: str) -> set[str]:
        return set(re.findall(r'stroke-width="([\d.]+)"/><path', svg))

    assert {"2.4"} & {f"{float(w):.2g}" for w in widths(lively) - widths(still)}
    assert lively.count(f'fill="{NEGATIVE}"') > still.count(f'fill="{NEGATIVE}"')
    assert lively.count(f'fill="{POSITIVE}"') > still.count(f'fill="{POSITIVE}"')
