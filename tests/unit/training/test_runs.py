"""Runs belong to their visitor, a name is never a path, and one damaged run harms no other."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnndemo.errors import InputError
from rnndemo.jobs import process
from rnndemo.jobs.process import worker_of
from rnndemo.presets import PRESETS
from rnndemo.storage.folders import HOME, home, owner_of
from rnndemo.storage.locks import is_locked
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import CONFIG, CONTROLS, WORKER
from rnndemo.training.runs import MAX_ACTIVE, Run, Runs
from tests.sleepers import Sleeper, end
from tests.small import changed

FAST = PRESETS["fast"]


pytestmark = pytest.mark.usefixtures("sleepers")


@pytest.fixture
def you() -> Runs:
    return Runs(owner_of("you"))


def requests(run: Run) -> list[str]:
    return [event["kind"] for event in EventReader(run.folder / CONTROLS).new()]


# --- whose is it ----------------------------------------------------------------------------


def test_visitors_do_not_see_each_other(me: Runs, you: Runs) -> None:
    mine, yours = me.start(FAST), you.start(FAST)
    assert [run.name for run in me.all()] == [mine.name]
    assert [run.name for run in you.all()] == [yours.name]
    assert me.find(mine.name).own
    assert not you.find(mine.name).own  # with the link it can be looked at


def test_other_visitors_run_can_be_looked_at_and_not_touched(me: Runs, you: Runs) -> None:
    mine = me.start(FAST, "mine")
    before = {path.name: path.read_bytes() for path in mine.folder.iterdir()}
    seen = you.find(mine.name)
    assert (seen.config, seen.state.status, seen.about["title"]) == (FAST, "queued", "mine")
    for touch in (
        lambda: seen.ask("stop"), lambda: seen.ask("pause"), lambda: seen.describe("x", ""),
        seen.kill, lambda: you.delete(mine.name), lambda: you.undelete(mine.name),
    ):  # fmt: skip
        with pytest.raises(InputError):
            touch()
    assert {path.name: path.read_bytes() for path in mine.folder.iterdir()} == before
    assert is_locked(mine.folder / WORKER)


def test_deleted_run_of_another_is_not_brought_back(me: Runs, you: Runs) -> None:
    mine = me.start(FAST)
    me.delete(mine.name)
    with pytest.raises(InputError, match="deleted too long ago"):
        you.undelete(mine.name)
    with pytest.raises(InputError, match="The run of this link is not here"):
        you.find(mine.name)


NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["..", ".", "", "/", "../../etc", "a" * 21, "A" * 20, "0" * 19 + "\n", "%2e"]),
    st.from_regex(r"[0-9a-f]{18}(\.\.|/\.|\n|\x00|/..)", fullmatch=True),
    st.lists(st.sampled_from(["..", "runs", "trash", "config.json", "*", "?", "[0-9]"]), max_size=4)
    .map("/".join),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NASTY)
def test_no_name_is_a_path(name: str, data_folder: Path) -> None:
    (data_folder / CONFIG).write_text("{}")  # a run's file where none is
    (data_folder / "runs").mkdir(exist_ok=True)
    (data_folder / "runs" / CONFIG).write_text("{}")
    before = sorted(path for path in data_folder.rglob("*"))
    visitor = Runs(owner_of("me"))
    for use in (visitor.find, visitor.delete, visitor.undelete):
        with pytest.raises(InputError):
            use(name)
    with pytest.raises(ValueError, match="name"):
        Runs(name)
    assert sorted(path for path in data_folder.rglob("*")) == before


# --- start, ask -----------------------------------------------------------------------------


def test_start_hands_the_lock_to_its_worker(me: Runs, data_folder: Path) -> None:
    run = me.start(FAST, "  a title  ")
    folder, queue, place, _, _ = Sleeper.spawned[0]
    assert (Path(folder), Path(queue), place) == (run.folder, data_folder / "queue", "0")
    assert is_locked(run.folder / WORKER)
    assert worker_of(run.folder) == process.children[0].pid
    assert (run.state.status, requests(run), run.about["title"]) == ("queued", ["go"], "a title")


def test_held_run_begins_with_hold(me: Runs) -> None:
    assert requests(me.start(FAST, paused=True)) == ["hold"]


def test_living_worker_gets_the_request_and_no_second_worker(me: Runs) -> None:
    run = me.start(FAST)
    run.ask("lr", lr=0.1)
    run.ask("stop")
    assert requests(run) == ["go", "lr", "stop"]
    assert len(Sleeper.spawned) == 1


def test_run_without_a_worker_gets_one_that_reads_from_this_request_on(me: Runs) -> None:
    run = me.start(FAST)
    end(run)
    place = (run.folder / CONTROLS).stat().st_size
    run.ask("go", steps=1)
    assert len(Sleeper.spawned) == 2
    assert Sleeper.spawned[1][2] == str(place)
    assert run.state.status == "queued"
    assert is_locked(run.folder / WORKER)


@pytest.mark.parametrize(
    ("status", "kind", "content"),
    [("done", "epochs", {"epochs": 1}), ("paused", "go", {}), ("paused", "stop", {})],
)
def test_run_without_its_checkpoint_is_not_trained_anew(
    status: str, kind: str, content: dict[str, int], me: Runs
) -> None:
    run = me.start(FAST)
    end(run, status, step=7, steps=20)
    before, asked = run.state, requests(run)
    with pytest.raises(InputError, match="checkpoint of this run is missing"):
        run.ask(kind, **content)
    assert (run.state, requests(run), run.running) == (before, asked, False)


def test_killed_the_moment_it_was_started_it_can_be_resumed(me: Runs) -> None:
    run = me.start(FAST)
    run.kill()
    assert (run.state.status, is_locked(run.folder / WORKER)) == ("paused", False)
    run.ask("go")
    assert (run.state.status, len(Sleeper.spawned)) == ("queued", 2)


@pytest.mark.parametrize(
    ("status", "kind"),
    [("paused", "pause"), ("done", "pause"), ("done", "stop"), ("stopped", "stop")],
)
def test_request_that_changes_nothing_starts_no_worker(status: str, kind: str, me: Runs) -> None:
    run = me.start(FAST)
    end(run, status)
    run.ask(kind)
    assert (run.state.status, len(Sleeper.spawned), requests(run)) == (status, 1, ["go"])


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("lr", {"lr": -1}, "lr = -1.0: a number from"),
        ("lr", {"lr": float("nan")}, "lr = nan"),
        ("epochs", {"epochs": "x"}, "epochs = 'x': a whole number"),
        ("go", {"steps": -1}, "steps = -1: a whole number"),
        ("dance", {}, "'dance'; choose one of go, pause"),
    ],
)
def test_bad_request_is_refused_before_it_is_written(
    kind: str, content: dict[str, Any], message: str, me: Runs
) -> None:
    run = me.start(FAST)
    with pytest.raises(InputError, match=message):
        run.ask(kind, **content)
    assert requests(run) == ["go"]


def test_active_runs_are_limited(me: Runs, you: Runs) -> None:
    started = [me.start(FAST) for _ in range(MAX_ACTIVE)]
    with pytest.raises(InputError, match="already training or waiting"):
        me.start(FAST)
    assert len(me.all()) == MAX_ACTIVE
    started[0].ask("pause")  # one that is active may still be asked
    you.start(FAST)
    end(started[0])
    me.start(FAST)
    with pytest.raises(InputError, match="already training or waiting"):
        started[0].ask("go")


def test_stored_runs_are_limited(me: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Runs, "limit", 2)
    end(me.start(FAST))
    end(me.start(FAST))
    with pytest.raises(InputError, match="keep up to 2 runs. Delete some first"):
        me.start(FAST)
    assert len(me.all()) == 2


@pytest.mark.parametrize(
    "config",
    [
        changed(data__name="folder:/etc"),
        changed(data__name="npz:/etc/passwd"),
        changed(data__name="nothing"),
        changed(data__synthetic=0.5, data__outliers=0.5),
    ],
)
def test_what_cannot_be_trained_here_leaves_nothing_behind(config: Any, me: Runs) -> None:
    with pytest.raises(InputError):
        me.start(config)
    assert not me.folder.exists()


def test_relative_data_folder_is_the_same_for_workers(
    me: Runs, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data_folder)
    monkeypatch.setenv(HOME, "data")
    assert home() == data_folder / "data"
    run = Runs(owner_of("me")).start(FAST)
    assert Path(Sleeper.spawned[0][0]) == run.folder
    assert run.folder.is_absolute()


def test_copy_of_a_run_is_whole_or_not_there(
    me: Runs, you: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = you.start(FAST)
    end(theirs, "done", step=3)
    copy = me.copy(theirs.folder, "mine now")
    assert (copy.own, copy.config, copy.state) == (True, FAST, theirs.state)
    assert not (copy.folder / CONTROLS).exists()
    monkeypatch.setattr("rnndemo.training.runs.write_bytes", refused)
    with pytest.raises(InputError, match="No space left"):
        me.copy(theirs.folder, "another")
    assert [path.name for path in me.folder.iterdir()] == [copy.name]
    monkeypatch.setattr(Runs, "limit", 1)
    with pytest.raises(InputError, match="keep up to 1 runs"):
        me.copy(theirs.folder, "one more")


def refused(*given: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
