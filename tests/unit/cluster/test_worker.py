"""A run and its mirror: whatever happens between them, the folder ends as it should."""

from __future__ import annotations

import queue
import random
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from rnndemo.cluster import mirror, remote
from rnndemo.cluster.dask import MAX_UPDATES
from rnndemo.cluster.messages import Cargo, RunUpdate
from rnndemo.cluster.mirror import GONE, UNREACHED, Mirror, own_data
from rnndemo.cluster.remote import train_live
from rnndemo.cluster.worker import HereOrCluster
from rnndemo.data.load import data_of
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.jobs import cluster
from rnndemo.jobs.queue import Turn
from rnndemo.storage import limits
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.storage.log import Event, EventReader
from rnndemo.storage.names import CONTROLS, EVENTS, WEIGHTS
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.state import CLUSTER, OVER, RunState, read_state
from rnndemo.trials.executor import DIED
from rnndemo.trials.task import COMPLETE, STOPPED, Result, Task, failed
from tests.own import drawn_set
from tests.runs import differing, events, take_lock, tensors, write_request
from tests.small import changed

CONFIG_OF_RUN = changed(
    model__hidden_size=8, data__train_size=200, training__batch_size=20, training__epochs=4
)
STEPS = 40


class Messages(queue.Queue[dict[str, Any]]):
    """In place of Dask's queue."""

    name = ""
    delay: Callable[[], float] = staticmethod(lambda: 0.0)

    def put(self, value: dict[str, Any], block: bool = True, timeout: float | None = None) -> None:
        time.sleep(self.delay())
        try:
            super().put(value, block, timeout)
        except queue.Full:
            raise TimeoutError from None

    def get(self, block: bool = True, timeout: float | None = None) -> dict[str, Any]:
        time.sleep(self.delay())
        try:
            return super().get(block, timeout)
        except queue.Empty:
            raise TimeoutError from None


class Line:
    """In place of `LiveCluster`: workers in threads of this process.

    Parameters
    ----------
    chance : random.Random, optional
        How long messages take.
    deaths : tuple of int
        After how many updates the first workers die; another takes the task, as Dask does it.
    """

    lost = False

    def __init__(self, chance: random.Random | None = None, deaths: Sequence[int] = ()) -> None:
        self.chance, self.deaths = chance, list(deaths)
        self.results: queue.Queue[Result] = queue.Queue()
        self.requests: dict[str, Messages] = {}
        self.submitted = 0
        self.closed = False

    def submit(self, task: Task) -> None:
        self.submitted += 1
        self.updates = self.messages(MAX_UPDATES)
        threading.Thread(target=self.work, args=[task.folder.name]).start()

    def messages(self, size: int = 0) -> Messages:
        messages = Messages(size)
        if chance := self.chance:
            messages.delay = lambda: chance.uniform(0.0, 0.03)
        return messages

    def work(self, run: str) -> None:
        requests = self.messages()
        requests.name = str(len(self.requests))
        self.requests[requests.name] = requests
        left = [self.deaths.pop(0)] if self.deaths else []
        updates = Mortal(self.updates, left)
        train_live(run, updates, requests, lambda: self.closed or left == [0])
        if left == [0] and not self.closed:
            self.work(run)
        else:
            self.results.put(Result(COMPLETE))

    def receive(self, seconds: float) -> RunUpdate | Result | None:
        with suppress(TimeoutError):
            return RunUpdate(**self.updates.get(timeout=seconds))
        return None if self.results.empty() else self.results.get()

    def send(self, attempt: str, message: Cargo | Event) -> None:
        self.requests[attempt].put(vars(message) if isinstance(message, Cargo) else message)

    def close(self) -> None:
        self.closed = True


