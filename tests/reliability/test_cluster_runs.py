"""Runs of the page Train on a Dask cluster of real processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from distributed import Client

from rnndemo.cluster.mirror import GONE, UNREACHED
from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.load import load
from rnndemo.jobs.cluster import SCHEDULER, room
from rnndemo.jobs.process import worker_of
from rnndemo.jobs.queue import Turn, slots
from rnndemo.models.store import load_folder
from rnndemo.storage.locks import is_locked
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import EVENTS, REPORT, WEIGHTS, WORKER
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.runs import Runs
from rnndemo.training.state import CLUSTER
from tests.runs import differing, events, tensors, until, until_state, until_step
from tests.studies import cluster, warm

SHORT = RunConfig(
    data=DataConfig(train_size=1000),
    model=ModelConfig(hidden_size=8, dropout=0.1),
    training=TrainingConfig(epochs=4, batch_size=50, schedule="constant", lr=0.01),
)
PER_EPOCH = 20
LONGER = replace(SHORT, training=replace(SHORT.training, epochs=12))
STEPS = 12 * PER_EPOCH
LONG = replace(SHORT, training=replace(SHORT.training, epochs=1000))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    load("digits")
    with cluster(tmp_path_factory.mktemp("cluster")) as machines:
        warm(machines.address, 2)
        yield machines.address


@pytest.fixture
def others(tmp_path: Path) -> Iterator[list[Turn]]:
    """Turns that take every place of the server."""
    others = [Turn(tmp_path / "queue", f"other{number}") for number in range(slots())]
    assert all(other.place() == 0 for other in others)
    yield others
    for other in others:
        other.give_back()


@pytest.fixture
def full(visitor: Runs, others: list[Turn]) -> Runs:
    """A visitor of a server that has no place left."""
    return visitor


@pytest.fixture
def away(full: Runs, address: str, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The same, with a cluster."""
    monkeypatch.setenv(SCHEDULER, address)
    return full


def kill(address: str) -> None:
    """Kill the worker on the cluster that trains the only run."""
    with Client(address, set_as_default=False) as client:

        def look() -> list[str]:
            return [worker for worker, keys in client.processing().items() if keys]

        worker = until(look, "a worker that trains")[0]
        process = client.run(os.getpid, workers=[worker])[worker]
    os.kill(process, signal.SIGKILL)


def left_queues(address: str) -> list[str]:
    """Return the names of the queues that the scheduler of a cluster has."""

    def names(dask_scheduler: Any) -> list[str]:
        return list(dask_scheduler.extensions["queues"].queues)

    with Client(address, set_as_default=False) as client:
        return client.run_on_scheduler(names)


def test_run_on_the_cluster_is_live_and_ends_with_the_same_bits(
    away: Runs, address: str, tmp_path: Path
) -> None:
    run = away.start(LONGER)
    first = until_step(run, 1)
    assert run.state.active, "it reports before its end"
    assert "libtorch" not in Path(f"/proc/{worker_of(run.folder)}/maps").read_text()
    done = until_state(run, "done")
    assert (done.where, done.step, done.message) == (CLUSTER, STEPS, "")
    assert first["step"] < STEPS

    make_run(tmp_path / "here", LONGER)
    torch.set_num_threads(1)
    Engine(tmp_path / "here", load("digits")).run()
    here, there = ((folder / WEIGHTS).read_bytes() for folder in (tmp_path / "here", run.folder))
    assert here == there
    assert differing(tensors(tmp_path / "here"), tensors(run.folder)) == []
    assert [e["step"] for e in events(run.folder, "steps")][-1] == STEPS
    assert [len(events(run.folder, kind)) for kind in ("start", "rewind", "test")] == [1, 1, 1]
    assert EventReader(run.folder / EVENTS).damaged == 0
    assert load_folder(run.folder).card.test_accuracy == done.test_accuracy
    assert (run.folder / REPORT).read_bytes()[:2] == b"PK"
    until(lambda: not is_locked(run.folder / WORKER), "the end of its launcher")
    assert (run.folder / "worker.log").read_bytes() == b""
    until(lambda: left_queues(address) == [], "a scheduler that has let go of all messages")


def test_requests_reach_the_cluster_and_one_death_of_a_worker_is_borne(
    away: Runs, address: str
) -> None:
    run = away.start(LONG, paused=True)
    run.ask("go", steps=1)
    until(lambda: run.state.step == 1, "one step")
    run.ask("go", epochs=1)
    until(lambda: run.state.step == PER_EPOCH, "the end of the epoch")
    assert until_state(run, "paused").where == CLUSTER
    run.ask("lr", lr=0.002)
    until(lambda: events(run.folder, "lr"), "the new rate")
    run.ask("go")
    until_step(run, PER_EPOCH + 1)
    until_state(run, "running")  # it comes after what was reported; else the last pause is seen
    run.ask("pause")
    paused = until_state(run, "paused")
    assert paused.step == events(run.folder, "steps")[-1]["step"]
    run.ask("go")
    until_step(run, paused.step + 1)
    kill(address)
    until(lambda: len(events(run.folder, "start")) == 2, "another worker")
    again = events(run.folder, "rewind")[-1]["step"]
    assert again >= paused.step
    assert until_step(run, again + 1)["lr"] == 0.002
    kill(address)
    assert until_state(run, "paused").message == GONE
    run.ask("stop")  # from the last checkpoint, and here, since only a test is left
    ended = until_state(run, "stopped")
    assert (ended.message, ended.where) == ("", "")
    assert ended.step >= again
    assert load_folder(run.folder).card.test_accuracy == ended.test_accuracy


def test_as_many_train_as_the_cluster_has_workers_and_others_wait(away: Runs) -> None:
    first, second = away.start(LONG), away.start(LONG)
    until_state(first, "running")
    until_state(second, "running")
    third = away.start(SHORT)
    until(lambda: third.place == 1, "its place")
    assert third.state.status == "queued"
    first.kill()
    until_state(third, "running", "done")
    assert (third.place, first.state.status) == (0, "paused")
    assert third.state.where == CLUSTER


def test_without_a_cluster_in_reach_this_machine_trains_it(
    full: Runs, others: list[Turn], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SCHEDULER, "tcp://127.0.0.1:1")
    run = full.start(SHORT)
    until(lambda: run.place == 1, "its place")
    others[0].give_back()
    begun = until_state(run, "running")
    assert (begun.where, begun.message, room()) == ("", "", 0)


def test_cluster_that_is_lost_leaves_a_run_that_goes_on_here(
    full: Runs, others: list[Turn], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster(tmp_path, workers=1) as machines:
        warm(machines.address, 1)
        monkeypatch.setenv(SCHEDULER, machines.address)
        run = full.start(LONG)
        until_step(run, 1)
        os.killpg(machines.scheduler, signal.SIGKILL)
        lost = until_state(run, "paused")
    assert lost.message == UNREACHED
    others[0].give_back()
    run.ask("go")
    until(lambda: run.state.where == "", "its beginning here")
    assert until_state(run, "running").message == ""
