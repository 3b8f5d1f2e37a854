"""A network without some units answers as the whole one in which they are silent."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rnndemo.config import ModelConfig
from rnndemo.errors import InputError
from rnndemo.hardening.pruning.units import (
    Units,
    keep_units,
    others,
    readers,
    units_left,
    units_of,
)
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import ENDS
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.heads import POOLINGS
from rnndemo.models.picture_networks import Perceptron
from rnndemo.models.unroll import unroll
from tests.small import HIDDEN, KINDS, small_model, small_pictures

SETTINGS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "num_layers": st.integers(1, 3),
        "bidirectional": st.booleans(),
        "pooling": st.sampled_from(list(POOLINGS)),
        "head_sizes": st.sampled_from([(), (5,)]),
    }
)


def model_of(settings: dict[str, Any]) -> SequenceClassifier:
    return small_model(**{k: v for k, v in settings.items() if k != "kind"}, **settings["kind"])


def left_by(network: SequenceClassifier, count: int, seed: int) -> Units:
    """Return `count` units of each layer and direction, by chance."""
    generator = torch.Generator().manual_seed(seed)
    return [
        [torch.randperm(HIDDEN, generator=generator)[:count].sort().values for _ in range(paths)]
        for paths in [1 + network.config.bidirectional] * network.config.num_layers
    ]


def silenced(network: SequenceClassifier, gone: Units) -> SequenceClassifier:
    """Return a copy of the same size in which all weights into and out of units are zero."""
    copy = SequenceClassifier(network.config, network.features, network.classes).double().eval()
    weights = {name: weight.clone() for name, weight in network.state_dict().items()}

    def silence_columns(name: str, units: Tensor, direction: int) -> None:
        weights[name][:, units + direction * HIDDEN] = 0

    for layer, paths in enumerate(gone):
        for direction, units in enumerate(paths):
            end = ENDS[direction]
            for part in CELLS[network.config.cell].shapes(1, 1):
                for block in weights[f"layers.{layer}.{part}_{end}"].split(HIDDEN):
                    block[units] = 0
            if (name := f"layers.{layer}.weight_hh_{end}") in weights:
                silence_columns(name, units, 0)
            last = layer == len(gone) - 1
            above = [f"layers.{layer + 1}.weight_ih_{one}" for one in ENDS[: len(paths)]]
            for name in readers(network) if last else above:
                silence_columns(name, units, direction)
    copy.load_state_dict(weights)
    return copy.requires_grad_(False)


@given(settings=SETTINGS, count=st.integers(1, HIDDEN - 1), seed=st.integers(0, 99))
def test_what_is_left_answers_as_the_whole_with_silent_units(
    settings: dict[str, Any], count: int, seed: int
) -> None:
    network = model_of(settings)
    left = left_by(network, count, seed)
    small, whole = keep_units(network, left), silenced(network, others(left, HIDDEN))
    pictures = small_pictures()
    assert small.config.hidden_size == count
    assert small.count_parameters() < network.count_parameters()
    torch.testing.assert_close(small(pictures), whole(pictures), rtol=0, atol=1e-6)
    torch.testing.assert_close(
        small.readouts(pictures), whole.readouts(pictures), rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_hidden_states_of_the_units_left_are_those_of_the_whole(kind: dict[str, str]) -> None:
    network = small_model(num_layers=2, bidirectional=True, **kind)
    left = left_by(network, 2, seed=7)
    gone = others(left, HIDDEN)

    def silence(layer: int, direction: int, t: int, h: Tensor) -> Tensor:
        return h.index_fill(1, gone[layer][direction], 0.0)

    pictures = small_pictures()
    whole = unroll(network, pictures, silence)
    small = unroll(keep_units(network, left), pictures)
    for layer, paths in enumerate(left):
        for direction, units in enumerate(paths):
            torch.testing.assert_close(
                small[layer][direction].hidden, whole[layer][direction].hidden[..., units]
            )


def test_all_units_left_is_the_same_network() -> None:
    network = small_model(num_layers=2, cell="gru")
    same = keep_units(network, left_by(network, HIDDEN, 0))
    weights = network.state_dict()
    assert all(torch.equal(weight, weights[name]) for name, weight in same.state_dict().items())


def test_the_network_itself_and_the_random_state_stay_as_they_were() -> None:
    network = small_model()
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    state = torch.get_rng_state()
    keep_units(network, left_by(network, 1, 0))
    assert all(torch.equal(weight, before[name]) for name, weight in network.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)


def test_those_with_the_highest_scores_are_left() -> None:
    scores = [[torch.tensor([0.3, 0.1, 0.9, 0.2])], [torch.tensor([1.0, 2.0, 3.0, 4.0])]]
    left = units_left(scores, 0.5)
    assert [[one.tolist() for one in row] for row in left] == [[[0, 2]], [[2, 3]]]
    assert [[one.tolist() for one in row] for row in others(left, 4)] == [[[1, 3]], [[0, 1]]]


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, 1.5, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        units_left([[torch.ones(4)]], share)


@pytest.mark.parametrize(("share", "count"), [(0.9, 4), (0.1, 0)])
def test_none_left_and_none_gone_are_refused(share: float, count: int) -> None:
    with pytest.raises(InputError, match=f"of 4 is {count}: at least one"):
        units_left([[torch.ones(4)]], share)


def test_a_network_without_hidden_units_is_refused() -> None:
    network = Perceptron(ModelConfig(network="mlp", hidden_size=4), (8, 8), 3)
    with pytest.raises(InputError, match=r"\(mlp\) sees the whole picture at once"):
        units_of(network)


def test_cells_whose_units_are_no_rows_are_refused() -> None:
    network = small_model(cell="gru")
    network.layers[0].register_parameter("scale", torch.nn.Parameter(torch.ones(HIDDEN)))
    with pytest.raises(InputError, match="units of gru cells cannot be removed"):
        units_of(network)