@dataclass
class Mortal:
    """Updates of a worker that dies after a number of them."""

    updates: Messages
    left: list[int]

    def put(self, value: dict[str, Any], timeout: float) -> None:
        self.updates.put(value, timeout=timeout)
        self.left[:] = [number - 1 for number in self.left]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_run(tmp_path / "run", CONFIG_OF_RUN)
    return tmp_path / "run"


@pytest.fixture(autouse=True)
def quick(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.data.load.load", lambda spec, frame: few_digits)
    monkeypatch.setattr(remote, "PAUSE_TIMEOUT", 0.2)
    monkeypatch.setattr(remote, "UPDATE_SECONDS", 0.004)
    monkeypatch.setattr(mirror, "REQUEST_SECONDS", 0.002)


def mirrored(folder: Path, line: Any, *kinds: str) -> tuple[RunState, EventReader]:
    """Act as the launcher of a run with these requests; return its final state."""
    take_lock(folder)
    controls = EventReader(folder / CONTROLS)
    try:
        Mirror(folder, controls, line, [{"kind": kind} for kind in kinds]).run()
    finally:
        line.close()
    return read_state(folder), controls


@pytest.mark.parametrize("seed", [None, 0, 1])
def test_folder_is_as_if_the_run_had_been_trained_here(
    seed: int | None, folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    send = remote._Exchange.send

    def watch(exchange: remote._Exchange, last: bool = False) -> None:
        if last:
            written.append((exchange.folder / EVENTS).read_bytes())
        send(exchange, last)

    monkeypatch.setattr(remote._Exchange, "send", watch)
    chance = None if seed is None else random.Random(seed)
    state, _ = mirrored(folder, Line(chance), "go")
    here = trained_here(folder, few_digits)
    assert (state.status, state.step, state.where) == ("done", STEPS, CLUSTER)
    assert (folder / WEIGHTS).read_bytes() == (here / WEIGHTS).read_bytes()
    assert differing(tensors(folder), tensors(here)) == []
    assert [(folder / EVENTS).read_bytes()] == written
    assert [len(events(folder, kind)) for kind in ("rewind", "start", "test")] == [1, 1, 1]
    assert {path.name for path in here.iterdir()} <= {path.name for path in folder.iterdir()}
    assert torch.get_num_threads() == 1


def trained_here(folder: Path, data: DataSet) -> Path:
    here = folder.with_name("here")
    make_run(here, CONFIG_OF_RUN)
    Engine(here, data).run()
    return here


@pytest.mark.parametrize("death", [1, 2, 3, 4, 6, 9])
def test_run_whose_worker_dies_at_any_time_ends_with_the_same_bits(
    death: int, folder: Path, few_digits: DataSet
) -> None:
    state, _ = mirrored(folder, Line(deaths=[death]), "go")
    here = trained_here(folder, few_digits)
    assert (state.status, state.step, state.message) == ("done", STEPS, "")
    assert (folder / WEIGHTS).read_bytes() == (here / WEIGHTS).read_bytes()
    assert EventReader(folder / EVENTS).damaged == 0


@pytest.mark.parametrize("seed", [3, 4])
def test_every_request_is_received_once_though_the_line_is_slow(seed: int, folder: Path) -> None:
    for lr in (0.001, 0.002, 0.003):
        write_request(folder, "lr", lr=lr)
    write_request(folder, "go", steps=3)
    write_request(folder, "nonsense")
    state, controls = mirrored(folder, Line(random.Random(seed)), "hold")
    assert [e["lr"] for e in events(folder, "lr")] == [0.001, 0.002, 0.003]
    assert (state.status, state.step) == ("paused", 3)
    assert not controls.waiting()


def test_request_that_comes_too_late_is_left_for_who_has_the_run_next(folder: Path) -> None:
    class Deaf(Line):
        def send(self, attempt: str, message: Cargo | Event) -> None:
            if isinstance(message, Cargo):
                super().send(attempt, message)

    write_request(folder, "lr", lr=0.001)
    _, controls = mirrored(folder, Deaf(), "go", "hold")
    assert [one["kind"] for one in controls.new()] == ["lr"]


def test_request_that_is_received_but_not_acted_upon_is_left_as_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.training.engine.LISTEN_SECONDS", 1000.0)
    write_request(folder, "lr", lr=0.001)
    state, controls = mirrored(folder, Line(), "go")
    assert (state.status, events(folder, "lr")) == ("done", [])
    assert [one["kind"] for one in controls.new()] == ["lr"]


def test_task_whose_worker_died_is_submitted_once_more(folder: Path) -> None:
    class Deadly(Line):
        def work(self, run: str) -> None:
            if self.submitted == 1:
                self.results.put(failed(InputError(DIED)))
            else:
                super().work(run)

    line = Deadly()
    state, _ = mirrored(folder, line, "go")
    assert (line.submitted, state.status, state.message) == (2, "done", "")


@pytest.mark.parametrize("death", [2, 3, 4, 6])
def test_run_goes_on_from_what_came_back_with_its_new_rate(death: int, folder: Path) -> None:
    write_request(folder, "lr", lr=0.002)
    state, _ = mirrored(folder, Line(deaths=[death]), "go")
    assert (state.status, state.step) == ("done", STEPS)
    assert events(folder, "steps")[-1]["lr"] < 0.01
    assert {e["lr"] for e in events(folder, "lr")} == {0.002}


def test_after_the_second_death_it_is_paused_with_a_sentence(folder: Path) -> None:
    state, _ = mirrored(folder, Line(deaths=[3, 3]), "go")
    assert (state.status, state.message) == ("paused", GONE)


def test_lost_cluster_leaves_it_paused(folder: Path) -> None:
    class Lost(Line):
        def work(self, run: str) -> None:
            self.results.put(Result(STOPPED))

    state, _ = mirrored(folder, Lost(), "go")
    assert (state.status, state.message) == ("paused", UNREACHED)


def test_silent_worker_counts_as_dead(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(Line):
        def receive(self, seconds: float) -> RunUpdate | Result | None:
            return None if self.requests["0"].qsize() else super().receive(seconds)

        def work(self, run: str) -> None:
            self.requests["0"] = self.messages()
            self.updates.put(vars(RunUpdate("0")))

    monkeypatch.setattr(mirror, "UPDATE_TIMEOUT", 0.1)
    state, _ = mirrored(folder, Silent(), "go")
    assert (state.status, state.message) == ("paused", UNREACHED)


def test_launcher_that_is_busy_for_long_misses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Busy(Line):
        def receive(self, seconds: float) -> RunUpdate | Result | None:
            time.sleep(0.2)
            return super().receive(seconds)

    monkeypatch.setattr(remote, "PAUSE_TIMEOUT", 20.0)
    write_request(folder, "lr", lr=0.001)
    write_request(folder, "epochs", epochs=1)
    line = Busy()
    state, controls = mirrored(folder, line, "hold")
    assert (line.submitted, state.status, state.step) == (1, "done", STEPS // 4)
    assert [len(events(folder, kind)) for kind in ("lr", "epochs", "start")] == [1, 1, 1]
    assert not controls.waiting()


def test_task_ends_when_its_launcher_has_ended() -> None:
    line = Line()
    line.close()
    line.updates = line.messages()
    line.work("run")
    assert line.results.get(timeout=5.0).state == COMPLETE


def test_what_fails_there_is_reported_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(spec: str, frame: str) -> DataSet:
        raise InputError("There is no data set named {name!r}.", name="digits")

    monkeypatch.setattr("rnndemo.data.load.load", refuse)
    state, _ = mirrored(folder, Line(), "go")
    assert (state.status, state.values) == ("failed", {"name": "digits"})


# --- where it is trained --------------------------------------------------------------------------


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setenv(cluster.SCHEDULER, "tcp://127.0.0.1:1")
    monkeypatch.setattr("rnndemo.jobs.queue.slots", lambda: 1)
    return tmp_path / "queue"


def test_this_machine_comes_first_then_the_cluster_then_the_queue(
    at_home: Path, folder: Path
) -> None:
    cluster.write_room(1)
    turns = [HereOrCluster(at_home, _named(folder, name)) for name in ("a", "b", "c", "d")]
    assert [turn.place() for turn in turns] == [0, 0, 1, 2]
    assert [turn.on_cluster for turn in turns] == [False, True, False, False]
    turns[1].give_back()
    assert (turns[3].place(), turns[2].place(), turns[2].on_cluster) == (2, 0, True)
    turns[0].give_back()
    assert (turns[3].place(), turns[3].on_cluster) == (0, False)
    for turn in turns:
        turn.give_back()


def _named(folder: Path, name: str) -> Path:
    return Path(shutil.copytree(folder, folder.with_name(name)))


def test_cluster_out_of_reach_has_no_room(at_home: Path, folder: Path) -> None:
    holder = Turn(at_home, "other")
    assert holder.place() == 0
    turn = HereOrCluster(at_home, folder)
    assert turn.place() == 1
    assert (cluster.room(), cluster.age() < 5) == (0, True)
    holder.give_back()
    assert (turn.place(), turn.on_cluster) == (0, False)
    turn.give_back()


def test_a_run_of_scenes_waits_for_this_machine(at_home: Path, tmp_path: Path) -> None:
    make_run(tmp_path / "run", changed(data__name="scenes", model__network="renet"))
    cluster.write_room(1)  # a picture that a page puts into its folder stays here
    holder = Turn(at_home, "other")
    assert holder.place() == 0
    turn = HereOrCluster(at_home, tmp_path / "run")
    assert (turn.place(), turn.on_cluster) == (1, False)
    holder.give_back()
    assert (turn.place(), turn.on_cluster) == (0, False)
    turn.give_back()


def test_run_on_the_cluster_has_the_limit_of_its_server(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = changed(
        model__hidden_size=8, data__train_size=200, training__batch_size=20, training__epochs=1000
    )
    make_run(folder.with_name("long"), long)
    monkeypatch.setenv(limits.RUN_SECONDS, "0.2")
    line = Line()
    send, sent = line.send, []
    monkeypatch.setattr(line, "send", lambda *given: (sent.append(given[1]), send(*given)))
    state, _ = mirrored(folder.with_name("long"), line, "go")
    assert sent[0].most_seconds == 0.2
    assert (state.status, state.message, state.where) == ("stopped", OVER, CLUSTER)
    assert state.seconds >= 0.2
    assert state.step < state.steps
    assert state.test_accuracy is not None


def test_cargo_of_an_older_launcher_has_no_limit() -> None:
    assert Cargo(files={}, data={}, requests=()).most_seconds == 0


def test_room_that_was_known_long_ago_is_none(
    at_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cluster.room() == 0
    cluster.write_room(7)
    assert cluster.room() == 7
    monkeypatch.setattr(cluster, "OUTDATED", -1.0)
    assert cluster.room() == 0


def test_own_set_goes_along_and_is_the_same_there(
    at_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv(HOME, str(tmp_path / "server"))
    own = drawn_set(OwnSets(owner_of("someone")))
    config = changed(data__name=own.spec, data__train_size=0)
    here = data_of(config)
    files = own_data(config)
    monkeypatch.setenv(HOME, str(tmp_path / "elsewhere"))
    (tmp_path / "there").mkdir()
    with remote._own_data({**files, "../outside": b""}, tmp_path / "there"):
        there = data_of(config)
    assert torch.equal(here.train.images, there.train.images)
    assert here.classes == there.classes
    assert not (tmp_path / "outside").exists()
    monkeypatch.setenv(HOME, str(tmp_path / "server"))
    monkeypatch.setattr(mirror, "MAX_DATA", 10)
    assert own_data(config) == {}
