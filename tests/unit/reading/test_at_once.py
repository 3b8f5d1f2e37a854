"""What networks that see a picture at once make of it equals their layers, run by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnndemo.config import ModelConfig, RunConfig
from rnndemo.data.scans import to_sequence
from rnndemo.models.build import build_network
from rnndemo.models.network import Network
from rnndemo.reading.at_once import field_of, layer_outputs, peaks_over, view, weights_of

SIZES = [(8, 8), (7, 9)]
CLASSES = 3
SHAPES = {  # of the layers' outputs for a picture of 7 x 9
    "cnn": [(4, 7, 9), (4, 7, 9), (8, 4, 5), (8, 4, 5)],
    "mlp": [(4, 1, 1), (4, 1, 1)],
    "renet": [(8, 4, 5), (8, 2, 3)],
}


def built(kind: str, size: tuple[int, int] = (7, 9), scan: str = "rows") -> Network:
    torch.manual_seed(0)
    run = RunConfig(model=ModelConfig(network=kind, hidden_size=4, num_layers=2))
    network = build_network(run, size, CLASSES).double()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):  # as if it had been trained
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(-1, 2)
            module.bias.data.normal_()
    return network.eval().requires_grad_(False)


def pictures(count: int = 1, size: tuple[int, int] = (7, 9)) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.rand(count, *size, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("kind", SHAPES)
def test_every_layer_gives_maps_of_its_size(kind: str) -> None:
    seen = view(built(kind), pictures()[0], "rows")
    assert [values.shape for values in seen.layers] == SHAPES[kind]
    assert seen.covered.shape == (7, CLASSES)
    assert seen.saliency.shape == (7, 9)


@pytest.mark.parametrize("kind", SHAPES)
def test_outputs_lead_to_the_answer(kind: str) -> None:
    network, sequence = built(kind), pictures(3)
    last = layer_outputs(network, sequence)[-1]
    if kind == "cnn":
        last = F.max_pool2d(last, 2, ceil_mode=True)
    torch.testing.assert_close(network.head(last.flatten(1)), network(sequence))


def test_maps_are_those_of_the_filters() -> None:
    network, picture = built("cnn"), pictures()
    first, second, third, _ = layer_outputs(network, picture)
    inputs = [picture[:, None], first, F.max_pool2d(second, 2, ceil_mode=True)]
    for layer, (given, maps) in enumerate(zip(inputs, [first, second, third], strict=True)):
        for channel in range(maps.shape[1]):
            weights = weights_of(network, layer, channel)
            assert weights is not None
            plain = F.conv2d(given, torch.from_numpy(weights)[None], padding=1)[0, 0]
            shift = (maps[0, channel] - plain)[maps[0, channel] > 0]  # what the ReLU let through
            torch.testing.assert_close(
                shift, shift.mean().expand_as(shift) if len(shift) else shift
            )
    assert all((maps > 0).any() for maps in (first, second, third))


def test_units_have_a_picture_of_weights_in_the_first_layer_alone() -> None:
    network, picture = built("mlp"), pictures()
    weights = weights_of(network, 0, 2)
    assert weights is not None
    bias = network.layers[0][1].bias[2]
    value = (picture[0].numpy() * weights[0]).sum() + float(bias)
    assert float(layer_outputs(network, picture)[0][0, 2, 0, 0]) == pytest.approx(max(0, value))
    assert weights_of(network, 1, 2) is None


def test_sweeps_have_no_filter_and_see_everything() -> None:
    network = built("renet")
    assert weights_of(network, 0, 0) is None
    assert field_of(network, 0, (0, 0), (7, 9)) is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layer", range(4))
def test_nothing_outside_its_field_reaches_a_place(size: tuple[int, int], layer: int) -> None:
    network = built("cnn", size)
    for module in network.modules():  # positive everywhere, so that no ReLU hides a dependence
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.zero_()
            module.weight.data.abs_()
            module.bias.data.fill_(5)
        if isinstance(module, nn.Conv2d):
            module.weight.data.abs_()
    picture = pictures(1, size).requires_grad_()
    maps = layer_outputs(network, picture)[layer][0, 0]
    for place in np.ndindex(*maps.shape):
        (slope,) = torch.autograd.grad(maps[place], picture, retain_graph=True)
        field = field_of(network, layer, place, size)
        assert field is not None
        assert torch.count_nonzero(slope[0][field]) == torch.count_nonzero(slope) > 0


def test_a_field_is_as_large_as_what_reaches_a_place() -> None:
    network, size = built("cnn", (32, 32)), (32, 32)
    sizes = [field_of(network, layer, (8, 8), size) for layer in range(4)]
    assert [field and field[0].stop - field[0].start for field in sizes] == [3, 5, 10, 14]


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("scan", ["rows", "columns"])
def test_saliency_is_the_slope_of_the_answer(kind: str, scan: str) -> None:
    network, picture = built(kind, (9, 7) if scan == "columns" else (7, 9)), pictures()[0]
    seen = view(network, picture, scan)
    answer = int(network(to_sequence(picture[None], scan)).argmax())
    for row, column in ((0, 0), (3, 4), (6, 8)):
        step = torch.zeros_like(picture)
        step[row, column] = 1e-6
        up, down = (
            network(to_sequence((picture + k * step)[None], scan))[0, answer] for k in (1, -1)
        )
        assert seen.saliency[row, column] == pytest.approx(abs(float(up - down)) / 2e-6, abs=1e-6)


@pytest.mark.parametrize("kind", SHAPES)
def test_covered_lines_are_blank(kind: str) -> None:
    network, picture = built(kind), pictures()[0]
    seen = view(network, picture, "rows", temperature=2.0)
    upper = picture.clone()
    upper[3:] = 0
    expected = (network(upper[None]) / 2).softmax(-1)[0]
    np.testing.assert_allclose(seen.covered[2], expected)
    np.testing.assert_allclose(seen.covered[-1], (network(picture[None]) / 2).softmax(-1)[0])


def test_peaks_are_the_largest_values_and_their_places() -> None:
    network = built("cnn").float()
    images = (pictures(230) * 255).to(torch.uint8)  # more than one batch
    maps = layer_outputs(network, images.float() / 255)
    for values, peaks in zip(maps, peaks_over(network, images, "rows"), strict=True):
        np.testing.assert_allclose(peaks.values, values.amax((2, 3)), rtol=1e-4, atol=1e-6)
        line, place = peaks.places[7, 1]
        assert float(values[7, 1, line, place]) == pytest.approx(float(peaks.values[7, 1]), 1e-4)
