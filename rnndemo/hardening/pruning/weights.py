"""Magnitude pruning: the smallest weights of a network become zeros, in the same shapes.

Han, Pool, Tran, Dally 2015, "Learning both weights and connections for efficient neural networks".
Every matrix loses the same share: with one threshold for all, nine tenths would take nearly every
weight of the output layer, whose weights are small, and some classes could not be answered any
more. Biases stay. The file is as large as before, and no answer is faster: a kernel multiplies by
zeros as by any number. What shrinks is the compressed file.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from rnndemo.errors import InputError, check_one_of
from rnndemo.models.network import Network

# part of a network -> what the names of its matrices in a recurrent layer begin with
_RECURRENT_PARTS = {"input": "weight_ih", "recurrent": "weight_hh"}
OTHER = "output"  # every other matrix: output layers, and the layers of a CNN or MLP
MATRICES = (*_RECURRENT_PARTS, OTHER)

Masks = dict[str, Tensor]  # name of a matrix -> bool, of its shape: which weights are left


@dataclass(frozen=True)
class PrunedWeights:
    """A network with zeros, and where they are not.

    Parameters
    ----------
    masks : dict of str to Tensor
        Of every pruned matrix, by its name in the network: bool, True where a weight is left.
    """

    network: Network
    masks: Masks


def prune_weights(
    network: Network, share: float, matrices: Collection[str] = MATRICES
) -> PrunedWeights:
    """Set the smallest weights of a copy of `network` to zero.

    Parameters
    ----------
    share : float
        Of the weights of each chosen matrix, in (0, 1). Weights that are zero already are the
        first to count.
    matrices : collection of str
        Some of `MATRICES`.

    Raises
    ------
    InputError
        If `share` is no such share, no weight would be left, or there are no such matrices.
    """
    for name in matrices:
        check_one_of("matrices", name, MATRICES)
    pruned = copy.deepcopy(network)
    chosen = {name: weight for name, part, weight in matrices_of(pruned) if part in matrices}
    count_of(share, sum(weight.numel() for weight in chosen.values()))
    masks = {name: _largest(weight, share) for name, weight in chosen.items()}
    with torch.no_grad():
        for name, weight in chosen.items():
            weight.masked_fill_(~masks[name], 0.0)
    return PrunedWeights(pruned, masks)


def _largest(weight: Tensor, share: float) -> Tensor:
    """Return where the weights of a matrix are left if the smallest `share` of them goes."""
    left = torch.ones(weight.numel(), dtype=torch.bool)
    order = weight.detach().abs().flatten().argsort(stable=True)
    left[order[: min(round(share * len(left)), len(left) - 1)]] = False  # one at least is left
    return left.view_as(weight)


def count_of(share: float, total: int) -> int:
    """Return how many of `total` weights or units a share of them is, at least one, and not all.

    Raises
    ------
    InputError
        If the share is not between 0 and 1, or would leave none.
    """
    if not 0 < share < 1:
        raise InputError(
            "{share} is no share to remove: a number between 0 and 1 is needed, such as 0.5.",
            share=share,
        )  # fmt: skip
    count = round(share * total)
    if not 0 < count < total:
        raise InputError(
            "A share of {share} of {total} is {count}: at least one must go, and one must be left.",
            share=share, total=total, count=count,
        )  # fmt: skip
    return count


def matrices_of(network: Network) -> Iterator[tuple[str, str, Tensor]]:
    """Yield the name of every matrix of weights, its part in `MATRICES`, and the matrix."""
    for name, weight in network.named_parameters():
        if weight.dim() > 1:
            yield name, _part(name.rpartition(".")[2]), weight


def _part(name: str) -> str:
    found = (part for part, start in _RECURRENT_PARTS.items() if name.startswith(start))
    return next(found, OTHER)


def sparsity(network: Network) -> float:
    """Return the share of zeros among the weights of all matrices, from 0 to 1."""
    total = sum(weight.numel() for _, _, weight in matrices_of(network))
    return _zeros(network) / total


def weights_left(network: Network) -> int:
    """Return the number of weights and biases without the zeros in matrices."""
    return network.count_parameters() - _zeros(network)


def _zeros(network: Network) -> int:
    return sum(int((weight == 0).sum()) for _, _, weight in matrices_of(network))
