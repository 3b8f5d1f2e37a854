"""The worker, in this process: it waits its turn, follows requests, and reports how it ended."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from rnndemo.data.sets import DataSet
from rnndemo.jobs import queue, rest
from rnndemo.jobs.process import reserve_note, worker_of
from rnndemo.jobs.queue import Start, Turn
from rnndemo.jobs.rest import Rest
from rnndemo.storage.folders import HOME
from rnndemo.storage.locks import is_locked
from rnndemo.storage.names import CHECKPOINT, CONTROLS, WORKER
from rnndemo.training import worker
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.state import FULL, RunState, read_state
from tests.runs import differing, events, take_lock, tensors, write_raw, write_request
from tests.small import changed

CONFIG = changed(
    model__hidden_size=8, data__train_size=200, training__batch_size=64, training__epochs=5
)
STEPS = 20
Work = Callable[..., RunState]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_run(tmp_path / "run", CONFIG)
    return tmp_path / "run"


@pytest.fixture
def work(folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Write requests and be the worker that reads them."""
    monkeypatch.setattr("rnndemo.data.load.load", lambda spec, frame: few_digits)
    monkeypatch.setattr(worker, "PAUSE_TIMEOUT", 0.05)

    def work(*kinds: str | tuple[str, dict[str, Any]]) -> RunState:
        path = folder / CONTROLS
        place = path.stat().st_size if path.exists() else 0
        for kind in kinds:
            name, content = (kind, {}) if isinstance(kind, str) else kind
            write_request(folder, name, **content)
        lock = take_lock(folder)
        reserve_note(lock)
        assert worker.main([str(folder), str(folder.parent / "queue"), str(place), str(lock)]) == 0
        assert not is_locked(folder / WORKER)
        assert list((folder.parent / "queue").glob("[0-9]*")) == []
        return read_state(folder)

    return work


def at_step(monkeypatch: pytest.MonkeyPatch, step: int, act: Callable[[], object]) -> None:
    """Call a function once, after that step."""
    advance = Engine._advance

    def advance_and_act(engine: Engine) -> None:
        advance(engine)
        if engine.trainer.step == step:
            act()

    monkeypatch.setattr(Engine, "_advance", advance_and_act)


def test_worker_trains_to_the_end(work: Work, folder: Path) -> None:
    assert (work("go").status, read_state(folder).step) == ("done", STEPS)
    assert worker_of(folder) == os.getpid()


def test_worker_without_requests_does_nothing(work: Work, folder: Path) -> None:
    before = read_state(folder)
    assert work() == before
    assert not (folder / CHECKPOINT).exists()


@pytest.mark.parametrize("garbage", [b'{"kind": "go"', b"\xff\n", b'{"kind": "dance"}\n', b"[]\n"])
def test_garbage_is_no_request(garbage: bytes, work: Work, folder: Path) -> None:
    work("go")
    write_raw(folder, garbage)
    done = read_state(folder)
    assert work() == done  # and it ends
    assert len(events(folder, "start")) == 1


