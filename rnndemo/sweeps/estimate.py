"""About how long a study will take, estimated before anything is trained.

A rough guess from counted arithmetic: what a step costs is its matrix products, and for networks
that read in order a fixed price for each timestep of each layer. The rates are those of one core of
a machine of today (measured on x86-64 with AVX-512); another one may differ by a factor of two.
"""

from __future__ import annotations

import math
from functools import lru_cache

from rnndemo.config import RunConfig
from rnndemo.data.scans import scan_table
from rnndemo.errors import InputError
from rnndemo.models.build import build_network
from rnndemo.models.cells import CELLS
from rnndemo.models.costs import flops
from rnndemo.sweeps import plan
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.space import SearchSpace
from rnndemo.trials.task import RUNNING

RATE = 45e9  # floating-point operations a second
TRIAL = 1.5  # seconds in which a trial is begun, measured and tested
SIDE, CLASSES, IMAGES = (28, 28), 10, 55_000  # where the data is not looked at: of the digits
LOOKED_AT = 8  # trials from which the others are guessed


@lru_cache(maxsize=32)
def seconds(space: SearchSpace, workers: int) -> float | None:
    """Return about how long a study takes on so many workers; None where only a budget ends it."""
    limit = space.budget.seconds
    if not space.trials:
        return limit or None
    every = max(1, space.points // LOOKED_AT) if space.sampler == "grid" else 1
    some = [_trial(space, number) for number in range(0, LOOKED_AT * every, every)]
    known = [one for one in some if one is not None]
    if not known:
        return limit or None
    whole = sum(known) / len(known) * space.trials / min(workers, space.trials)
    return min(whole, limit) if limit else whole


def _trial(space: SearchSpace, number: int) -> float | None:
    try:
        if space.sampler == "grid":
            count = space.points
            before = [TrialRecord(n, {}, 0, RUNNING) for n in range(number % count)]
            params, _ = plan.choose(space, before)
        else:
            params, _ = plan.choose(space, [])
        return training_seconds(space.config(params))
    except InputError:  # its values do not fit each other: it ends at once
        return None


def training_seconds(config: RunConfig) -> float:
    """Return about how long one training takes, its test included.

    Raises
    ------
    InputError
        If its settings do not fit each other.
    """
    network = build_network(config, SIDE, CLASSES)
    images = config.data.train_size or IMAGES
    batch = min(config.training.batch_size, images)
    steps = math.ceil(images / batch) * config.training.epochs
    step = 3 * flops(network, config.data.scan, SIDE) * batch / RATE
    if network.in_order:
        time = scan_table(config.data.scan, *SIDE).shape[0]
        model = config.model
        layers = model.num_layers * (2 if model.bidirectional else 1)
        step += time * layers * CELLS[model.cell].timestep_seconds
    whole = steps * step
    limit = config.training.seconds
    return TRIAL + (min(whole, limit) if limit else whole)
