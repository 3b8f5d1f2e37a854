"""What travels to a browser: which models, and all that reading with them needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnndemo.config import ModelConfig, RunConfig
from rnndemo.models.build import build_network
from rnndemo.models.store import Card, Model, load_model
from rnndemo.reading.answers import answer
from rnndemo.web import reads_cell
from rnndemo.web.packed import packed, reads_in_browser


def model(frame: str = "ink", **settings: object) -> Model:
    """Return an untrained model with two classes."""
    config = RunConfig(model=replace(ModelConfig(hidden_size=8), **settings))
    network = build_network(config, (28, 28), 2).eval().requires_grad_(False)
    return Model("made", config, network, ("a", "b"), (28, 28), Card(), frame)


@pytest.mark.parametrize(
    ("made", "can"),
    [
        (model(), True),
        (model(cell="gru", num_layers=3, pooling="attention"), True),
        (model(bidirectional=True), False),
        (model(network="mlp"), False),
        (model(frame="photo"), False),
        (model(hidden_size=512, num_layers=2), False),  # too slow beside a pen
    ],
)
def test_models_that_a_browser_reads(made: Model, can: bool) -> None:
    assert reads_in_browser(made) == can


def test_weights_beyond_half_precision_stay_here() -> None:
    made = model()
    next(made.network.parameters()).data[0, 0] = 70_000.0
    assert not reads_in_browser(made)


def test_weights_are_looked_through_once() -> None:
    made = model()
    assert reads_in_browser(made)
    made.network.state_dict = None  # type: ignore[method-assign]
    assert reads_in_browser(replace(made, name="at the next run of the page"))


def test_manifest_says_where_each_tensor_lies() -> None:
    made = model(head_sizes=(5,), head_activations=("gelu",))
    it = packed(made)
    values = np.frombuffer(it.weights, "<f2").astype(np.float32)
    for name, shape, start in it.manifest["tensors"]:
        tensor = values[start : start + int(np.prod(shape))].reshape(shape)
        expected = made.network.state_dict()[name].half().float().numpy()
        np.testing.assert_array_equal(tensor, expected)
    activations = [layer["activation"] for layer in it.manifest["outputs"]]
    assert activations == ["gelu", "identity"]


def test_other_weights_have_another_id_and_the_same_the_same() -> None:
    torch.manual_seed(0)
    one = model()
    assert packed(one) is packed(replace(one, name="again"))
    assert packed(one).manifest["id"] != packed(model()).manifest["id"]


@pytest.mark.parametrize(("name", "known"), [("lstm", True), ("cells", False), ("other", False)])
def test_cells_that_have_a_script(name: str, known: bool) -> None:
    assert reads_cell(name) == known


def test_half_precision_changes_no_answer(digits) -> None:
    made = load_model("digits-lstm")
    network = build_network(made.config, made.image_size, len(made.classes))
    state = {name: value.half().float() for name, value in made.network.state_dict().items()}
    network.load_state_dict(state)
    rounded = replace(made, network=network.eval())
    for image in digits.test.images[:200].numpy():
        full, half = (answer(one, image.astype(np.float32) / 255) for one in (made, rounded))
        assert (full.label, full.rejected) == (half.label, half.rejected)
        assert abs(full.probability - half.probability) < 2e-3
