"""What travels to a browser of a network that sweeps over scenes."""

from __future__ import annotations

import numpy as np
import pytest

from rnndemo.models.scenes import SweepNetwork
from rnndemo.web.scene_packed import inked_places, packed_head
from tests.scenes import untrained


def head(**settings: object) -> SweepNetwork:
    network = untrained(**settings).network  # type: ignore[arg-type]
    assert isinstance(network, SweepNetwork)
    return network


def test_the_logits_of_a_pixel_lie_side_by_side():
    network = head(directions=("down", "left"), stride=2)
    packed = packed_head(network)
    values = np.frombuffer(packed.weights, "<f2").astype(np.float32)
    weights, bias = values[: -4 * 11].reshape(2, 4, 11, 12), values[-4 * 11 :].reshape(4, 11)
    given = network.head["mask"]
    # output k * stride² + p of the head is that of class k and the pixel p of a place
    np.testing.assert_allclose(weights[1, 3, 7], given.weight[7 * 4 + 3, 12:], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(bias[2, 10], given.bias[10 * 4 + 2], rtol=1e-3, atol=1e-4)
    assert packed.manifest["directions"] == ["down", "left"]


def test_a_network_is_packed_once_and_has_its_own_name():
    one, other = head(), head(seed=1)
    assert packed_head(one) is packed_head(one)
    assert len(packed_head(one).manifest["id"]) == 32
    assert packed_head(one).manifest["id"] != packed_head(other).manifest["id"]


@pytest.mark.parametrize(
    ("pixels", "places"),
    [
        ([], []),
        ([(0, 0), (3, 3)], [0]),
        ([(4, 3), (3, 4)], [1, 3]),
        ([(9, 9)], [8]),  # the last place is cut by the edge
    ],
)
def test_places_with_ink(pixels: list[tuple[int, int]], places: list[int]):
    picture = np.full((10, 10), 63, np.uint8)
    for row, column in pixels:
        picture[row, column] = 64
    assert inked_places(picture, 4, 64).tolist() == places
