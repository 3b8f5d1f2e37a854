"""Units that turn and fade: what is remembered, and the figures that show it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnndemo.config import ModelConfig, RunConfig
from rnndemo.models.build import build_network
from rnndemo.plots.look.names import name_of
from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.memory import clocks, half_lives, ring
from rnndemo.reading.memory import Turning, TurningUnits, factors, turning_units, turns
from rnndemo.reading.traces import trace

LOOK = Look()
TIME, UNITS = 28, 12


def found() -> TurningUnits:
    """Return the units of a small network that has read a random picture."""
    config = RunConfig(model=ModelConfig(cell="lru", hidden_size=UNITS, num_layers=2))
    network = build_network(config, (28, 28), 10).eval()
    picture = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(3))
    return turning_units(network, trace(network, picture, "rows"))


def test_half_lives_and_periods_are_those_of_powers() -> None:
    factor = np.array([0.5, 0.9 * np.exp(0.25j * np.pi), np.exp(-1e-3 - 0.01j)])
    units = TurningUnits(factor, np.ones((2, 3), complex))
    assert units.half_lives[0] == pytest.approx(1)
    assert np.abs(factor) ** units.half_lives == pytest.approx(0.5)
    assert units.periods[1:] == pytest.approx([8, 2 * np.pi / 0.01])
    assert np.isinf(units.periods[0])


def test_states_are_multiplied_by_the_factor_where_nothing_is_read() -> None:
    config = RunConfig(model=ModelConfig(cell="lru", hidden_size=UNITS))
    network = build_network(config, (28, 28), 10).eval()
    picture = torch.zeros(1, 28, 28)
    picture[0, 0] = 1.0  # one push, then nothing
    units = turning_units(network, trace(network, picture, "rows"))
    powers = units.factor ** np.arange(TIME)[:, None]
    assert units.states == pytest.approx(powers * units.states[0], rel=1e-3, abs=1e-6)
    chosen = units.spread(3)
    speeds = np.abs(np.angle(units.factor))
    assert list(speeds[chosen]) == sorted(speeds[chosen])  # from the slowest to the fastest
    assert units.spread(100).tolist() == np.argsort(speeds, kind="stable").tolist()


def test_hands_follow_the_moment_and_stay_on_the_face() -> None:
    units = found()
    figure = clocks(units, LOOK)
    hands = figure.layout.meta["moment"]["hands"]
    assert [figure.data[k].name for k in hands] == [str(unit) for unit in units.spread(8)]
    for k in hands:
        lengths = np.hypot(figure.data[k].x, figure.data[k].y)
        assert len(lengths) == TIME
        assert lengths.max() == pytest.approx(1, abs=2e-3)
    assert all(str(unit) in name_of(figure) for unit in units.spread(8)[:6])


def test_every_unit_lies_in_the_ring_and_is_counted() -> None:
    units = found()
    circle, dots = ring(units, LOOK).data
    assert np.hypot(circle.x, circle.y) == pytest.approx(1)
    assert np.hypot(dots.x, dots.y).max() < 1
    figure = half_lives(units, TIME, LOOK)
    (lives,) = figure.data
    assert list(lives.y) == sorted(units.half_lives, reverse=True)
    assert list(lives.customdata[:, 1]) == list(lives.y)  # each dot says its own unit
    kept = int((units.half_lives >= TIME).sum())
    assert name_of(figure).endswith(f": {kept} of {UNITS}.")


def test_the_factors_of_a_network_of_two_speeds_are_those_of_a_pixel() -> None:
    model = ModelConfig(network="two-speed", cell="lstm", hidden_size=UNITS)
    network = build_network(RunConfig(model=model), (28, 28), 10)
    factor, ticks = factors(network, 28)
    assert ticks == 784
    seen = turning_units(network, trace(network.eval(), torch.zeros(1, 28, 28), "rows"))
    np.testing.assert_allclose(factor, seen.factor, rtol=1e-6)
    assert seen.of_pixels
    assert turns(network)
    assert not turns(build_network(RunConfig(), (28, 28), 10))


def test_units_of_pixels_are_seen_at_every_pixel_and_hands_at_the_end_of_a_row() -> None:
    model = ModelConfig(network="two-speed", cell="lstm", hidden_size=UNITS, bidirectional=True)
    network = build_network(RunConfig(model=model), (28, 28), 10).eval()
    picture = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(3))
    read = trace(network, picture, "rows")
    units = turning_units(network, read)
    assert units.states.shape == (784, UNITS)
    after_rows = units.states[27::28]  # what the layer above reads
    assert after_rows.real == pytest.approx(read["layer0.forward.hidden"][0], rel=1e-3, abs=1e-5)
    assert after_rows.imag == pytest.approx(read["layer0.forward.cell"][0], rel=1e-3, abs=1e-5)
    figure = clocks(units, LOOK)
    assert figure.layout.meta["moment"]["each"] == 28
    assert [list(figure.data[0].customdata[k : k + 1]) for k in (27, 28)] == [[0], [1]]
    lives = half_lives(units, len(units.states), LOOK)
    assert lives.layout.yaxis.title.text == "pixels until half is gone"
    assert "first pixel" in name_of(lives)
    assert "after" in lives.data[0].hovertemplate
    assert "pixels" in lives.data[0].hovertemplate
    assert "timesteps" in half_lives(found(), TIME, LOOK).layout.yaxis.title.text


def test_what_units_were_at_the_start_is_drawn_behind() -> None:
    before, after = Turning(np.array([0.5, 0.6j])), Turning(np.array([0.7, 0.8j]))
    _circle, grey, now = ring(after, LOOK, before).data
    assert list(grey.x) == [0.5, 0.0]
    assert list(now.y) == [0.0, 0.8]
    assert grey.marker.color != now.marker.color
    old, new = half_lives(after, 4, LOOK, before).data
    assert max(old.y) == pytest.approx(before.half_lives.max())
    assert max(new.y) == pytest.approx(after.half_lives.max())
