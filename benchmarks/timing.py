"""What benchmarks share: alternating measurements, and runs in a temporary data folder."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from unittest.mock import patch

from rnndemo.config import RunConfig
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.storage.locks import is_locked
from rnndemo.storage.log import Event, EventReader
from rnndemo.storage.names import EVENTS, WORKER
from rnndemo.training.runs import Run, Runs

ROUNDS = 30
STEPS_TIMEOUT = 60.0  # seconds in which a worker must report its first or next steps
LOOK_SECONDS = 0.01  # between two checks of a run's reports


def options_of(name: str, arguments: list[str]) -> argparse.Namespace:
    """Return the options of a benchmark that has only ``--quick``."""
    return parser_of(name).parse_args(arguments)


def parser_of(name: str) -> argparse.ArgumentParser:
    """Return a parser for the benchmark `name`, with the option ``--quick``."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {name}")
    parser.add_argument(
        "--quick", action="store_true", help="only check that it works; the figures mean nothing"
    )
    return parser


def alternate(
    measures: dict[str, Callable[[], float]], rounds: int, warm_up: int = 0
) -> dict[str, float]:
    """Return the median figure of each measure; measures alternate round by round.

    Parameters
    ----------
    measures : dict
        Functions that measure once and return the figure.
    rounds, warm_up : int
        Numbers of rounds that count, and of those before them that do not.
    """
    figures: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(-warm_up, rounds):
        for name, measure in measures.items():
            figure = measure()
            if number >= 0:
                figures[name].append(figure)
    return {name: statistics.median(values) for name, values in figures.items()}


def medians(calls: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median seconds of each call; calls alternate after a round of warm-up."""
    return alternate({name: partial(_seconds, call) for name, call in calls.items()}, rounds, 1)


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@contextmanager
def own_home() -> Iterator[Runs]:
    """Yield a visitor with a temporary data folder; end its runs afterwards.

    Processes that are started meanwhile use the same data folder.
    """
    with (
        TemporaryDirectory(prefix="rowbyrow-", ignore_cleanup_errors=True) as folder,
        patch.dict(os.environ, {HOME: folder}),
    ):
        visitor = Runs(owner_of("benchmark"))
        try:
            yield visitor
        finally:
            for run in visitor.all():
                end(run)


def end(run: Run) -> None:
    """Kill the worker of `run`, even if it is only starting."""
    while run.state.active or is_locked(run.folder / WORKER):
        run.kill()
        time.sleep(LOOK_SECONDS)


@contextmanager
def training(visitor: Runs, configs: Sequence[RunConfig]) -> Iterator[list[Run]]:
    """Yield runs when all of them train; kill them afterwards."""
    runs: list[Run] = []
    try:
        runs.extend(map(visitor.start, configs))  # if one fails, those before it are killed
        for run in runs:
            next_steps(run, EventReader(run.folder / EVENTS))
        yield runs
    finally:
        for run in runs:
            end(run)


def images_per_second(run: Run, seconds: float) -> float:
    """Return how many pictures per second `run` trains on, measured for `seconds`.

    The time includes what the run does between its steps.
    """
    path = run.folder / EVENTS
    reader = EventReader(path, path.stat().st_size)
    first, start = next_steps(run, reader), time.perf_counter()
    while True:
        last, took = next_steps(run, reader), time.perf_counter() - start
        if took >= seconds:
            return (last["images"] - first["images"]) / took


def next_steps(run: Run, reader: EventReader) -> Event:
    """Wait until `run` reports steps, and return the last; `TimeoutError` if it does not."""
    deadline = time.monotonic() + STEPS_TIMEOUT
    while time.monotonic() < deadline:
        reported = [event for event in reader.new() if event["kind"] == "steps"]
        if reported:
            return reported[-1]
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"the run is {run.state.status}, not training: {run.state.message}")
