"""The drawing of networks that see a picture at once."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
import torch

from rnndemo.config import DataConfig, ModelConfig, RunConfig
from rnndemo.data.scans import scan_table
from rnndemo.models.build import build_network
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.picture_network import LAYERS, picture_diagram


def drawn(config: ModelConfig, dark: bool = False) -> ElementTree.Element:
    with torch.device("meta"):
        network = build_network(RunConfig(model=config), (28, 28), 10)
    return ElementTree.fromstring(picture_diagram(network, (28, 28), Look(dark)))


@pytest.mark.parametrize("name", LAYERS)
def test_all_parts_are_drawn_with_their_sizes(name: str) -> None:
    config = ModelConfig(network=name, hidden_size=8, num_layers=2, head_sizes=(20,))
    texts = [element.text or "" for element in drawn(config).iter() if element.tag.endswith("text")]
    network = build_network(RunConfig(model=config), (28, 28), 10)
    assert f"{network.count_parameters():,} parameters in all" in texts
    assert {"Picture", "Layer 1", "Layer 2", "Output 1", "Output", "Answer"} <= set(texts)
    sizes = [int(text.replace(",", "")) for text in texts if text.replace(",", "").isdigit()]
    layers = [sum(w.numel() for w in layer.parameters()) for layer in network.layers]
    assert {*layers, 21 * 10} <= set(sizes)


def test_shapes_are_those_that_the_network_gives() -> None:
    sentence = ElementTree.tostring(
        drawn(ModelConfig(network="cnn", hidden_size=8, num_layers=2)), "unicode"
    )
    assert "14 × 14 × 8" in sentence
    assert "7 × 7 × 16" in sentence


def test_day_and_night_differ_in_colour_alone() -> None:
    config = ModelConfig(network="mlp", hidden_size=8)
    day, night = ([(e.tag, e.text) for e in drawn(config, dark).iter()] for dark in (False, True))
    assert day == night


def test_a_sketch_leaves_the_table_of_the_scan_real() -> None:
    scan_table.cache_clear()
    with torch.device("meta"):
        build_network(RunConfig(DataConfig(scan="columns")), (9, 7), 3)
    assert scan_table("columns", 9, 7).device.type == "cpu"
