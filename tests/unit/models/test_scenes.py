"""Networks for scenes: what each sweep sees, and what all of them together say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rnndemo.config import CELLS, DIRECTIONS, ModelConfig, RunConfig, ScenesConfig
from rnndemo.errors import InputError
from rnndemo.models.scenes import (
    NETWORKS,
    AxisSweeps,
    SceneNetwork,
    SceneOutput,
    SweepNetwork,
    build_scene_network,
)
from rnndemo.presets import PRESETS

CLASSES, UNITS = 3, 4
SIZE = (13, 18)  # no multiples of the stride


def built(network: str = "renet", seed: int = 0, **settings: Any) -> SceneNetwork:
    """Return a small network, without noise and in double precision."""
    scenes = {"window": 6, "stride": 4} | {
        name: settings.pop(name) for name in ("window", "stride", "directions") if name in settings
    }
    model = {"hidden_size": UNITS, "num_layers": 2} | settings
    config = RunConfig(model=ModelConfig(network=network, **model), scenes=ScenesConfig(**scenes))
    torch.manual_seed(seed)
    return build_scene_network(config, CLASSES).double().eval().requires_grad_(False)


def pictures(count: int = 2, size: tuple[int, int] = SIZE) -> Tensor:
    return torch.rand(count, *size, dtype=torch.float64)


def shapes(output: SceneOutput) -> list[tuple[int, ...]]:
    return [tuple(part.shape) for part in output]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(("window", "stride"), [(8, 4), (4, 4), (5, 3), (2, 2), (8, 8)])
@pytest.mark.parametrize("size", [(1, 1), (13, 18), (16, 24)])
def test_every_pixel_is_answered(
    network: str, window: int, stride: int, size: tuple[int, int]
) -> None:
    rows, columns = -(-size[0] // stride), -(-size[1] // stride)
    output = built(network, window=window, stride=stride)(pictures(2, size))
    assert shapes(output) == [
        (2, CLASSES + 1, *size), (2, rows, columns), (2, rows, columns, CLASSES),
        (2, rows, columns, 4), (2, columns, CLASSES + 1),
    ]  # fmt: skip
    left, top, right, bottom = output.boxes.unbind(-1)
    assert (left < right).all()
    assert (top < bottom).all()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("directions", [DIRECTIONS, ("down",), ("left", "up"), ("right", "left")])
def test_sweeps_in_any_number_add_up_to_the_mask(
    cell: str, layers: int, directions: tuple[str, ...]
) -> None:
    network = built(cell=cell, num_layers=layers, directions=directions)
    assert isinstance(network, SweepNetwork)
    assert network.directions == [name for name in DIRECTIONS if name in directions]
    features = network.activations(pictures())
    assert len(features) == layers
    output, shares = network.say(features[-1], SIZE), network.shares(features[-1])
    assert list(shares) == network.directions
    bias = network.pixels(network.head["mask"].bias.expand(2, *network.grid(SIZE), -1))
    together = (sum(shares.values()) + bias)[..., : SIZE[0], : SIZE[1]]
    torch.testing.assert_close(together, output.masks, atol=1e-10, rtol=0)


# direction -> of a line of places, those that a sweep has read when it stands at place 2
SEEN = {"down": [0, 1, 2], "up": [2, 3], "right": [0, 1, 2], "left": [2, 3]}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_sweep_depends_on_what_it_has_read_and_on_nothing_else(cell: str, direction: str) -> None:
    sweep = AxisSweeps(ModelConfig(cell=cell, hidden_size=UNITS), [direction], 5).double()
    places = torch.rand(1, 4, 4, 5, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(UNITS, dtype=torch.float64)  # a norm makes the plain sum constant
    (sweep(places)[0, 2, 2] @ weights).backward()
    assert places.grad is not None
    found = places.grad[0].abs().sum(-1) > 0
    expected = torch.zeros(4, 4, dtype=torch.bool)
    if direction in ("down", "up"):
        expected[SEEN[direction], 2] = True
    else:
        expected[2, SEEN[direction]] = True
    assert torch.equal(found, expected)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_share_of_the_last_layer_is_of_the_rows_or_columns_read_so_far(direction: str) -> None:
    network = built(num_layers=1)
    assert isinstance(network, SweepNetwork)
    images = pictures(1, (16, 16)).requires_grad_()
    share = network.shares(network.activations(images)[-1])[direction]
    share[0, :, 9, 9].sum().backward()  # in row and column 2 of the places
    assert images.grad is not None
    rows, columns = (images.grad[0].abs().sum(axis) > 0 for axis in (1, 0))
    # windows of 6 pixels every 4 reach from 4 n - 1 to 4 n + 4
    reach = {"down": (0, 13), "up": (7, 16), "right": (0, 13), "left": (7, 16)}[direction]
    along, across = (rows, columns) if direction in ("down", "up") else (columns, rows)
    assert along.nonzero().flatten().tolist() == list(range(*reach))
    assert across.nonzero().flatten().tolist() == list(range(7, 13))


@pytest.mark.parametrize(("direction", "vertical", "reverse"), [
    ("down", True, False), ("up", True, True), ("right", False, False), ("left", False, True),
])  # fmt: skip
def test_a_sweep_of_lstms_is_torchs_lstm_on_every_line(
    direction: str, vertical: bool, reverse: bool
) -> None:
    sweep = AxisSweeps(ModelConfig(hidden_size=UNITS), [direction], 5).double()
    oracle = nn.LSTM(5, UNITS, batch_first=True).double()
    oracle.load_state_dict(dict(sweep.reader.named_parameters()))
    places = torch.rand(2, 3, 4, 5, dtype=torch.float64)
    found = sweep(places)
    for number in range(4 if vertical else 3):
        line = places[:, :, number] if vertical else places[:, number]
        hidden, _ = oracle(line.flip(1) if reverse else line)
        expected = sweep.norms[0](hidden.flip(1) if reverse else hidden)
        one = found[:, :, number] if vertical else found[:, number]
        torch.testing.assert_close(one, expected)


def test_two_sweeps_of_an_axis_are_each_of_them_alone() -> None:
    config = ModelConfig(hidden_size=UNITS)
    both = AxisSweeps(config, ["down", "up"], 5).double()
    places = torch.rand(1, 3, 2, 5, dtype=torch.float64)
    weights = dict(both.reader.named_parameters())
    for part, name in enumerate(("down", "up")):
        one = AxisSweeps(config, [name], 5).double()
        end = "_reverse" if part else ""
        own = {key.removesuffix("_reverse"): value for key, value in weights.items()
               if key.endswith("_reverse") == bool(end)}  # fmt: skip
        one.reader.load_state_dict(own)
        torch.testing.assert_close(
            one(places), both(places)[..., part * UNITS : (part + 1) * UNITS]
        )


def test_windows_lie_around_their_places() -> None:
    network = built(window=6, stride=4)
    images = torch.arange(8.0 * 8).view(1, 8, 8)
    windows = network.windows(images).unflatten(-1, (6, 6))
    assert windows.shape == (1, 2, 2, 6, 6)
    assert torch.equal(windows[0, 1, 1, :5, :5], images[0, 3:, 3:])  # and beyond, nothing
    assert not windows[0, 1, 1, 5].any()


@pytest.mark.parametrize("network", NETWORKS)
def test_pictures_of_a_batch_do_not_know_each_other(network: str) -> None:
    model, images = built(network), pictures(3)
    together, alone = model(images), model(images[1:2])
    for one, other in zip(together, alone, strict=True):
        torch.testing.assert_close(one[1:2], other)


@pytest.mark.parametrize("network", NETWORKS)
def test_weights_come_back(network: str) -> None:
    first, second = built(network), built(network, seed=1)
    images = pictures()
    assert not torch.equal(first(images).masks, second(images).masks)
    second.load_state_dict(first.state_dict())
    for one, other in zip(first(images), second(images), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(("settings", "sentence"), [
    ({"network": "mlp"}, "does not read scenes; choose one of renet, cnn"),
    ({"network": "rnn"}, "does not read scenes"),
    ({"window": 3, "stride": 4}, r"scenes\.window = 3: it must be 4 .scenes\.stride. or larger"),
    ({"window": 7, "stride": 4}, "by an even number"),
    ({"directions": ()}, "at least one direction"),
])  # fmt: skip
def test_what_cannot_be_built_is_said(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        built(**settings)


def test_the_convolutional_peer_has_as_many_weights() -> None:
    sweeps, peer = (
        build_scene_network(PRESETS[name], 10).count_parameters()
        for name in ("scenes-lstm", "scenes-cnn")
    )
    assert peer == pytest.approx(sweeps, rel=0.1)


def test_a_sweep_that_is_named_twice_is_made_once() -> None:
    config = RunConfig(model=ModelConfig(network="renet", hidden_size=UNITS))
    twice = replace(config, scenes=ScenesConfig(directions=("down", "down")))
    network = build_scene_network(twice, CLASSES)
    assert isinstance(network, SweepNetwork)
    assert network.directions == ["down"]