def test_half_a_request_at_the_end_is_not_taken_for_one(
    work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_step(monkeypatch, 3, lambda: write_raw(folder, b'{"kind": "epo'))
    assert work("go").status == "done"
    assert len(events(folder, "start")) == 1


@pytest.mark.parametrize(
    ("late", "expected", "steps"),
    [
        (("pause", {}), "done", STEPS),
        (("stop", {}), "done", STEPS),
        (("epochs", {"epochs": 1}), "done", STEPS + 4),
        (("lr", {"lr": -1}), "paused", STEPS),
    ],
)
def test_request_that_comes_as_the_run_ends_is_read(
    late: tuple[str, dict[str, Any]], expected: str, steps: int,
    work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    finish = Engine._finish

    def finish_late(engine: Engine, status: str) -> RunState:
        if len(events(folder, "test")) == 0:
            write_request(folder, late[0], **late[1])
        return finish(engine, status)

    monkeypatch.setattr(Engine, "_finish", finish_late)
    found = work("go")
    assert (found.status, found.step) == (expected, steps)
    assert found.test_accuracy is not None


@pytest.mark.parametrize(
    ("kinds", "status", "step"),
    [
        (["go", "pause"], "paused", 0),
        (["go", "stop"], "stopped", 0),
        (["hold", "stop"], "stopped", 0),
        (["hold"], "paused", 0),
        (["go", "pause", "go"], "done", STEPS),
        (["go", "pause", "go", ("pause", {})], "paused", 0),
    ],
)
def test_run_that_never_began_is_dismissed(
    kinds: list[str], status: str, step: int, work: Work
) -> None:
    found = work(*kinds)
    assert (found.status, found.step) == (status, step)


def test_rate_that_was_requested_while_it_waited_is_used(work: Work, folder: Path) -> None:
    assert work("go", ("lr", {"lr": 0.02}), "pause").status == "paused"
    assert [event["lr"] for event in events(folder, "lr")] == [0.02]
    work(("go", {"steps": 1}))
    assert events(folder, "start")[-1]["step"] == 0
    assert read_state(folder).step == 1


def test_stop_while_it_waits_tests_what_there_is(work: Work, folder: Path) -> None:
    work(("go", {"steps": 6}))
    found = work("go", "stop")
    assert (found.status, found.step) == ("stopped", 6)
    assert found.test_accuracy is not None


def test_worker_without_a_turn_leaves_a_ticket_and_ends(
    folder: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued = folder.parent / "queue"
    monkeypatch.setattr(queue, "slots", lambda: 1)
    monkeypatch.setenv(HOME, str(folder.parent))
    other = Turn(queued, "other")
    assert other.place() == 0
    write_request(folder, "lr", lr=0.02)
    place = (folder / CONTROLS).stat().st_size
    write_request(folder, "go")
    lock = take_lock(folder)
    reserve_note(lock)
    assert worker.main([str(folder), str(queued), str(place), str(lock)]) == 0
    assert not is_locked(folder / WORKER)
    assert (read_state(folder).status, queue.place_of_run(queued, folder.name)) == ("queued", 1)
    assert queue.take(queued, folder.name) == Start("run", folder, (str(queued), str(place)))
    assert (read_state(folder).status, list(queued.glob("*.stored"))) == ("paused", [])
    other.give_back()


def test_paused_run_that_is_to_go_on_does_not_wait_with_all_that_it_has_loaded(
    work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "slots", lambda: 1)
    monkeypatch.setattr(worker, "PAUSE_TIMEOUT", 30.0)
    monkeypatch.setenv(HOME, str(folder.parent))
    queued, other = folder.parent / "queue", Turn(folder.parent / "queue", "other")
    pause, asked = Engine._pause, []

    def pause_and_ask(engine: Engine) -> None:
        pause(engine)
        if not asked:
            assert other.place() == 0
            write_request(folder, "lr", lr=0.02)
            asked.append((folder / CONTROLS).stat().st_size)
            write_request(folder, "epochs", epochs=1)

    monkeypatch.setattr(Engine, "_pause", pause_and_ask)
    write_request(folder, "go", steps=2)
    lock = take_lock(folder)
    reserve_note(lock)
    assert worker.main([str(folder), str(queued), "0", str(lock)]) == 0
    assert (read_state(folder).status, [e["lr"] for e in events(folder, "lr")]) == (
        "queued",
        [0.02],
    )
    left = queue.take(queued, folder.name)
    other.give_back()
    assert left == Start("run", folder, (str(queued), str(asked[0])))
    lock = take_lock(folder)
    reserve_note(lock)
    assert worker.main([str(folder), *left.arguments, str(lock)]) == 0
    assert (read_state(folder).status, read_state(folder).step) == ("done", 2 + STEPS // 5)
    assert len(events(folder, "epochs")) == 1


def test_paused_run_gives_its_turn_to_others(
    work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "slots", lambda: 1)
    other, places = Turn(folder.parent / "queue", "other"), []
    pause = Engine._pause

    def look(engine: Engine) -> None:
        places.append(other.place())
        pause(engine)
        places.append(other.place())
        other.give_back()

    monkeypatch.setattr(Engine, "_pause", look)
    assert work(("go", {"steps": 2})).status == "paused"
    assert places == [1, 0]


def test_paused_run_without_a_place_to_rest_ends_its_process_and_goes_on_later(
    work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PAUSE_TIMEOUT", 1e9)
    monkeypatch.setattr(rest, "slots", lambda: 1)
    other = Rest(folder.parent / "queue")
    other.queue.mkdir()
    assert other.possible()
    found = work(("go", {"steps": 2}))  # it returns: it does not wait
    assert (found.status, found.step) == ("paused", 2)
    found = work(("go", {"steps": 1}))
    assert (found.status, found.step) == ("paused", 3)
    other.leave()
    assert (work("go").status, read_state(folder).step) == ("done", STEPS)


# --- failures -------------------------------------------------------------------------------


def test_diverged_run_fails_with_the_message_and_can_go_on(work: Work, folder: Path) -> None:
    wild = changed(
        model__cell="rnn", model__nonlinearity="relu", training__optimizer="sgd",
        training__lr=10.0, training__max_norm=0.0, training__schedule="constant",
        training__epochs=50,
    )  # fmt: skip
    make_run(folder, wild)
    found = work("go")
    assert found.status == "failed"
    assert "diverged at step" in found.message.format(**found.values)
    assert all(value.isfinite().all() for value in tensors(folder).values())
    found = work(("lr", {"lr": 1e-3}), ("go", {"steps": 3}))
    assert (found.status, found.message) == ("paused", "")


def test_full_disk_is_reported_though_nothing_can_be_written(
    work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[dict[str, Tensor]] = []

    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        at_step(patched, 4, lambda: saved.append(tensors(folder)))
        at_step(patched, 4, lambda: patched.setattr(Path, "write_bytes", full))
        found = work("go")
    assert (found.status, found.message) == ("paused", FULL)
    assert differing(tensors(folder), saved[0]) == []
    found = work("go")
    assert (found.status, found.step, found.message) == ("done", STEPS, "")


def test_deleted_run_ends_quietly(
    work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    at_step(monkeypatch, 3, lambda: shutil.rmtree(folder))
    monkeypatch.setattr("rnndemo.training.engine.CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr("rnndemo.training.engine.CHECKPOINT_SHARE", 1e9)
    write_request(folder, "go")
    lock = take_lock(folder)
    assert worker.main([str(folder), str(folder.parent / "queue"), "0", str(lock)]) == 0
    assert not folder.exists()
    assert capfd.readouterr() == ("", "")


def test_error_of_its_own_is_a_failure_with_a_log(
    work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a bug")

    at_step(monkeypatch, 3, fail)
    found = work("go")
    assert found.status == "failed"
    assert found.message.format(**found.values).startswith(
        "The training stopped with an unexpected error: ZeroDivisionError('a bug')."
    )
    assert "Traceback" in capfd.readouterr().err


def test_other_errors_of_files_are_reported(
    work: Work, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    at_step(monkeypatch, 3, fail)
    found = work("go")
    assert (found.status, found.message) == ("paused", os.strerror(errno.EIO))
    assert "Traceback" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("config.json", {"schema": 99}, "schema 99"),
        ("config.json", "{", "config.json cannot be read"),
        (CHECKPOINT, "{", "checkpoint of this run is damaged"),
    ],
)
def test_file_that_cannot_be_read_fails_the_run_with_its_message(
    name: str, content: Any, message: str, work: Work, folder: Path
) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text)
    found = work("go")
    assert found.status == "failed"
    assert message in found.message.format(**found.values)
    assert (folder / name).read_text() == text


def test_worker_without_a_state_ends(work: Work, folder: Path) -> None:
    write_request(folder, "go")
    (folder / "state.json").unlink()
    lock = take_lock(folder)
    assert worker.main([str(folder), str(folder.parent / "queue"), "0", str(lock)]) == 0
    assert not (folder / "state.json").exists()
