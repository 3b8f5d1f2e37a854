"""Stored runs: listed, described, deleted and restored, whatever is damaged."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from rnndemo.errors import InputError
from rnndemo.jobs import process
from rnndemo.jobs.job import MAX_TITLE
from rnndemo.presets import PRESETS
from rnndemo.storage.folders import TRASH_SECONDS
from rnndemo.storage.locks import is_locked
from rnndemo.storage.names import ABOUT, CONFIG, WORKER
from rnndemo.training.runs import MAX_NOTES, Runs
from tests.sleepers import Sleeper, end

pytestmark = pytest.mark.usefixtures("sleepers")
FAST = PRESETS["fast"]


def test_runs_are_listed_newest_first(me: Runs) -> None:
    started = [me.start(FAST, str(number)) for number in range(3)]
    assert [run.about["title"] for run in me.all()] == ["2", "1", "0"]
    assert len({run.name for run in started}) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("state.json", b""), ("state.json", b"[]"), ("state.json", None), (CONFIG, b"{"),
        (CONFIG, b'{"schema": 99}'), (ABOUT, b"\xff"), (ABOUT, None), (WORKER, None),
        ("events.jsonl", b"\x00\x00"),
    ],
)  # fmt: skip
def test_damaged_run_hinders_no_other(name: str, content: bytes | None, me: Runs) -> None:
    damaged, other = me.start(FAST), me.start(FAST)
    end(damaged)
    end(other)
    path = damaged.folder / name
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
    assert {run.name for run in me.all()} == {damaged.name, other.name}
    other.ask("go")
    assert other.state.status == "queued"
    assert me.start(FAST).state.status == "queued"
    me.delete(damaged.name)
    assert damaged.name not in {run.name for run in me.all()}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("state.json", "[]", "state of this run cannot be read"),
        (CONFIG, '{"schema": 99}', "schema 99.*Update the app"),
        (CONFIG, "{", "config.json cannot be read"),
    ],
)
def test_damaged_run_says_so_when_it_is_asked(
    name: str, content: str, message: str, me: Runs
) -> None:
    run = me.start(FAST)
    end(run)
    (run.folder / name).write_text(content)
    with pytest.raises(InputError, match=message):
        run.ask("lr", lr=0.1)
    assert (run.folder / name).read_text() == content
    assert len(Sleeper.spawned) == 1


def test_run_whose_folder_was_removed_says_so(me: Runs) -> None:
    run = me.start(FAST)
    end(run)
    shutil.rmtree(run.folder)
    for use in (lambda: run.ask("go"), lambda: run.state, lambda: run.describe("a", "")):
        with pytest.raises(InputError):
            use()
    with pytest.raises(InputError, match="The run of this link is not here"):
        me.find(run.name)
    assert not run.folder.exists()


def test_what_is_no_run_is_not_listed(me: Runs) -> None:
    run = me.start(FAST)
    (me.folder / "notes").mkdir()
    (me.folder / ("0" * 20)).mkdir()
    (me.folder / ("1" * 20)).write_text("a file")
    (me.folder / ("2" * 20)).symlink_to("2" * 20)
    assert [found.name for found in me.all()] == [run.name]
    with pytest.raises(InputError):
        me.find("0" * 20)


def test_folder_that_cannot_be_read_hinders_no_other(
    me: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, other = me.start(FAST), me.start(FAST)
    is_file = Path.is_file

    def refused(path: Path) -> bool:
        if path.parent == closed.folder:
            raise PermissionError(errno.EACCES, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refused)
    assert [run.name for run in me.all()] == [other.name]
    with pytest.raises(InputError, match="The run of this link is not here"):
        me.find(closed.name)


@pytest.mark.parametrize(
    "content",
    ["[]", "{", "null", "3", '{"made": "yesterday", "title": 7, "notes": null}', '{"made": true}'],
)
def test_about_that_someone_changed_by_hand_is_read_as_far_as_it_goes(
    content: str, me: Runs
) -> None:
    run = me.start(FAST)
    (run.folder / ABOUT).write_text(content)
    assert run.about == {"title": "", "notes": "", "beside": "", "made": 0.0}
    run.describe("new", "notes")
    assert run.about["title"] == "new"
    assert me.all()[0].name == run.name


def test_description_has_its_limits(me: Runs) -> None:
    run = me.start(FAST, "t" * 999)
    assert len(run.about["title"]) == MAX_TITLE
    made = run.about["made"]
    run.describe(" é\n" + "t" * 999, "n" * 9999)
    assert (len(run.about["title"]), len(run.about["notes"])) == (MAX_TITLE, MAX_NOTES)
    assert run.about["made"] == made


# --- deleting -------------------------------------------------------------------------------


def test_deleted_run_comes_back_as_it_was_and_goes_on(me: Runs) -> None:
    run = me.start(FAST, "kept")
    me.delete(run.name)
    assert (me.all(), run.folder.exists()) == ([], False)
    back = me.undelete(run.name)
    assert (back.about["title"], back.state.status) == ("kept", "paused")
    assert not is_locked(back.folder / WORKER)
    back.ask("go")
    assert (back.state.status, len(Sleeper.spawned)) == ("queued", 2)


def test_deleting_ends_the_worker(me: Runs) -> None:
    run = me.start(FAST)
    me.delete(run.name)
    assert process.children[0].wait(timeout=10) < 0


def test_trash_is_emptied_after_a_day(me: Runs) -> None:
    old, new, last = (me.start(FAST) for _ in range(3))
    me.delete(old.name)
    me.delete(new.name)
    long_ago = time.time() - TRASH_SECONDS - 1
    os.utime(me.trash / old.name, (long_ago, long_ago))
    me.delete(last.name)
    with pytest.raises(InputError, match="deleted too long ago"):
        me.undelete(old.name)
    assert me.undelete(new.name).name == new.name


def test_twice_deleted_and_twice_brought_back(me: Runs) -> None:
    run = me.start(FAST)
    for _ in range(2):
        me.delete(run.name)
        with pytest.raises(InputError, match="The run of this link is not here"):
            me.delete(run.name)
        me.undelete(run.name)
        with pytest.raises(InputError, match="cannot be restored"):
            me.undelete(run.name)
    assert [found.name for found in me.all()] == [run.name]


# --- a full disk ----------------------------------------------------------------------------


def full(*given: Any, **options: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_full_disk_is_reported_and_starts_nothing(
    me: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match=r"No space left on device.*make room"):
        me.start(FAST)
    assert (me.all(), Sleeper.spawned) == ([], [])


def test_full_disk_damages_no_run_that_is_there(me: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    run = me.start(FAST, "kept")
    end(run)
    before = {path.name: path.read_bytes() for path in run.folder.iterdir()}
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        patched.setattr("rnndemo.storage.log.os.write", full)
        for use in (lambda: run.ask("go"), lambda: run.describe("new", "")):
            with pytest.raises(InputError, match="No space left on device"):
                use()
    assert {path.name: path.read_bytes() for path in run.folder.iterdir()} == before
    run.ask("go")
    assert run.state.status == "queued"


def test_worker_that_cannot_be_started_leaves_the_run_to_be_resumed(
    me: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = me.start(FAST)
    end(run)
    with monkeypatch.context() as patched:
        patched.setattr("rnndemo.jobs.process.subprocess.Popen", full)
        with pytest.raises(InputError, match="could not be written"):
            run.ask("go")
    assert run.state.status == "paused"
    run.ask("go")
    assert run.state.status == "queued"


def test_about_is_json_that_people_can_read(me: Runs) -> None:
    run = me.start(FAST, "逐行")
    assert json.loads((run.folder / ABOUT).read_text(encoding="utf-8"))["title"] == "逐行"
    assert "逐行" in (run.folder / ABOUT).read_text(encoding="utf-8")
