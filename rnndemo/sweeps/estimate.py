"""How long a study will take, estimated before anything is trained.

A rough estimate from counted arithmetic: a step costs its matrix products, and for networks that
read in order a fixed time for each timestep of each layer. The rates were measured on one core of
an x86-64 processor with AVX-512; other machines may differ by a factor of two.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

from rnndemo.config import RunConfig, room_in_batch
from rnndemo.data.load import image_size_of
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
TRIAL_SECONDS = 1.5  # for a trial's start, validation and test
CLASSES, IMAGES = 10, 55_000  # the digits', for all data: no data are read here
SAMPLED = 8  # trials from which the mean is estimated


@lru_cache(maxsize=32)
def seconds(space: SearchSpace, workers: int) -> float | None:
    """Return a study's estimated seconds on `workers` workers; None where only images limit it."""
    limit = space.budget.seconds
    if not space.trials:
        return limit or None
    grid = space.sampler == "grid"
    # a search trains each combination with all its seeds before it chooses the next
    every = max(1, space.points // SAMPLED) if grid else space.repeats
    sampled = [_trial(space, number) for number in range(0, SAMPLED * every, every)]
    known = [one for one in sampled if one is not None]
    if not known:
        return limit or None
    whole = sum(known) / len(known) * space.trials / min(workers, space.trials)
    return min(whole, limit) if limit else whole


def _trial(space: SearchSpace, number: int) -> float | None:
    """Return the estimated seconds of a trial; of a search, as if chosen at random."""
    try:
        if space.sampler == "grid":
            number %= space.points
        else:  # nothing has been learnt yet that "tpe" could go by
            space = replace(space, sampler="random")
        params, _ = plan.choose(space, [TrialRecord(n, {}, 0, RUNNING) for n in range(number)])
        return training_seconds(space.config(params))
    except InputError:  # its values do not fit each other: it ends at once
        return None


def training_seconds(
    config: RunConfig,
    size: tuple[int, int] | None = None,
    classes: int = CLASSES,
    images: int = IMAGES,
) -> float:
    """Return the estimated seconds of one training, its test included.

    Parameters
    ----------
    size : tuple of int, optional
        Height and width of the pictures; by default those of the data that it names.
    images : int
        Training pictures, if the configuration does not say how many.
    """
    size = size or image_size_of(config)
    network = build_network(config, size, classes)
    images = min(config.data.train_size or images, images)
    room = room_in_batch(config)
    batch = config.training.batch_size - room + min(room, images)  # with what is drawn for it
    steps = math.ceil(images / room) * config.training.epochs
    step = 3 * flops(network, config.data.scan, size) * batch / RATE
    if network.in_order:
        time = scan_table(config.data.scan, *size).shape[0]
        model = config.model
        layers = len(network.layers) * (2 if model.bidirectional else 1)
        step += time * layers * CELLS[model.cell].timestep_seconds
    if config.training.adversarial:  # each step of the attack passes through the network as well
        step *= 1 + config.training.adversarial_steps
    whole = steps * step
    limit = config.training.seconds
    return TRIAL_SECONDS + (min(whole, limit) if limit else whole)
