"""Feature maps are what the layers give when they are run by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.data.scans import to_sequence
from rnndemo.models.build import build_network
from rnndemo.models.picture_networks import PictureNetwork
from rnndemo.reading.feature_maps import feature_maps, filters, saliency_at_once, strongest

SIZE = (12, 10)


def network_of(kind: str, scan: str = "rows") -> PictureNetwork:
    values = {
        "model.network": kind, "model.hidden_size": 4, "model.num_layers": 2, "data.scan": scan,
    }  # fmt: skip
    torch.manual_seed(0)
    network = build_network(codec.set_values(RunConfig(), values), SIZE, 3).eval()
    assert isinstance(network, PictureNetwork)
    return network


def a_picture(count: int = 1) -> torch.Tensor:
    return torch.rand(count, *SIZE, generator=torch.Generator().manual_seed(1))


def test_a_cnn_has_a_map_after_every_convolution() -> None:
    network, picture = network_of("cnn"), a_picture()
    maps = feature_maps(network, picture, "rows")
    values, by_hand = picture[:, None], []
    with torch.inference_mode():
        for stage in network.layers:
            for place, part in enumerate(stage):
                values = part(values)
                if place in (2, 5):  # the ReLU after each convolution and its normalisation
                    by_hand.append(values[0].numpy())
    assert [one.shape for one in maps] == [(4, 12, 10), (4, 12, 10), (8, 6, 5), (8, 6, 5)]
    for one, other in zip(maps, by_hand, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(("kind", "shape"), [("mlp", (4, 1, 1)), ("renet", (8, 3, 3))])
def test_other_networks_have_the_values_of_their_layers(
    kind: str, shape: tuple[int, int, int]
) -> None:
    network, picture = network_of(kind), a_picture()
    maps = feature_maps(network, picture, "rows")
    with torch.inference_mode():
        by_hand = network.activations(picture)
    assert maps[-1].shape == shape
    for one, other in zip(maps, by_hand, strict=True):
        assert np.array_equal(one.ravel(), other[0].numpy().ravel())


def test_maps_of_columns_stand_upright() -> None:
    network, picture = network_of("cnn", "columns"), a_picture()
    upright = feature_maps(network, picture, "columns")[0]
    lying = feature_maps(network, picture.transpose(1, 2), "rows")[0]
    assert np.array_equal(upright, lying.transpose(0, 2, 1))


@pytest.mark.parametrize("kind", ["cnn", "mlp", "renet"])
def test_the_strongest_answer_of_a_channel_is_the_peak_of_its_map(kind: str) -> None:
    network = network_of(kind)
    images = (a_picture(3) * 255).to(torch.uint8)
    peaks = strongest(network, images, "rows")
    for k, image in enumerate(images):
        maps = feature_maps(network, image[None].float() / 255, "rows")
        for one, layer in zip(maps, peaks, strict=True):
            assert np.allclose(one.max((1, 2)), layer[k], atol=1e-5)


def test_saliency_is_the_slope_of_the_score() -> None:
    network, picture = network_of("mlp").double(), a_picture().double()
    values = saliency_at_once(network, picture, "rows")
    best = int(network(to_sequence(picture, "rows")).argmax())
    step = torch.zeros_like(picture)
    step[0, 5, 4] = 1e-6
    with torch.inference_mode():
        up, down = (network(picture + sign * step)[0, best] for sign in (1, -1))
    assert values.shape == SIZE
    assert values[5, 4] == pytest.approx(abs(float(up - down)) / 2e-6, rel=1e-4, abs=1e-9)


def test_nothing_stays_hooked() -> None:
    network = network_of("cnn")
    feature_maps(network, a_picture(), "rows")
    assert not any(part._forward_hooks for part in network.modules())


def test_only_a_cnn_has_filters() -> None:
    found = filters(network_of("cnn"))
    assert found is not None
    assert found.shape == (4, 3, 3)
    assert filters(network_of("mlp")) is None
