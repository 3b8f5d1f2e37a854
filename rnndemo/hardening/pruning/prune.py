"""Prune a model: what its command and its page ask for, as data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from itertools import pairwise

import torch

from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.evaluation.cards import finished_model
from rnndemo.hardening.pruning.importance import MEASURES, Readings, Removed, describe
from rnndemo.hardening.pruning.units import keep_units, others, units_left, units_of
from rnndemo.hardening.pruning.weights import MATRICES, Masks, prune_weights
from rnndemo.models.network import Network
from rnndemo.models.store import Model

PICTURES = 300  # that units are measured on
# what is removed by: on digits-lstm, without retraining, half of the units cost 0.9 points of
# accuracy by "spread", and 2.4 by "taylor" (python -m benchmarks pruning)
MEASURE = "spread"


@dataclass(frozen=True)
class Pruned:
    """A pruned model, as it is before it is retrained or measured again.

    Parameters
    ----------
    model : Model
        Its card is the one of the whole model, except for the number of weights.
    masks : dict of str to Tensor
        Of a model with pruned weights: what stays zero, see `PrunedWeights`.
    removed : tuple of Removed
        Of a model with pruned units: what they had done, those that moved an answer most first.
    """

    model: Model
    masks: Masks = field(default_factory=dict)
    removed: tuple[Removed, ...] = ()


def without_weights(model: Model, share: float, matrices: Collection[str] = MATRICES) -> Pruned:
    """Return a model with the smallest weights set to zero; see `prune_weights`."""
    pruned = prune_weights(model.network, share, matrices)
    return Pruned(_with_network(model, pruned.network), pruned.masks)


def without_units(model: Model, pictures: ImageSet, share: float, measure: str = MEASURE) -> Pruned:
    """Return a smaller model: a share of the units of each layer and direction is removed.

    Parameters
    ----------
    pictures : ImageSet
        Of the validation part; the first `PICTURES` are used.
    share : float
        In (0, 1).
    measure : str
        A key of `MEASURES`: those with the least go.

    Raises
    ------
    InputError
        If the network has no hidden units, the share leaves none, or is none.
    """
    network = units_of(model.network)
    sample = pictures.take(torch.arange(min(PICTURES, len(pictures))))
    readings = Readings(network, sample, model.config.data.scan)
    left = units_left(MEASURES[measure](readings), share)
    removed = describe(readings, others(left, network.config.hidden_size), model.classes)
    return Pruned(_with_network(model, keep_units(network, left)), removed=tuple(removed))


def shares_of_rounds(share: float, rounds: int, anew: bool) -> list[float]:
    """Return the share that each round of gradual pruning removes.

    After round r of R, share · (1 - (1 - r / R)³) is gone: much at first, while much is superfluous
    (Zhu, Gupta 2017, "To prune, or not to prune", equation 1).

    Parameters
    ----------
    anew : bool
        Whether a share counts what is left by the rounds before, as for units, rather than all.
    """
    gone = [share * (1 - (1 - number / rounds) ** 3) for number in range(rounds + 1)]
    if not anew:
        return gone[1:]
    return [(after - before) / (1 - before) for before, after in pairwise(gone)]


def measured(pruned: Pruned, data: DataSet, name: str, command: str) -> Model:
    """Return a pruned model that is not retrained, calibrated and tested: with a card of its own.

    Parameters
    ----------
    name : str
        Of the model.
    command : str
        What makes it again, for the card.

    Raises
    ------
    InputError
        If its answers are no numbers.
    """
    model = pruned.model
    seconds = model.card.train_seconds
    return finished_model(name, model.config, model.network, data, seconds, command=command)


def _with_network(model: Model, network: Network) -> Model:
    network.eval().requires_grad_(False)
    return replace(
        model,
        network=network,
        config=replace(model.config, model=network.config),
        card=replace(model.card, parameters=network.count_parameters()),
    )
