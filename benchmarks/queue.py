"""python -m benchmarks queue [--quick]: what runs that wait cost those that train.

As many runs train as this machine lets at once, and their rate is measured while nobody else waits,
and while many runs of many visitors do; blocks of both alternate. This process watches the queue
meanwhile, as the server does. Of those that wait it counts the processes, and the computing time
that this process spends on them.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from benchmarks.timing import images_per_second, options_of, own_home, training
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.jobs import process
from rnndemo.jobs.machine import slots
from rnndemo.jobs.queue import run_queue, watch
from rnndemo.jobs.tickets import stored
from rnndemo.storage import limits
from rnndemo.storage.folders import owner_of
from rnndemo.training.runs import MAX_ACTIVE, Run, Runs

WAITING, QUICK_WAITING = 200, 20
BLOCKS, SECONDS = 3, 10.0  # of each kind; of each block
QUICK_BLOCKS, QUICK_SECONDS = 1, 1.0
LONG = RunConfig(
    data=DataConfig(train_size=5000),
    model=ModelConfig(hidden_size=64),
    training=TrainingConfig(epochs=1000),
)
TARGET = 0.95


@contextmanager
def waiting(count: int) -> Iterator[list[Run]]:
    """Let so many runs wait, of as few visitors as may have so many; take them out afterwards."""
    runs: list[Run] = []
    try:
        for number in range(count):
            visitor = Runs(owner_of(f"waiting {number // MAX_ACTIVE}"))
            runs.append(visitor.start(LONG))
        yield runs
    finally:
        for run in runs:
            run.kill()


def rate(runs: list[Run], seconds: float) -> float:
    """Return how many pictures per second the runs train on together."""
    return sum(images_per_second(run, seconds / len(runs)) for run in runs)


def main(arguments: list[str]) -> None:
    """Print both rates, their ratio, and what those that wait took."""
    quick = options_of("queue", arguments).quick
    blocks, seconds = (QUICK_BLOCKS, QUICK_SECONDS) if quick else (BLOCKS, SECONDS)
    count = QUICK_WAITING if quick else WAITING
    rates: dict[str, list[float]] = {"alone": [], "waiting": []}
    begun, spent, took = [], [], []
    with (
        patch.dict(os.environ, {limits.JOBS: "1000"}),
        own_home() as visitor,
        training(visitor, [LONG] * min(slots(), MAX_ACTIVE)) as runs,
    ):
        watch(run_queue(), always=True)
        for _ in range(blocks):
            rates["alone"].append(rate(runs, seconds))
            start, before = time.perf_counter(), len(process.children)
            with waiting(count):
                took.append(time.perf_counter() - start)
                begun.append(len(process.children) - before + count - len(stored(run_queue())))
                used, start = time.process_time(), time.perf_counter()
                rates["waiting"].append(rate(runs, seconds))
                spent.append((time.process_time() - used) / (time.perf_counter() - start))
            alone, waited = (rates[name][-1] for name in ("alone", "waiting"))
            print(f"alone {alone:9,.0f}, while {count} wait {waited:9,.0f} pictures/s", flush=True)
    medians = {name: statistics.median(values) for name, values in rates.items()}
    ratio = medians["waiting"] / medians["alone"]
    print(f"{len(runs)} train alone           {medians['alone']:9,.0f} pictures/s")
    print(f"the same, {count} wait      {medians['waiting']:9,.0f} pictures/s")
    print(f"ratio                    {ratio:9.2f}     (target: at least {TARGET})")
    print(f"processes of those that wait    {max(begun)}")
    print(f"one core's share that watches them and reads reports {statistics.median(spent):6.1%}")
    print(f"to put {count} into the queue     {statistics.median(took):6.1f} s")
