"""The log of gestures, for other programs to follow: JSON lines, only ever appended.

A line contains ``time`` (UTC, ISO 8601), ``gesture``, ``probability``, ``reader``, ``stage``,
``reaction`` (its key if the gesture acted, else "") and ``why_not`` ("" if it acted, else
"rejected", "nothing assigned", "cooldown" or "no effect").

At 4 MB the log is rotated: ``events.jsonl`` replaces ``events.old.jsonl``, and a new file begins;
``tail -F`` follows it.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rnndemo.errors import N_
from rnndemo.reactions.react import ACTED, ReactionOutcome, Recognised
from rnndemo.storage.files import as_input_error
from rnndemo.storage.locks import locked
from rnndemo.storage.log import Event, parsed

EVENTS, OLD = "events.jsonl", "events.old.jsonl"
MAX_BYTES = 4_000_000
MAX_NAME = 60  # characters of a network's name
MAX_LINE = 1_000  # bytes; ours are shorter
DAMAGED = 60_000  # bytes of damaged lines that may follow the last events

NOT_WRITTEN = N_("The event log could not be written ({reason}); {hint}.")


def event_of(gesture: Recognised, outcome: ReactionOutcome, time: datetime) -> Event:
    """Return the log entry of a gesture; `time` must have a time zone."""
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
    """Append an event to the log in a visitor's folder, entirely or not at all.

    Parameters
    ----------
    most : int
        Bytes at which the log is rotated.

    Raises
    ------
    InputError
        If it cannot be written, for example on a full disk.
    """
    line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    with as_input_error(NOT_WRITTEN):
        folder.mkdir(parents=True, exist_ok=True)
        while not _append(folder, line, most):
            pass  # the log was full and has been rotated


def last_events(folder: Path, count: int) -> tuple[list[Event], int]:
    """Return the last `count` events, newest first, and the number of damaged lines among them."""
    found = list(_last(folder, count))
    return [event for event in found if event is not None], found.count(None)


def _last(folder: Path, count: int) -> Iterator[Event | None]:
    """Yield the last `count` events, the latest first, and None for each damaged line."""
    left = count
    for name in (EVENTS, OLD):
        lines = _tail(folder / name, count * MAX_LINE + DAMAGED).splitlines() if left else []
        for line in reversed(lines):
            if not left:
                return
            event = parsed(line, "gesture")
            left -= event is not None
            if event or line.strip():
                yield event


def whole(folder: Path) -> bytes:
    """Return the whole stored log, the oldest event first."""
    return b"".join(_tail(folder / name, 2 * MAX_BYTES) for name in (OLD, EVENTS))


def _append(folder: Path, line: bytes, most: int) -> bool:
    """Write a line and return True, or rotate a full log and return False."""
    path = folder / EVENTS
    with locked(path) as file:
        size = os.lseek(file, 0, os.SEEK_END)
        if not _is_at(file, path):
            return False  # another process has rotated it meanwhile
        if size and size + len(line) > most:
            path.replace(folder / OLD)
            return False
        # first end a line that a crash left incomplete
        torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
        data = b"\n" * torn + line
        written = os.write(file, data)
        if written < len(data):  # the disk is full
            os.ftruncate(file, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return True


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _tail(path: Path, most: int) -> bytes:
    """Return up to `most` bytes from the end of a file, whole lines only; b"" without a file."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - most))
            data = file.read(most)
    except OSError:
        return b""
    start = data.find(b"\n") + 1 if size > most else 0
    return data[start : data.rfind(b"\n") + 1]
