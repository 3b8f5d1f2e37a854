"""Accuracy, size and speed against the share that is pruned: measured, point by point."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from statistics import median

import torch
from torch import Tensor

from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import DataSet, ImageSet
from rnndemo.evaluation.batch import accuracy
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.pruning.prune import Pruned, without_units, without_weights
from rnndemo.hardening.pruning.weights import sparsity, weights_left
from rnndemo.models.network import Network, evaluating
from rnndemo.models.store import Model, file_of

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
ROUNDS, WARM_UP = 30, 3  # readings of one drawing that are timed, and those before them


@dataclass(frozen=True)
class PartAccuracy:
    """A share of pictures that is answered right, with its 95 % interval."""

    accuracy: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class PrunedPoint:
    """What a pruned model costs and what it gains.

    Parameters
    ----------
    share : float
        Of units or weights that was removed; 0 for the whole model.
    sparsity : float
        Share of zeros among the weights that it still has.
    parameters : int
        Weights and biases that are not zero.
    validation, test : PartAccuracy
        Accuracy on these parts.
    bytes, compressed : int
        Size of the file of weights; and of the same file, compressed (zlib).
    seconds : float
        Median time for one drawing.
    faster : float
        Time of the whole model divided by that, measured in turn.
    """

    share: float
    sparsity: float
    parameters: int
    validation: PartAccuracy
    test: PartAccuracy
    bytes: int
    compressed: int
    seconds: float
    faster: float


@dataclass(frozen=True)
class PrunedCost:
    """What a model costs.

    Parameters
    ----------
    parameters : int
        Weights and biases that are not zero.
    bytes, compressed : int
        Size of the file of weights; and of the same file, compressed (zlib).
    seconds : float
        For one drawing.
    """

    parameters: int
    bytes: int
    compressed: int
    seconds: float


Summary = Callable[[Sequence[float]], float]


def costs_of(
    models: Sequence[Model], image: Tensor, rounds: int = ROUNDS, summary: Summary = median
) -> list[PrunedCost]:
    """Return what models cost that read pictures in the same order; they are timed in turn.

    Parameters
    ----------
    image : Tensor
        float ``(H, W)`` in [0, 1], which they read.
    summary : callable
        Of the seconds of each reading; on a busy machine the least say most.
    """
    one = to_sequence(image[None], models[0].config.data.scan)
    times = seconds_of([model.network for model in models], one, rounds, summary)
    costs = []
    for model, seconds in zip(models, times, strict=True):
        content = file_of(model)
        zipped = len(zlib.compress(content))
        costs.append(PrunedCost(weights_left(model.network), len(content), zipped, seconds))
    return costs


# what is pruned -> function from model, data and share
KINDS: dict[str, Callable[[Model, DataSet, float], Pruned]] = {
    "units": lambda model, data, share: without_units(model, data.validation, share),
    "weights": lambda model, data, share: without_weights(model, share),
}


def curve(
    model: Model, data: DataSet, kind: str, shares: Sequence[float] = SHARES
) -> Iterator[PrunedPoint]:
    """Yield a point for the whole model, and one for each share: pruned at once, not retrained.

    Whoever asks for the points one by one can show how far it is, and stop.

    Parameters
    ----------
    data : DataSet
        Which the model has learnt from.
    kind : str
        A key of `KINDS`.

    Raises
    ------
    InputError
        As `without_units` and `without_weights` do.
    """
    yield point(model, model, data, 0.0)
    for share in shares:
        yield point(KINDS[kind](model, data, share).model, model, data, share)


def point(model: Model, whole: Model, data: DataSet, share: float) -> PrunedPoint:
    """Measure a pruned model, retrained or not.

    Parameters
    ----------
    whole : Model
        That it was made of, to compare the speed with.
    share : float
        That was removed.
    """
    scan = model.config.data.scan
    before, cost = costs_of([whole, model], data.test.images[0].float() / 255)
    return PrunedPoint(
        share,
        sparsity(model.network),
        cost.parameters,
        _measured(model.network, data.validation, scan),
        _measured(model.network, data.test, scan),
        cost.bytes,
        cost.compressed,
        cost.seconds,
        before.seconds / cost.seconds,
    )


def seconds_of(
    networks: Sequence[Network],
    sequence: Tensor,
    rounds: int = ROUNDS,
    summary: Summary = median,
) -> list[float]:
    """Return the time that each network takes to answer, all in turn; by default the median.

    Parameters
    ----------
    sequence : Tensor
        ``(1, time, features)``.
    """
    with ExitStack() as stack, torch.inference_mode():
        for network in networks:
            stack.enter_context(evaluating(network))
        return seconds_in_turn([partial(one, sequence) for one in networks], rounds, summary)


def seconds_in_turn(
    calls: Sequence[Callable[[], object]], rounds: int = ROUNDS, summary: Summary = median
) -> list[float]:
    """Return the time that each call takes, all in turn; by default the median of `rounds`."""
    took: list[list[float]] = [[] for _ in calls]
    for number in range(-WARM_UP, rounds):
        for call, times in zip(calls, took, strict=True):
            start = time.perf_counter()
            call()
            if number >= 0:
                times.append(time.perf_counter() - start)
    return [summary(times) for times in took]


def _measured(network: Network, part: ImageSet, scan: str) -> PartAccuracy:
    share = accuracy(network, part, scan)
    return PartAccuracy(share, wilson_interval(round(share * len(part)), len(part)))
