"""A run and its mirror: whatever goes astray between them, the folder ends as it should."""

from __future__ import annotations

import queue
import random
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from rnndemo.cluster import messages, mirror, remote
from rnndemo.cluster.messages import RunRequest, RunUpdate
from rnndemo.cluster.mirror import GONE, UNREACHED, Mirror, own_data
from rnndemo.cluster.remote import answer_live, train_live
from rnndemo.cluster.worker import HereOrCluster
from rnndemo.data.load import data_of
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.jobs import cluster
from rnndemo.jobs.queue import Turn
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import CHECKPOINT, CONFIG, CONTROLS, EVENTS, REPORT, WEIGHTS
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.state import CLUSTER, RunState, read_state
from rnndemo.trials.executor import DIED, Ended, TrialEvent
from rnndemo.trials.task import COMPLETE, STOPPED, Result, Task, failed
from tests.own import drawn_set
from tests.runs import differing, events, take_lock, tensors, wish
from tests.small import changed

CONFIG_OF_RUN = changed(
    model__hidden_size=8, data__train_size=200, training__batch_size=20, training__epochs=4
)
STEPS = 40


class Line:
    """In place of `LiveCluster`: a worker in a thread, and a line that loses things.

    Parameters
    ----------
    chance : random.Random, optional
        Whether a question or an answer is lost.
    """

    lost = False

    def __init__(self, chance: random.Random | None = None) -> None:
        self.chance = chance
        self.ended: queue.Queue[Result] = queue.Queue()
        self.last: RunUpdate | None = None
        self.submitted = 0
        self.deaths = 0  # tasks that are to die at once

    def submit(self, task: Task) -> None:
        self.submitted += 1
        if self.deaths:
            self.deaths -= 1
            self.ended.put(failed(InputError(DIED)))
        else:
            threading.Thread(target=self._work, args=[task.folder.name]).start()

    def _work(self, run: str) -> None:
        self.last = train_live(run, "task")
        self.ended.put(Result(COMPLETE))

    def finished(self, seconds: float) -> list[TrialEvent]:
        try:
            return [Ended(0, self.ended.get(timeout=seconds))]
        except queue.Empty:
            return []

    def ask(self, number: int, question: RunRequest) -> RunUpdate | None:
        if self.chance and self.chance.random() < 0.3:
            return None
        answer = answer_live("task", question)
        return None if self.chance and self.chance.random() < 0.3 else answer

    def close(self) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_run(tmp_path / "run", CONFIG_OF_RUN)
    return tmp_path / "run"


