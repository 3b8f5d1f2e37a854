"""The smallest weights become zeros, in the same shapes."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn.utils import prune

from rnndemo.config import ModelConfig
from rnndemo.errors import InputError
from rnndemo.hardening.pruning.weights import MATRICES, matrices_of, prune_weights, sparsity
from rnndemo.models.picture_networks import ConvNet
from rnndemo.models.store import load_model
from tests.small import small_model


@given(
    share=st.floats(0.01, 0.99),
    matrices=st.sets(st.sampled_from(MATRICES), min_size=1),
    cell=st.sampled_from(["rnn", "lstm", "gru"]),
)
def test_exactly_the_share_is_zero_and_no_larger_weight_goes(
    share: float, matrices: set[str], cell: str
) -> None:
    network = small_model(cell=cell, num_layers=2, bidirectional=True)
    before = {name: weight for name, part, weight in matrices_of(network) if part in matrices}
    total = sum(weight.numel() for weight in before.values())
    assume(0 < round(share * total) < total)
    pruned = prune_weights(network, share, matrices)
    assert pruned.masks.keys() == before.keys()
    for name, weight in before.items():
        left, sizes = pruned.masks[name].numpy(), weight.abs().numpy()
        assert (~left).sum() == min(round(share * sizes.size), sizes.size - 1)
        assert sizes[~left].max(initial=0) <= sizes[left].min()
    weights = pruned.network.state_dict()
    for name, weight in network.state_dict().items():
        mask = pruned.masks.get(name, torch.ones_like(weight, dtype=torch.bool))
        assert torch.equal(weights[name], weight * mask)


def test_it_is_torchs_own_pruning_of_each_matrix() -> None:
    network, other = small_model(num_layers=2), small_model(num_layers=2)
    masks = prune_weights(network, 0.7).masks
    for name, mask in masks.items():
        folder, _, last = name.rpartition(".")
        module = other.get_submodule(folder)
        prune.l1_unstructured(module, last, amount=0.7)
        assert torch.equal(getattr(module, f"{last}_mask").bool(), mask)


def test_no_class_loses_all_that_is_read_for_it() -> None:
    network = load_model("digits-lstm").network
    pruned = prune_weights(network, 0.9).network
    assert (pruned.head[-1].weight != 0).any(1).all()


def test_what_is_zero_counts_first() -> None:
    network = small_model()
    once, twice = prune_weights(network, 0.6), prune_weights(network, 0.3)
    again = prune_weights(twice.network, 0.6)
    assert all(torch.equal(once.masks[name], again.masks[name]) for name in once.masks)


def test_sparsity_is_the_share_of_zeros() -> None:
    network = small_model()
    assert sparsity(network) == 0
    found = [sparsity(prune_weights(network, share).network) for share in (0.25, 0.5, 0.9)]
    assert found == pytest.approx([0.25, 0.5, 0.9], abs=0.01)
    assert all(low < high for low, high in pairwise(found))


def test_networks_that_see_the_picture_at_once_are_pruned_too() -> None:
    network = ConvNet(ModelConfig(network="cnn", hidden_size=4, num_layers=2), (8, 8), 3)
    pruned = prune_weights(network, 0.5)
    assert sparsity(pruned.network) == pytest.approx(0.5, abs=0.01)
    assert {part for _, part, _ in matrices_of(network)} == {"output"}


@pytest.mark.parametrize("share", [0.0, 1.0, 2.0])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(InputError, match="no share to remove"):
        prune_weights(small_model(), share)


def test_a_matrix_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="choose one of input, recurrent, output"):
        prune_weights(small_model(), 0.5, ["hidden"])
