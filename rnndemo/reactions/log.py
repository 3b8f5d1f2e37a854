"""The log of gestures: one JSON object a line, only ever appended, for another program to follow.

A line holds ``time`` (UTC, ISO 8601), ``gesture``, ``probability``, ``reader``, ``stage``,
``reaction`` (the key of what was set off, else "") and ``why_not`` ("" where it acted, else
"rejected", "nothing assigned", "cooldown" or "no effect").

At 4 MB ``events.jsonl`` becomes ``events.old.jsonl``, in place of the one before, and a new file
begins; ``tail -F`` goes on with the new one by itself.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rnndemo.errors import N_
from rnndemo.reactions.react import ACTED, ReactionOutcome, Recognised
from rnndemo.storage.files import as_input_error

EVENTS, OLD = "events.jsonl", "events.old.jsonl"
MAX_BYTES = 4_000_000
MAX_NAME = 60  # letters of a reader's name
MAX_LINE = 1_000  # bytes that a line may have; one of ours has less
DAMAGED = 60_000  # bytes of damaged lines that the last events may be found behind

NOT_WRITTEN = N_("The event log could not be written ({reason}); make room in the data folder.")

Event = dict[str, Any]


def event_of(gesture: Recognised, outcome: ReactionOutcome, time: datetime) -> Event:
    """Return what the log says of a gesture.

    Parameters
    ----------
    gesture : Recognised
    outcome : ReactionOutcome
    time : datetime
        With its time zone.
    """
    acted = outcome.reason == ACTED
    return {
        "time": time.astimezone(UTC).isoformat(timespec="milliseconds"),
        "gesture": gesture.label,
        "probability": round(gesture.probability, 4),
        "reader": gesture.reader[:MAX_NAME],
        "stage": outcome.stage.name,
        "reaction": outcome.reaction if acted else "",
        "why_not": "" if acted else outcome.reason,
    }


def append(folder: Path, event: Event, most: int = MAX_BYTES) -> None:
    """Add a line to the log in a visitor's folder, whole or not at all.

    Parameters
    ----------
    folder : Path
    event : dict
    most : int
        Bytes at which a new file begins.

    Raises
    ------
    InputError
        If it cannot be written, for example on a full disk.
    """
    line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    with as_input_error(NOT_WRITTEN):
        folder.mkdir(parents=True, exist_ok=True)
        while not _append(folder, line, most):
            pass  # the file was full: it has been put aside, and the next is new


def last_events(folder: Path, count: int) -> list[Event]:
    """Return the last `count` events, the latest first; what is no event is passed over."""
    events: list[Event] = []
    for name in (EVENTS, OLD):
        if len(events) < count:
            lines = _tail(folder / name, count * MAX_LINE + DAMAGED).splitlines()
            events += [event for line in reversed(lines) if (event := _parsed(line)) is not None]
    return events[:count]


def whole(folder: Path) -> bytes:
    """Return all that is kept of the log, the oldest first."""
    return b"".join(_tail(folder / name, 2 * MAX_BYTES) for name in (OLD, EVENTS))


def _append(folder: Path, line: bytes, most: int) -> bool:
    """Write a line and return True, or put a full log aside and return False."""
    path = folder / EVENTS
    with _locked(path) as file:
        size = os.fstat(file).st_size
        if not _is_at(file, path):
            return False  # another process has put it aside meanwhile
        if size and size + len(line) > most:
            path.replace(folder / OLD)
            return False
        # A line that a machine left half written when it went down is closed first
        torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
        data = b"\n" * torn + line
        written = os.write(file, data)
        if written < len(data):  # a full disk took a part
            os.ftruncate(file, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return True


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)  # which lets go of the lock


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _tail(path: Path, most: int) -> bytes:
    """Return up to `most` bytes from the end of a file, whole lines only; b"" if there is none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - most))
            data = file.read(most)
    except OSError:
        return b""
    start = data.find(b"\n") + 1 if size > most else 0
    return data[start : data.rfind(b"\n") + 1]


def _parsed(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get("gesture"), str) else None
