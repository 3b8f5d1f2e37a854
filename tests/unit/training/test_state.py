"""The state of a run is true even if its worker was killed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnndemo.errors import InputError
from rnndemo.jobs.process import NOTE, reserve_note, worker_of, write_exit_note, write_worker
from rnndemo.storage.names import STATE, WORKER
from rnndemo.training import state as states
from rnndemo.training.state import (
    FULL,
    INTERRUPTED,
    STATUSES,
    RunState,
    mark_failed,
    read_state,
    write_state,
)
from tests.runs import take_lock

RUNNING = RunState("running", "training", 7, 20, "", {"of": "old"}, 0.5, 0.4, 0.6, 10, 1.5)


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[int]:
    lock = take_lock(tmp_path)
    reserve_note(lock)
    yield lock
    os.close(lock)


@pytest.mark.usefixtures("lock")
@pytest.mark.parametrize("status", STATUSES)
def test_what_is_written_is_read_while_a_worker_lives(status: str, tmp_path: Path) -> None:
    write_state(tmp_path, replace(RUNNING, status=status))
    assert read_state(tmp_path) == replace(RUNNING, status=status)


@pytest.mark.parametrize("status", ["queued", "running"])
def test_interrupted_run_is_paused_and_says_why(status: str, tmp_path: Path) -> None:
    write_state(tmp_path, replace(RUNNING, status=status))
    found = read_state(tmp_path)
    assert (found.status, found.doing, found.message) == ("paused", "", INTERRUPTED)
    assert (found.step, found.test_accuracy, found.active) == (7, 0.5, False)
    assert found.message.format(**found.values) == INTERRUPTED


@pytest.mark.parametrize("status", ["paused", "stopped", "done", "failed"])
def test_run_that_ended_by_itself_stays_as_it_was(status: str, tmp_path: Path) -> None:
    write_state(tmp_path, replace(RUNNING, status=status, message="why"))
    assert read_state(tmp_path) == replace(RUNNING, status=status, message="why")


def test_failure_with_a_reason_that_json_cannot_hold_is_stored_as_text(tmp_path: Path) -> None:
    write_state(tmp_path, RUNNING)
    mark_failed(
        tmp_path, InputError("{file}: {problem}", file=Path("one"), problem=InputError("!"))
    )
    assert read_state(tmp_path).values == {"file": "one", "problem": "!"}


@pytest.mark.parametrize("status", ["queued", "running", "paused"])
def test_last_words_are_the_reason(status: str, tmp_path: Path) -> None:
    write_state(tmp_path, replace(RUNNING, status=status))
    lock = take_lock(tmp_path)
    reserve_note(lock)
    write_worker(lock, 4321)
    write_exit_note(lock, FULL)
    assert read_state(tmp_path).message == ""
    os.close(lock)
    assert (read_state(tmp_path).status, read_state(tmp_path).message) == ("paused", FULL)


def test_end_between_two_looks_is_no_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_state(tmp_path, RUNNING)

    def ended(path: Path) -> bool:
        write_state(tmp_path, replace(RUNNING, status="done", doing=""))
        return False

    monkeypatch.setattr(states, "is_locked", ended)
    assert read_state(tmp_path).status == "done"


def test_last_words_need_no_room(lock: int, tmp_path: Path) -> None:
    write_worker(lock, 4321)
    size = (tmp_path / WORKER).stat().st_size
    for words in (FULL, "x" * 2 * NOTE, "é" * NOTE, ""):
        write_exit_note(lock, words)
        assert (tmp_path / WORKER).stat().st_size == size
        assert worker_of(tmp_path) == 4321


def test_next_worker_finds_no_words_of_the_last(lock: int, tmp_path: Path) -> None:
    write_worker(lock, 4_000_000)
    write_exit_note(lock, FULL)
    reserve_note(lock)
    with pytest.raises(ValueError, match="int"):
        worker_of(tmp_path)
    write_worker(lock, 12)
    assert worker_of(tmp_path) == 12
    assert (tmp_path / WORKER).read_bytes()[:NOTE].strip() == b""


def test_known_messages_fit_the_room_for_last_words() -> None:
    assert len(FULL.encode()) <= NOTE
    assert len(INTERRUPTED.encode()) <= NOTE


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b"3", b"\xff\xfe", b"[" * 100_000]
    + [json.dumps({"status": "done", name: value}).encode() for name, value in (
        ("step", "x"), ("step", None), ("step", True), ("values", []), ("message", 3),
        ("test_accuracy", "high"), ("seconds", None), ("status", 1), ("status", "dreaming"),
    )],
)  # fmt: skip
def test_damaged_state_is_said_to_be(content: bytes, tmp_path: Path) -> None:
    (tmp_path / STATE).write_bytes(content)
    with pytest.raises(InputError, match="state of this run cannot be read"):
        read_state(tmp_path)
    assert (tmp_path / STATE).read_bytes() == content


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(sorted(asdict(RUNNING))), JSON, max_size=2))
def test_any_json_is_a_state_or_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / STATE).write_text(json.dumps({**asdict(RUNNING), **changes}))
    try:
        found = read_state(tmp_path)
    except InputError:
        return
    assert found.status in STATUSES
    assert found.active is False


def test_missing_state_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="removed or damaged"):
        read_state(tmp_path)


def test_what_a_newer_version_adds_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / STATE).write_text(json.dumps({**asdict(RunState("done")), "mood": "good"}))
    assert read_state(tmp_path) == RunState("done")
