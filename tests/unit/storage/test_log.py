"""Each whole line is read once, whatever was written beside it."""

from __future__ import annotations

import errno
import json
import math
import multiprocessing
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnndemo.storage.log import EventLog, EventReader

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
CONTENTS = st.dictionaries(st.from_regex("[a-jl-z]{2,6}", fullmatch=True), VALUES, max_size=3)
no_fixture_reset = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def kinds(reader: EventReader) -> list[str]:
    return [event["kind"] for event in reader.new()]


@no_fixture_reset
@given(contents=st.lists(CONTENTS, max_size=6))
def test_what_is_written_is_read(contents: list[dict[str, object]], path: Path) -> None:
    path.unlink(missing_ok=True)
    log = EventLog(path)
    for content in contents:
        log.write("steps", **content)
    log.close()
    reader = EventReader(path)
    assert list(reader.new()) == [{"kind": "steps", **content} for content in contents]
    assert list(reader.new()) == []
    assert reader.damaged == 0


LINES = b"".join(json.dumps({"kind": f"k{i}", "text": "\u2028é" * i}).encode() + b"\n"
                 for i in range(4))  # fmt: skip


@no_fixture_reset
@given(cuts=st.lists(st.integers(0, len(LINES)), max_size=5))
def test_half_lines_wait_until_they_are_whole(cuts: list[int], path: Path) -> None:
    path.write_bytes(b"")
    reader, read = EventReader(path), []
    ends = [*sorted(cuts), len(LINES)]
    for start, end in zip([0, *ends], ends, strict=False):
        with path.open("ab") as file:
            file.write(LINES[start:end])
        whole = LINES[:end].count(b"\n")
        assert reader.waiting() == (whole > len(read))
        read += kinds(reader)
        assert len(read) == whole
        assert not reader.waiting()
    assert read == ["k0", "k1", "k2", "k3"]


@no_fixture_reset
@given(st.binary(max_size=60))
def test_garbage_hides_no_event(path: Path, garbage: bytes) -> None:
    path.write_bytes(b'{"kind": "a"}\n' + garbage)
    log = EventLog(path)
    log.write("b")
    log.close()
    found = kinds(EventReader(path))
    assert (found[0], found[-1]) == ("a", "b")


@pytest.mark.parametrize(
    "line", ["[1, 2]", "3", "null", "{}", '{"kind": 3}', "{", "\x00", "[" * 100_000]
)
def test_lines_that_are_no_event_are_counted(line: str, path: Path) -> None:
    path.write_text(f'{line}\n\n{{"kind": "a"}}\n')
    reader = EventReader(path)
    assert kinds(reader) == ["a"]
    assert reader.damaged == 1


def test_half_line_of_a_killed_worker_is_passed_over(path: Path) -> None:
    path.write_bytes(b'{"kind": "a"}\n{"kind": "ste')
    reader = EventReader(path)
    assert kinds(reader) == ["a"]
    log = EventLog(path)  # of the next worker
    log.write("rewind", step=3)
    log.close()
    assert list(reader.new()) == [{"kind": "rewind", "step": 3}]
    assert reader.damaged == 1


def test_full_disk_costs_one_line_and_no_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = EventLog(path)
    log.write("a")
    write = os.write

    def full(file: int, data: bytes) -> int:
        if len(data) <= 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data[:8])

    with monkeypatch.context() as patched:
        patched.setattr("rnndemo.storage.log.os.write", full)
        with pytest.raises(OSError, match="No space"):
            log.write("b", text="long enough to be torn")
    log.write("c")
    log.close()
    reader = EventReader(path)
    assert kinds(reader) == ["a", "c"]
    assert reader.damaged == 1


def test_partial_writes_are_completed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr("rnndemo.storage.log.os.write", lambda f, data: write(f, data[:3]))
    log = EventLog(path)
    log.write("steps", loss=0.5)
    log.close()
    assert list(EventReader(path).new()) == [{"kind": "steps", "loss": 0.5}]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_that_json_has_not_are_refused_and_nothing_is_written(
    value: float, path: Path
) -> None:
    log = EventLog(path)
    with pytest.raises(ValueError, match="JSON"):
        log.write("steps", loss=value)
    log.close()
    assert path.read_bytes() == b""


def _write_many(path: Path, name: str) -> None:
    log = EventLog(path)
    for number in range(300):
        log.write(name, number=number, padding="x" * (number % 97))
    log.close()


def test_lines_of_several_processes_do_not_mix(path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=_write_many, args=(path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    reader = EventReader(path)
    found = list(reader.new())
    for name in "ab":
        assert [e["number"] for e in found if e["kind"] == name] == list(range(300))
    assert reader.damaged == 0


def test_reader_begins_at_the_given_byte(path: Path) -> None:
    log = EventLog(path)
    log.write("a")
    place = path.stat().st_size
    log.write("b")
    log.close()
    assert kinds(EventReader(path, place)) == ["b"]


def test_what_is_not_taken_stays_waiting(path: Path) -> None:
    path.write_bytes(LINES)
    reader = EventReader(path)
    for event in reader.new():
        if event["kind"] == "k1":
            break
    assert reader.waiting()
    assert kinds(reader) == ["k2", "k3"]


def test_missing_file_has_no_events(path: Path) -> None:
    reader = EventReader(path)
    assert not reader.waiting()
    assert kinds(reader) == []


def test_line_without_end_is_damage_and_is_never_held_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.storage.log.MAX_LINE", 100)
    path.write_bytes(b'{"kind": "a"}\n' + b"x" * 1050 + b'\n{"kind": "b"}\n' + b"y" * 300)
    reader = EventReader(path)
    assert (kinds(reader), reader.damaged) == (["a", "b"], 1)
    assert kinds(reader) == []
