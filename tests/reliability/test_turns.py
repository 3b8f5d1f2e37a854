"""Runs that wait lose nothing when workers and the server are killed, and go on by themselves."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.jobs.machine import slots
from rnndemo.jobs.process import worker_of
from rnndemo.jobs.queue import run_queue, watch
from rnndemo.storage.folders import owner_of
from rnndemo.storage.locks import is_locked
from rnndemo.storage.names import WORKER
from rnndemo.training.runs import Run, Runs
from tests.runs import until, until_state, until_step

SHORT = RunConfig(
    data=DataConfig(train_size=500),
    model=ModelConfig(hidden_size=8),
    training=TrainingConfig(epochs=1, batch_size=50),
)
LONG = replace(SHORT, training=replace(SHORT.training, epochs=1000))


@pytest.fixture
def other(visitor: Runs) -> Iterator[Runs]:
    """Another visitor of the same server, whose runs are ended first."""
    other = Runs(owner_of("another"))
    yield other
    for run in other.all():
        run.kill()


def kill(run: Run) -> None:
    """Kill its worker as the system would; nobody who started it notices."""
    with suppress(OSError, ValueError):
        os.kill(worker_of(run.folder), signal.SIGKILL)
    until(lambda: not is_locked(run.folder / WORKER), "its end")


def test_runs_that_wait_go_on_whoever_is_killed(visitor: Runs, other: Runs) -> None:
    training = [visitor.start(LONG) for _ in range(slots())]
    mine, theirs = visitor.start(SHORT, "mine"), other.start(LONG, "theirs")
    assert (theirs.place, mine.place) == (1, 2)  # who has a training waits behind who has none
    assert not is_locked(theirs.folder / WORKER)
    for run in training:
        until_step(run, 1)
    kill(training[0])
    if slots() == 1:
        watch(run_queue())  # there is no other worker that could do this
    until_state(theirs, "running")  # another worker has seen to that
    assert (mine.state.status, mine.place) == ("queued", 1)
    for run in (*training[1:], theirs):  # all workers at once, and no server watches
        kill(run)
    if mine.state.status == "queued":  # unless a worker was faster
        watch(run_queue())  # the server is started again
    assert until_state(mine, "done").test_accuracy is not None
    assert [run.state.status for run in (*training, theirs)] == ["paused"] * (slots() + 1)


def test_run_that_waits_is_paused_stopped_and_deleted(visitor: Runs, other: Runs) -> None:
    training = [other.start(LONG) for _ in range(slots())]
    paused, stopped, deleted, held = (visitor.start(SHORT) for _ in range(4))
    held.ask("lr", lr=0.1)
    paused.ask("pause")
    assert until_state(paused, "paused").message == ""
    stopped.ask("stop")
    assert until_state(stopped, "stopped").step == 0
    visitor.delete(deleted.name)
    assert (held.state.status, held.place) == ("queued", 1)
    paused.ask("go")
    assert (paused.state.status, paused.place) == ("queued", 2)
    back = visitor.undelete(deleted.name)
    assert (back.state.status, back.place) == ("paused", 0)
    for run in training:
        run.kill()
    assert until_state(held, "done").step == until_state(paused, "done").step == 10
