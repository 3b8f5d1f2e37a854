"""The diagram of the network is right: exact counts, shapes, translated words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from rnndemo.config import CELLS, POOLINGS, ModelConfig
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.two_speed import TwoSpeed
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.network import network_diagram

SVG = "{http://www.w3.org/2000/svg}"
DAY = Look()

small = st.integers(1, 9)
CONFIGS = st.builds(
    ModelConfig,
    cell=st.sampled_from(CELLS),
    hidden_size=small,
    num_layers=st.integers(1, 4),
    bidirectional=st.booleans(),
    pooling=st.sampled_from(POOLINGS),
    head_sizes=st.lists(small, max_size=3).map(tuple),
)


def diagram(config: ModelConfig, time: int, features: int, classes: int, look: Look) -> str:
    with torch.device("meta"):
        network = SequenceClassifier(config, features, classes)
    return network_diagram(network, time, look)


def drawn(
    config: ModelConfig, time: int = 28, features: int = 28, classes: int = 10, look: Look = DAY
) -> ElementTree.Element:
    return ElementTree.fromstring(diagram(config, time, features, classes, look))


def texts(svg: ElementTree.Element) -> list[str]:
    return [part.text or "" for part in svg.iter(f"{SVG}text")]


@given(CONFIGS, st.integers(1, 30), small, small)
def test_every_network_is_drawn_with_the_counts_of_its_parts(config, time, features, classes):
    network = SequenceClassifier(config, features, classes)
    found = texts(drawn(config, time, features, classes))
    assert f"{network.count_parameters():,} parameters in all" in found
    assert f"{time} × {features}" in found
    linear = [part for part in network.head if isinstance(part, nn.Linear)]
    parts = [*network.layers, network.pooling, *linear]
    counts = [sum(weight.numel() for weight in part.parameters()) for part in parts]
    written = [above for above, text in pairwise(found) if text == "parameters"]
    assert written == [f"{count:,}" for count in counts if count]


@given(CONFIGS, st.integers(1, 999), st.sampled_from([1, 3, 28, 784]))
def test_nothing_is_drawn_outside_of_the_picture(config, time, features):
    svg = drawn(config, time, features)
    left, top, width, height = map(float, svg.attrib["viewBox"].split())
    boxes = [part.attrib for part in svg.iter(f"{SVG}rect")]
    assert boxes
    for box in boxes:
        x, y = float(box["x"]), float(box["y"])
        assert left <= x <= x + float(box["width"]) <= left + width
        assert top <= y <= y + float(box["height"]) <= top + height


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("time", [1, 2, 3, 4, 784])
def test_memory_goes_from_each_cell_to_the_next(layers, bidirectional, time):
    config = ModelConfig(hidden_size=64, num_layers=layers, bidirectional=bidirectional)
    found = texts(drawn(config, time))
    lanes = layers * (2 if bidirectional else 1)
    cells = min(time, 3)
    assert found.count("LSTM") == lanes * cells
    gaps = cells - 1 + (time > 3)  # one more where timesteps are left out
    into_pooling = min(cells, 2) if bidirectional else 1
    between = 0 if bidirectional else (layers - 1) * cells
    assert found.count("h: 64") == lanes * gaps + into_pooling + between
    assert f"t = {time - 1}" in found


def test_shapes_follow_the_layers_up_to_the_answer():
    config = ModelConfig(
        cell="gru", hidden_size=20, num_layers=2, bidirectional=True, pooling="attention",
        head_sizes=(30, 40), head_activations=("tanh",), output_activation="sigmoid",
    )  # fmt: skip
    found = texts(drawn(config, 49, 16, 7))
    for shape in ("x: 16", "h: 20", "h: 2 × 20", "40 → 30, tanh", "30 → 40, relu", "40 → 7"):
        assert shape in found
    assert "sigmoid: 7 probabilities" in found


@pytest.mark.parametrize(("pooling", "arrows"), [("last", 1), ("mean", 3), ("max", 3)])
def test_pooling_takes_what_it_pools(pooling, arrows):
    found = texts(drawn(ModelConfig(hidden_size=5, pooling=pooling)))
    assert found.count("h: 5") == 3 + arrows


@pytest.mark.parametrize(("cell", "passed"), [
    ("lstm", "hidden state h, cell state c"), ("lru", "hidden state h, imaginary part c"),
    ("gru", "hidden state h"), ("rnn", "hidden state h"), ("mingru", "hidden state h"),
])  # fmt: skip
def test_the_legend_names_what_the_cells_pass_on(cell, passed):
    assert texts(drawn(ModelConfig(cell=cell)))[0] == f"{passed}: passed on in time"


@pytest.mark.parametrize(("cell", "passed"), [
    ("lstm", "hidden state h, state c"), ("gru", "hidden state h, imaginary part c"),
])  # fmt: skip
def test_the_legend_of_two_speeds_names_what_all_layers_pass_on(cell, passed):
    network = TwoSpeed(ModelConfig(network="two-speed", cell=cell), 28, 10)
    svg = ElementTree.fromstring(network_diagram(network, 28, DAY))
    assert texts(svg)[0] == f"{passed}: passed on in time"


def test_translations_are_used_and_escaped():
    wrapped = drawn(ModelConfig(), look=Look(translate=lambda text: f"<{text}> & co"))
    found = [text for text in texts(wrapped) if re.search("[a-z]{5}", text)]
    assert found
    assert all("<" in text and text.endswith("& co") for text in found if "→" not in text)
    assert wrapped.attrib["aria-label"].endswith("& co")


def test_one_sentence_describes_the_diagram():
    svg = drawn(ModelConfig(cell="gru", hidden_size=192, num_layers=2))
    assert svg.attrib["role"] == "img"
    for part in ("28", "GRU", "192", "10"):
        assert part in svg.attrib["aria-label"]


def test_night_and_day_differ_in_colour_alone():
    day, night = (diagram(ModelConfig(), 28, 28, 10, Look(dark)) for dark in (False, True))
    assert day != night
    assert re.sub("#[0-9a-f]{6}", "", day) == re.sub("#[0-9a-f]{6}", "", night)
