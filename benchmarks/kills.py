"""python -m benchmarks kills [--quick]: kill trainings, resume them, and compare the weights.

Every run is trained by a worker process as the app starts it, killed (SIGKILL) one or more times at
random moments, and resumed. Its final weights, averaged weights, optimiser and random states are
compared, bit by bit, with those of a run that was not killed. A moment is a random time, so that
no phase is left out, or a random training step.
"""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from benchmarks.timing import LOOK_SECONDS, options_of, own_home
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.jobs.process import worker_of
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import EVENTS, WEIGHTS
from rnndemo.training.runs import Run, Runs
from rnndemo.training.state import RunState
from tests.runs import differing, tensors

RUNS, MAX_KILLS = 20, 3  # kills of each run: 1 to MAX_KILLS
QUICK_RUNS = 2
RUN_TIMEOUT = 300.0  # seconds in which a run must end
SEED = 7
CONFIG = RunConfig(
    data=DataConfig(train_size=3000, augmentation="people"),
    model=ModelConfig(hidden_size=16, num_layers=2, dropout=0.2),
    training=TrainingConfig(epochs=6, batch_size=32, lr=5e-3, ema_decay=0.98),
)
STEPS = 6 * 94
CELLS = ("lstm", "gru", "rnn")
OPTIMIZERS = ("adamw", "sgd", "rmsprop", "adadelta")


def config_of(number: int) -> RunConfig:
    """Return the configuration of a run: cells and optimisers take turns."""
    return replace(
        CONFIG,
        model=replace(CONFIG.model, cell=CELLS[number % len(CELLS)]),
        training=replace(CONFIG.training, optimizer=OPTIMIZERS[number % len(OPTIMIZERS)]),
        seed=number,
    )


def until_inactive(run: Run, seconds: float = RUN_TIMEOUT) -> RunState:
    """Return the state of `run` when it has no worker any more, or after `seconds`."""
    deadline = time.monotonic() + seconds
    while run.state.active and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return run.state


def trained(visitor: Runs, config: RunConfig) -> tuple[Run, float]:
    """Return a run that was not killed, and the seconds it took."""
    start = time.monotonic()
    run = visitor.start(config)
    ended = until_inactive(run)
    if ended.status != "done":
        raise RuntimeError(f"the undisturbed run is {ended.status}: {ended.message}")
    return run, time.monotonic() - start


def kill(run: Run) -> bool:
    """Kill the worker of `run`; return whether that interrupted the run."""
    if not run.state.active:
        return False
    with suppress(OSError, ValueError):
        os.kill(worker_of(run.folder), signal.SIGKILL)
        return until_inactive(run).status == "paused"
    return False


def until_step(run: Run, reader: EventReader, step: int) -> None:
    """Wait until `run` reports `step` or a later one, or has no worker any more."""
    while run.state.active and last_step(reader) < step:
        time.sleep(LOOK_SECONDS)


def last_step(reader: EventReader) -> int:
    """Return the last new step that is reported; 0 if there is none."""
    return max((e["step"] for e in reader.new() if e["kind"] == "steps"), default=0)


def killed(
    visitor: Runs, config: RunConfig, kills: int, seconds: float, chance: random.Random
) -> tuple[Run, list[int]]:
    """Return a run that was killed up to `kills` times, and the steps at which it was.

    Half of the moments are times within `seconds` of its start, half are steps.
    """
    run, steps = visitor.start(config), []
    path = run.folder / EVENTS
    for _ in range(kills):
        place = path.stat().st_size if path.exists() else 0  # skip earlier reports
        if chance.random() < 0.5:
            until_inactive(run, chance.uniform(0.0, seconds))
        else:
            until_step(run, EventReader(path, place), chance.randint(1, STEPS))
        step = last_step(EventReader(path, place))
        if kill(run):
            steps.append(step)
            run.ask("go")
    until_inactive(run)
    return run, steps


def unequal(first: Path, second: Path) -> list[str]:
    """Return the names of what differs between two runs that ended."""
    names = differing(tensors(first), tensors(second))
    if (first / WEIGHTS).read_bytes() != (second / WEIGHTS).read_bytes():
        names.append(WEIGHTS)
    return names


def main(arguments: list[str]) -> None:
    """Print one line a run, and how many were bit-equal."""
    runs = QUICK_RUNS if options_of("kills", arguments).quick else RUNS
    chance, equal, kills = random.Random(SEED), 0, 0
    with own_home() as visitor:
        for number in range(runs):
            config = config_of(number)
            alone, seconds = trained(visitor, config)
            wanted = chance.randint(1, MAX_KILLS)
            steps: list[int] = []
            while not steps:  # a moment may come after the end: then try again
                run, steps = killed(visitor, config, wanted, seconds, chance)
            names = unequal(alone.folder, run.folder) if run.state.status == "done" else ["status"]
            equal += not names
            kills += len(steps)
            print(
                f"run {number + 1:>2}: {config.model.cell:<4} {config.training.optimizer:<8} killed"
                f" {len(steps)} times, at step {steps} of {run.state.steps}:"
                f" {'unequal: ' + ', '.join(names) if names else 'bit-equal'}",
                flush=True,
            )
    print(f"{equal} of {runs} bit-equal after {kills} kills")
