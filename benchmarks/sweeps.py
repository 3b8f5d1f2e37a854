"""python -m benchmarks sweeps [--quick] [--kills]: the overhead of a study.

Three measurements:

- *throughput*: the time of a study's trainings one by one in this process, divided by the number of
  workers, against the study's own time. Both alternate, block by block, on the same trainings; the
  start of processes, torch and data is not timed. When other processes use the cores, a single
  training gets more of a core than each of several; the share of the time in which workers trained
  is therefore reported too.
- *overhead a trial*: a study by TPE with pruning whose trainings take no time, so that only the
  engine remains: choose, submit, receive, store.
- with ``--kills``: studies whose coordinator or workers are killed (SIGKILL) at random moments and
  continued are compared with an undisturbed one: parameters, states, figures, weights.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.timing import own_home, parser_of
from rnndemo.cluster.dask import ClusterExecutor
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.jobs.machine import slots
from rnndemo.sweeps import study
from rnndemo.sweeps.records import TRIALS as TRIALS_FOLDER
from rnndemo.sweeps.records import folder_of
from rnndemo.sweeps.space import Choices, SearchSpace
from rnndemo.trials.executor import Executor
from rnndemo.trials.local import LocalExecutor
from rnndemo.trials.task import Report, Result, ShouldStop, Task
from rnndemo.trials.training import train
from tests.runs import until
from tests.studies import CLOSED_FORM, TPE, cluster, everything
from tests.sweep_kills import Study, outcome

ROUNDS, TRIALS = 3, 24
QUICK_ROUNDS, QUICK_TRIALS = 1, 2
EMPTY, QUICK_EMPTY = 100, 6  # trials that take no time
KILLS, QUICK_KILLS = 20, 1
THROUGHPUT, OVERHEAD = 0.9, 0.3  # targets
SEED = 5
TOOK = "took"  # the file with the seconds that a trial took its worker

SPACE = SearchSpace(
    RunConfig(
        data=DataConfig(train_size=5000),
        model=ModelConfig(hidden_size=64),
        training=TrainingConfig(lr=5e-3, batch_size=50, epochs=1),
    ),
    (
        ("model.hidden_size", Choices((32, 64))),
        ("model.num_layers", Choices((1, 2))),
    ),
)
EMPTY_SPACE = replace(TPE, base=RunConfig(data=DataConfig(name="nothing")), ahead=8)


def timed(task: Task, report: Report, should_stop: ShouldStop) -> Result:
    """Train a trial, and store in its folder how long that took."""
    start = time.perf_counter()
    result = train(task, report, should_stop)
    (task.folder / TOOK).write_text(str(time.perf_counter() - start))
    return result


class _LastingExecutor(LocalExecutor):
    """Workers that outlive a study, until `end`."""

    def close(self) -> None:
        pass

    def end(self) -> None:
        super().close()


def warm(executor: Executor, place: Path) -> None:
    """Let every worker train once."""
    until(lambda: executor.finished(0.05) or executor.capacity, "workers")
    for number in range(executor.capacity):
        executor.submit(Task(number, SPACE.base, place / str(number)))
    everything(executor, executor.capacity)


def conducted(folder: Path, space: SearchSpace, trials: int, executor: Executor) -> float:
    """Return the seconds that a study takes."""
    about = study.prepare(folder, space, trials)
    start = time.perf_counter()
    known = study.conduct(folder, about, lambda: executor)
    seconds = time.perf_counter() - start
    if any(trial.state not in ("complete", "pruned") for trial in known):
        raise RuntimeError(f"a trial is {[trial.state for trial in known]}")
    return seconds


def one_by_one(folder: Path, trials: int) -> float:
    """Return the seconds that the same trainings take one by one in this process."""
    points = [
        {"model.hidden_size": size, "model.num_layers": layers}
        for size in SPACE.values("model.hidden_size")
        for layers in SPACE.values("model.num_layers")
    ]
    start = time.perf_counter()
    for number in range(trials):
        config = SPACE.config(points[number % len(points)], number // len(points))
        train(Task(number, config, folder_of(folder, number)), lambda *_: False, lambda: False)
    return time.perf_counter() - start


def throughput(place: Path, rounds: int, trials: int) -> None:
    """Print the throughput of workers as a share of the ideal."""
    workers = slots()
    executor = _LastingExecutor(workers, place / "workers.log", "benchmarks.sweeps:timed")
    try:
        warm(executor, place / "warm")
        one_by_one(place / "warm-here", 1)
        ratios, busy = [], []
        for number in range(rounds):
            alone = one_by_one(place / f"alone-{number}", trials)
            took = conducted(place / f"study-{number}", SPACE, trials, executor)
            ratios.append(alone / workers / took)
            each = (place / f"study-{number}" / TRIALS_FOLDER).glob(f"*/{TOOK}")
            busy.append(sum(float(path.read_text()) for path in each) / workers / took)
            print(
                f"round {number + 1}: {trials} trainings one by one {alone:.1f} s, by {workers} "
                f"workers {took:.1f} s: {ratios[-1]:.2f}; busy {busy[-1]:.1%}",
                flush=True,
            )
    finally:
        executor.end()
    print(
        f"throughput of the ideal  {statistics.median(ratios):.2f}  (median of {rounds}; target: "
        f"at least {THROUGHPUT})\nworkers busy             {statistics.median(busy):.1%}"
    )


def overhead(place: Path, trials: int) -> None:
    """Print the engine's overhead per trial, with local workers and on a cluster."""
    kinds: dict[str, Callable[[str], Executor]] = {
        "processes": lambda _: LocalExecutor(slots(), place / "workers.log", CLOSED_FORM),
        "Dask": lambda address: ClusterExecutor(address, objective=CLOSED_FORM),
    }
    with cluster(place, slots()) as machines:
        for name, start in kinds.items():
            executor = start(machines.address)
            warm(executor, place / f"warm-{name}")
            took = conducted(place / f"empty-{name}", EMPTY_SPACE, trials, executor)
            each = took * slots() / trials
            print(
                f"overhead a trial, {name:<10}{each:.3f} s  ({trials} trials of no length; "
                f"target: at most {OVERHEAD})"
            )


def kills(place: Path, count: int) -> None:
    """Print how many studies that were killed ended like an undisturbed one."""
    chance = random.Random(SEED)
    undisturbed = Study(place / "undisturbed")
    undisturbed.run()
    wanted = outcome(undisturbed)
    for what in ("coordinator", "worker"):
        equal = killed = 0
        for number in range(count):
            one = Study(place / f"{what}-{number}")
            if what == "worker":
                killed += one.kill_workers(chance, 1 + number % 2)
                status = one.wait()
            else:
                killed += sum(one.kill_coordinator(chance) for _ in range(1 + number % 3))
                status = one.run()
            same = status == 0 and outcome(one) == wanted
            equal += same
            print(f"{what} {number + 1}: {'equal' if same else 'NOT EQUAL'}", flush=True)
        print(f"{equal} of {count} studies equal after {killed} kills of a {what}")


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = parser_of("sweeps")
    parser.add_argument("--kills", action="store_true", help="kill studies instead of timing them")
    given = parser.parse_args(arguments)
    with own_home(), tempfile.TemporaryDirectory(prefix="rowbyrow-") as folder:
        place = Path(folder)
        if given.kills:
            kills(place, QUICK_KILLS if given.quick else KILLS)
            return
        overhead(place, QUICK_EMPTY if given.quick else EMPTY)
        throughput(
            place, QUICK_ROUNDS if given.quick else ROUNDS, QUICK_TRIALS if given.quick else TRIALS
        )
