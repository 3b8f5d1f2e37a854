"""Prune a model: what its command and its page ask for, as data."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import torch

from rnndemo.data.scans import scan_table
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.evaluation.batch import logits_of
from rnndemo.evaluation.calibration import fit_temperature, fit_threshold
from rnndemo.evaluation.cards import finished_model
from rnndemo.hardening.pruning.importance import MEASURES, Readings, Removed, Scores, describe
from rnndemo.hardening.pruning.units import keep_units, others, units_left, units_of
from rnndemo.hardening.pruning.weights import MATRICES, Masks, prune_weights
from rnndemo.models.network import Network
from rnndemo.models.store import Model

PICTURES = 300  # that units are measured on
CALIBRATED = 500  # pictures that a pruned model is calibrated on before it is kept
STATES, FEW = 15_000, 20  # timesteps of all of them at most; but so many pictures at least
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


@dataclass(frozen=True)
class MeasuredUnits:
    """How much every hidden unit of a model matters, and what it does.

    Parameters
    ----------
    scores : list of list of Tensor
        ``[layer][direction]``, ``(hidden_size,)`` each.
    each : tuple of Removed
        Every unit, those that move an answer most first.
    """

    scores: Scores
    each: tuple[Removed, ...]


def measure_units(model: Model, pictures: ImageSet, measure: str = MEASURE) -> MeasuredUnits:
    """Measure how much every hidden unit of a model matters.

    Parameters
    ----------
    pictures : ImageSet
        Of the validation part; the first `PICTURES` are used, fewer where a reading is long.
    measure : str
        A key of `MEASURES`.

    Raises
    ------
    InputError
        If the network has no hidden units that could be removed.
    """
    network = units_of(model.network)
    readings = Readings(network, _few(model, pictures, PICTURES), model.config.data.scan)
    size = network.config.hidden_size
    scores = MEASURES[measure](readings)
    every = [[torch.arange(size) for _ in row] for row in scores]
    return MeasuredUnits(scores, tuple(describe(readings, every, model.classes)))


def _few(model: Model, pictures: ImageSet, most: int) -> ImageSet:
    """Return the first pictures, `most` of them or fewer where a reading is long."""
    time = len(scan_table(model.config.data.scan, *model.image_size))
    return pictures.take(torch.arange(min(most, max(FEW, STATES // time), len(pictures))))


def calibrated(pruned: Pruned, data: DataSet) -> Pruned:
    """Return a pruned model that is as sure as it is right, by a few validation pictures.

    A network without half of its units is less sure than right.
    """
    model = pruned.model
    part = _few(model, data.validation, CALIBRATED)
    activation = model.config.model.output_activation
    logits = logits_of(model.network, part.images, model.config.data.scan).double()
    temperature = fit_temperature(logits, part.labels, activation)
    threshold = fit_threshold(logits, temperature, activation, data.name)
    card = replace(model.card, temperature=temperature, reject_threshold=threshold)
    return replace(pruned, model=replace(model, card=card))


def without_measured(model: Model, units: MeasuredUnits, share: float) -> Pruned:
    """Return a smaller model: the units that matter least are removed, see `without_units`."""
    network = units_of(model.network)
    left = units_left(units.scores, share)
    gone = {
        (layer, direction, unit)
        for layer, row in enumerate(others(left, network.config.hidden_size))
        for direction, chosen in enumerate(row)
        for unit in chosen.tolist()
    }
    removed = (one for one in units.each if (one.layer, one.direction, one.unit) in gone)
    return Pruned(_with_network(model, keep_units(network, left)), removed=tuple(removed))


def without_units(model: Model, pictures: ImageSet, share: float, measure: str = MEASURE) -> Pruned:
    """Return a smaller model: a share of the units of each layer and direction is removed.

    Parameters
    ----------
    pictures : ImageSet
        Of the validation part, see `measure_units`.
    share : float
        In (0, 1).
    measure : str
        A key of `MEASURES`: those with the least go.

    Raises
    ------
    InputError
        If the network has no hidden units, the share leaves none, or is none.
    """
    return without_measured(model, measure_units(model, pictures, measure), share)


def command_for(
    name: str, kind: str, share: float, measure: str = MEASURE, more: Sequence[str] = (),
    out: str = "",
) -> str:  # fmt: skip
    """Return the command that prunes a model.

    Parameters
    ----------
    name : str
        Of the model.
    kind : str
        "units" or "weights".
    share : float
        That is removed.
    measure : str
        A key of `MEASURES`, of units.
    more : sequence of str
        Further words, before the name of the new folder.
    out : str
        The new folder; by default one named after the model.
    """
    words = ["python", "-m", "rnndemo", "prune", "--model", name, f"--{kind}", str(share)]
    if kind == "units" and measure != MEASURE:
        words += ["--measure", measure]
    out = out or f"{name}-pruned"
    return shlex.join([*words, *more, "--out", f"./{out}" if out.startswith("-") else out])


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
