"""Structured pruning: whole hidden units of a recurrent network are removed.

What is left is a smaller network of the same kind, with a smaller ``hidden_size``. A unit is a row
of every gate (weights and biases), a column of its layer's recurrent matrix, and a column of
whatever reads its layer: both directions of the next layer, or the output layers and the scores of
attention. Every layer and direction loses as many, because one ``hidden_size`` holds for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from rnndemo.errors import InputError
from rnndemo.hardening.pruning.weights import count_of
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import ENDS
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.network import Network

# [layer][direction] -> int64 (units,), ascending
Units = list[list[Tensor]]


def _parts(network: SequenceClassifier) -> list[str]:
    """Return what the names of the weights of each layer and direction begin with."""
    return list(CELLS[network.config.cell].shapes(1, 1))


def units_of(network: Network) -> SequenceClassifier:
    """Return `network`, if hidden units can be removed from it.

    Raises
    ------
    InputError
        If it does not read in order, or a unit of its cells is not a row of each gate.
    """
    if not isinstance(network, SequenceClassifier):
        raise InputError(
            "This network ({network}) sees the whole picture at once and has no hidden units to "
            "remove; prune its weights, or choose a network that reads row by row.",
            network=network.config.network,
        )
    config = network.config
    if len({id(kind) for kind in network.kinds}) > 1:
        raise InputError(
            "The layers of this network ({network}) are not alike, so that no hidden units can be "
            "removed from it; prune its weights instead.",
            network=config.network,
        )
    known = {
        f"{part}_{end}" for part in _parts(network) for end in ENDS[: 1 + config.bidirectional]
    }
    for layer in network.layers:
        weights = dict(layer.named_parameters())
        if weights.keys() != known or any(len(w) % config.hidden_size for w in weights.values()):
            raise InputError(
                "Hidden units of {cell} cells cannot be removed; prune the weights instead.",
                cell=config.cell,
            )
    return network


def units_left(scores: Sequence[Sequence[Tensor]], share: float) -> Units:
    """Return the units with the highest scores of each layer and direction.

    Parameters
    ----------
    scores : sequence of sequence of Tensor
        ``[layer][direction]``, ``(hidden_size,)`` each: how much each unit matters.
    share : float
        Of the units of each layer and direction that go, in (0, 1).

    Raises
    ------
    InputError
        If it is no such share, or no unit would be left.
    """
    size = len(scores[0][0])
    left = size - count_of(share, size)
    return [[one.argsort(descending=True)[:left].sort().values for one in row] for row in scores]


def others(left: Units, hidden_size: int) -> Units:
    """Return the units that are not in `left`."""
    every = torch.arange(hidden_size)
    return [[every[~torch.isin(every, one)] for one in row] for row in left]


def keep_units(network: SequenceClassifier, left: Units) -> SequenceClassifier:
    """Return a smaller network that has only the units in `left`.

    Parameters
    ----------
    left : list of list of Tensor
        ``[layer][direction]``: as many in each.
    """
    config = replace(network.config, hidden_size=len(left[0][0]))
    with torch.random.fork_rng(devices=[]):  # the weights that it begins with are replaced
        small = SequenceClassifier(config, network.features, network.classes)
    small.to(next(network.parameters()).dtype)
    small.load_state_dict(_cut(network, left))
    return small.train(network.training).requires_grad_(False)


def _cut(network: SequenceClassifier, left: Units) -> dict[str, Tensor]:
    size, weights = network.config.hidden_size, dict(network.state_dict())
    columns: Tensor | None = None  # of what reads the layer below; the input is read in full
    for i, directions in enumerate(left):
        for end, units in zip(ENDS, directions, strict=False):
            for part in _parts(network):
                name = f"layers.{i}.{part}_{end}"
                cut = _rows(weights[name], units, size)
                if part == "weight_hh":
                    cut = cut[:, units]
                elif part == "weight_ih" and columns is not None:
                    cut = cut[:, columns]
                weights[name] = cut
        columns = torch.cat([units + d * size for d, units in enumerate(directions)])
    for name in readers(network):
        weights[name] = weights[name][:, columns]
    return weights


def _rows(weight: Tensor, units: Tensor, size: int) -> Tensor:
    """Return the rows of `units` in every block of `size` rows, one block a gate."""
    return torch.cat([block[units] for block in weight.split(size)])


def readers(network: SequenceClassifier) -> list[str]:
    """Return the names of the matrices that read the last layer."""
    number = next(i for i, layer in enumerate(network.head) if isinstance(layer, nn.Linear))
    names = [f"pooling.{name}" for name, _ in network.pooling.named_parameters()]
    return [*names, f"head.{number}.weight"]