@pytest.fixture(autouse=True)
def quick(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.data.load.load", lambda spec, frame: few_digits)
    monkeypatch.setattr(remote, "PAUSE_TIMEOUT", 0.2)
    monkeypatch.setattr(mirror, "NEWS", 0.004)
    monkeypatch.setattr(mirror, "WISHES", 0.002)


def mirrored(folder: Path, line: Any, *kinds: str) -> tuple[RunState, EventReader]:
    """Be the launcher of a run that was asked for these; return what it came to."""
    take_lock(folder)
    controls = EventReader(folder / CONTROLS)
    Mirror(folder, controls, line, [{"kind": kind} for kind in kinds]).run()
    return read_state(folder), controls


@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_folder_is_as_if_the_run_had_been_trained_here(
    seed: int | None, folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bytes] = []
    close = remote._RunChannel.close

    def listen(line: remote._RunChannel, controls: EventReader) -> None:
        told.append((line.folder / EVENTS).read_bytes())
        close(line, controls)

    monkeypatch.setattr(remote._RunChannel, "close", listen)
    chance = None if seed is None else random.Random(seed)
    state, _ = mirrored(folder, Line(chance), "go")
    here = folder.with_name("here")
    make_run(here, CONFIG_OF_RUN)
    Engine(here, few_digits).run()
    assert (state.status, state.step, state.where) == ("done", STEPS, CLUSTER)
    assert (folder / WEIGHTS).read_bytes() == (here / WEIGHTS).read_bytes()
    assert differing(tensors(folder), tensors(here)) == []
    assert [(folder / EVENTS).read_bytes()] == told
    assert [len(events(folder, kind)) for kind in ("rewind", "start", "test")] == [1, 1, 1]
    assert {path.name for path in here.iterdir()} <= {path.name for path in folder.iterdir()}
    assert torch.get_num_threads() == 1
    assert remote._lines == {}


@pytest.mark.parametrize("seed", [3, 4])
def test_every_wish_is_heard_once_though_the_line_is_bad(seed: int, folder: Path) -> None:
    for lr in (0.001, 0.002, 0.003):
        wish(folder, "lr", lr=lr)
    wish(folder, "go", steps=3)
    wish(folder, "nonsense")
    state, controls = mirrored(folder, Line(random.Random(seed)), "hold")
    assert [e["lr"] for e in events(folder, "lr")] == [0.001, 0.002, 0.003]
    assert (state.status, state.step) == ("paused", 3)
    assert not controls.waiting()


def test_wish_that_comes_too_late_is_left_for_who_has_the_run_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deaf(Line):
        def ask(self, number: int, question: RunRequest) -> RunUpdate | None:
            if question.cargo is None and question.attempt:
                return None
            return super().ask(number, replace(question, wishes=()))  # they get lost on the way

    wish(folder, "lr", lr=0.001)
    _, controls = mirrored(folder, Deaf(), "go", "hold")
    assert [one["kind"] for one in controls.new()] == ["lr"]


def test_task_whose_worker_died_is_submitted_once_more(folder: Path) -> None:
    line = Line()
    line.deaths = 1
    line_died, _ = mirrored(folder, line, "go")
    assert (line.submitted, line_died.status, line_died.message) == (2, "done", "")


class Dying(Line):
    """So many workers die once they have begun, and another takes the task, as Dask does it."""

    def __init__(self, folder: Path, deaths: int) -> None:
        super().__init__()
        self.folder, self.deaths, self.dead = folder, deaths, 0

    def submit(self, task: Task) -> None:
        self.submitted += 1
        self.name = f"task-{self.submitted}"
        threading.Thread(target=self._work, args=[task.folder.name]).start()

    def _work(self, run: str) -> None:
        name = self.name
        answer = train_live(run, name)  # who died has nothing to say
        if name == self.name:
            self.last = answer
            self.ended.put(Result(COMPLETE))

    def ask(self, number: int, question: RunRequest) -> RunUpdate | None:
        if self.dead < self.deaths and len(events(self.folder, "start")) > self.dead:
            self.dead += 1
            answer_live(self.name, RunRequest(question.attempt, leave=True))
            self.submit(Task(0, CONFIG_OF_RUN, self.folder))
            return None
        return answer_live(self.name, question)


def test_run_goes_on_from_what_came_back_with_its_new_rate(folder: Path) -> None:
    wish(folder, "lr", lr=0.002)
    state, _ = mirrored(folder, Dying(folder, 1), "go")
    assert (state.status, state.step) == ("done", STEPS)
    assert len(events(folder, "start")) == 2
    assert events(folder, "steps")[-1]["lr"] < 0.01
    assert len(events(folder, "lr")) >= 1


def test_after_the_second_death_it_stands_with_a_sentence(folder: Path) -> None:
    config = changed(training__epochs=500, data__train_size=200, training__batch_size=20)
    make_run(folder, config)
    state, _ = mirrored(folder, Dying(folder, 2), "go")
    assert (state.status, state.message) == ("paused", GONE)


def test_cluster_that_is_lost_leaves_it_standing(folder: Path) -> None:
    class Lost(Line):
        def submit(self, task: Task) -> None:
            self.ended.put(Result(STOPPED))

    state, _ = mirrored(folder, Lost(), "go")
    assert (state.status, state.message) == ("paused", UNREACHED)


def test_worker_that_falls_silent_counts_as_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(Line):
        def ask(self, number: int, question: RunRequest) -> RunUpdate | None:
            return None if question.attempt and not question.leave else super().ask(0, question)

    monkeypatch.setattr(mirror, "SILENCE", 0.1)
    state, _ = mirrored(folder, Silent(), "go")
    assert (state.status, state.message) == ("paused", UNREACHED)


def test_task_that_was_left_alone_for_too_long_is_submitted_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Busy(Line):
        def ask(self, number: int, question: RunRequest) -> RunUpdate | None:
            if self.submitted == 1 and question.attempt:
                return None
            return super().ask(number, question)

    monkeypatch.setattr(remote, "ALONE", 0.5)
    wish(folder, "lr", lr=0.001)
    line = Busy()
    state, controls = mirrored(folder, line, "go")
    assert (line.submitted, state.status, state.step) == (2, "done", STEPS)
    assert [e["lr"] for e in events(folder, "lr")] == [0.001]
    assert not controls.waiting()


def test_task_ends_when_nobody_asks_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "ALONE", 0.05)
    assert train_live("run", "nobody").state == b""


def test_what_fails_there_is_told_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert [turn.goes for turn in turns] == [False, True, False, False]
    turns[1].give_back()
    assert (turns[3].place(), turns[2].place(), turns[2].goes) == (2, 0, True)
    turns[0].give_back()
    assert (turns[3].place(), turns[3].goes) == (0, False)
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
    assert (turn.place(), turn.goes) == (0, False)
    turn.give_back()


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
    kept = drawn_set(OwnSets(owner_of("someone")))
    config = changed(data__name=kept.spec, data__train_size=0)
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


def test_names_of_files_are_those_that_the_engine_writes() -> None:
    assert messages.CHECKPOINT == CHECKPOINT
    assert {WEIGHTS, REPORT, CHECKPOINT} < set(messages.SENT_BACK)
    assert CONFIG in messages.BROUGHT
