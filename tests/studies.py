"""Studies that tests share, and a Dask cluster of real processes."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from distributed import Client

from rnndemo.cluster.dask import ClusterExecutor
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.load import load
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.space import Budget, Choices, Range, SearchSpace
from rnndemo.trials.executor import Ended, Executor, Reached, TrialEvent
from rnndemo.trials.local import LocalExecutor
from rnndemo.trials.task import COMPLETE, FAILED, PRUNED, Result, Task
from tests.objective import closed_form
from tests.runs import until

ROOT = Path(__file__).resolve().parents[1]
CLOSED_FORM = "tests.objective:closed_form"
ALLOWED_DEATHS = 2  # of the workers of one task, on the cluster

TPE = SearchSpace(
    RunConfig(data=DataConfig(name="jitter:0.02")),
    (
        ("training.lr", Range(1e-4, 1.0, log=True)),
        ("model.hidden_size", Range(8, 64)),
        ("model.cell", Choices(("rnn", "gru", "lstm"))),
    ),
    sampler="tpe", seed=3, pruning=True, ahead=4,
)  # fmt: skip

# small enough for a test, and a real training
REAL = RunConfig(
    data=DataConfig(train_size=200),
    model=ModelConfig(hidden_size=8),
    training=TrainingConfig(lr=1e-2, epochs=2, batch_size=20),
)


def ended(
    number: int, params: dict[str, object], reached: float, repeat: int = 0, state: str = COMPLETE
) -> TrialRecord:
    """Return a trial that has ended; seconds and weights follow from its hidden size."""
    size = int(params.get("model.hidden_size", 16))
    result = Result(
        state, reached, reached, reached - 0.01, min(1.0, reached + 0.01), 10_000, 5000,
        seconds=size / 10, images=3000, steps=60, parameters=100 * size, flops=2800 * size,
    )  # fmt: skip
    return TrialRecord(number, params, repeat, state, result)


def failed_trial(number: int, params: dict[str, object]) -> TrialRecord:
    """Return a trial that diverged."""
    result = Result(FAILED, diverged=True, message="The loss is no number.", seconds=0.2)
    return TrialRecord(number, params, 0, FAILED, result)


def random_study(count: int) -> tuple[list[TrialRecord], SearchSpace]:
    """Return a random study over settings of every kind, in which the rate matters most."""
    chance = random.Random(0)
    space = SearchSpace(
        RunConfig(),
        (
            ("training.lr", Range(1e-4, 1.0, log=True)),
            ("model.hidden_size", Range(8, 256)),
            ("model.cell", Choices(("rnn", "gru", "lstm"))),
            ("model.bidirectional", Choices((False, True))),
            ("model.head_sizes", Choices(((), (32,), (64, 32)))),
        ),
        sampler="random", pruning=True, budget=Budget(trials=count),
    )  # fmt: skip
    trials: list[TrialRecord] = []
    for number in range(count):
        params = {
            "training.lr": 10 ** chance.uniform(-4, 0),
            "model.hidden_size": chance.randint(8, 256),
        } | {path: chance.choice(space.values(path)) for path in list(space.varied)[2:]}
        off = abs(math.log10(params["training.lr"]) + 2.3)
        reached = max(0.1, 0.98 - 0.06 * off**2 - 0.002 * chance.random())
        if off > 2:
            trials.append(failed_trial(number, params))
            continue
        state = PRUNED if off > 1.2 and chance.random() < 0.5 else COMPLETE
        stages = {
            stage: reached * stage / 50 for stage in (10, 25, 50)[: 3 if state == COMPLETE else 1]
        }
        trials.append(replace(ended(number, params, reached, state=state), stages=stages))
    return trials, space


def task(number: int, folder: Path, data: str = "digits", **given: object) -> Task:
    """Return a trial to which something happens."""
    config = RunConfig(data=DataConfig(name=data), seed=number)
    return Task(number, config, folder / f"{number:04d}", **given)


def everything(executor: Executor, count: int, patience: float = 60.0) -> list[TrialEvent]:
    """Return the events of an executor until a number of trials have ended."""
    events: list[TrialEvent] = []

    def look() -> bool:
        events.extend(executor.finished(0.05))
        return sum(isinstance(one, Ended) for one in events) >= count

    until(look, f"{count} trials; {events}", patience)
    return events


def results(events: list[TrialEvent]) -> dict[int, Result]:
    return {one.number: one.result for one in events if isinstance(one, Ended)}


# --- executors --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster on this machine."""

    address: str
    scheduler: int  # the process group


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Yield a Dask cluster of real processes, which are gone afterwards."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(ALLOWED_DEATHS),
        "DASK_DISTRIBUTED__SCHEDULER__WORK_STEALING": "False",
        "OMP_NUM_THREADS": "1",
    }
    dask = [sys.executable, "-m", "dask"]
    place = folder / "scheduler.json"
    with (folder / "dask.log").open("wb") as log:
        started = []

        def start(*words: str) -> None:
            process = subprocess.Popen(
                [*dask, *words], cwd=folder, env=environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
            started.append(process)

        try:
            start(
                "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                "--scheduler-file", str(place),
            )  # fmt: skip
            until(lambda: place.exists() and place.read_text().endswith("}"), "a scheduler")
            if workers:
                start(
                    "worker", "--scheduler-file", str(place), "--nworkers", str(workers),
                    "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard",
                    "--local-directory", str(folder),
                )  # fmt: skip
            yield Cluster(json.loads(place.read_text())["address"], started[0].pid)
        finally:
            for process in reversed(started):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def warm(address: str, workers: int) -> None:
    """Wait for the workers of a cluster, and let them load what takes long."""
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers)
        client.run(_load)


def _load() -> None:
    import_module("rnndemo.training.engine")
    load("digits")


def local(folder: Path, objective: str = CLOSED_FORM) -> Executor:
    return LocalExecutor(2, folder / "workers.log", objective)


def clustered(address: str, objective: str = CLOSED_FORM) -> Executor:
    return ClusterExecutor(address, objective=objective)


class Inline(Executor):
    """Trials in this process, which end in any order: as workers of any speed would let them.

    Parameters
    ----------
    capacity : int
    chance : random.Random
        Which trial ends next.
    most : int, optional
        After so many that ended, it raises KeyboardInterrupt: the coordinator dies.
    """

    def __init__(self, capacity: int, chance: random.Random, most: int = 10**6) -> None:
        self.size, self.chance, self.most = capacity, chance, most
        self.tasks: list[Task] = []
        self.submitted: list[Task] = []
        self.closed = False

    @property
    def capacity(self) -> int:
        return self.size

    def submit(self, task: Task) -> None:
        assert len(self.tasks) < self.size
        self.tasks.append(task)
        self.submitted.append(task)

    def finished(self, seconds: float) -> list[TrialEvent]:
        if not self.tasks:
            return []
        if not self.most:
            raise KeyboardInterrupt
        self.most -= 1
        task = self.tasks.pop(self.chance.randrange(len(self.tasks)))
        stages: list[TrialEvent] = []

        def report(stage: int, accuracy: float) -> bool:
            stages.append(Reached(task.number, stage, accuracy))
            return accuracy < task.thresholds.get(stage, 0.0)

        result = closed_form(task, report, lambda: False)
        return [*stages, Ended(task.number, result)]

    def cancel(self, number: int) -> None:
        pass

    def close(self) -> None:
        self.closed = True
