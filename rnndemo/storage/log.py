"""An append-only log: one JSON object per line.

Readers skip a line that was left half written, by a dying worker or on a full disk; the next write
closes it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class EventLog:
    """Writes a log. Lines from several processes do not mix."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        size = os.fstat(self.file).st_size
        self.torn = size > 0 and os.pread(self.file, 1, size - 1) != b"\n"

    def write(self, kind: str, **content: Any) -> None:
        """Append one event.

        Raises
        ------
        OSError
            If it cannot be written, for example on a full disk.
        """
        line = json.dumps({"kind": kind, **content}, allow_nan=False, separators=(",", ":"))
        self.write_lines(line.encode() + b"\n")

    def write_lines(self, lines: bytes) -> None:
        """Append whole lines, copied from another log.

        Raises
        ------
        OSError
            If they cannot be written, for example on a full disk.
        """
        data = (b"\n" if self.torn else b"") + lines
        self.torn = True
        while data:  # a disk that fills up takes only a part first
            data = data[os.write(self.file, data) :]
        self.torn = False

    def close(self) -> None:
        """Close the file."""
        os.close(self.file)


def parsed(line: bytes, key: str) -> Event | None:
    """Return the event of a line; None if it holds no JSON object with a text under `key`."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get(key), str) else None


class EventReader:
    """Reads a log: yields each whole line once.

    Parameters
    ----------
    place : int
        The first byte to read.
    """

    def __init__(self, path: Path, place: int = 0) -> None:
        self.path, self.place = path, place
        self.last = place  # the first byte of the last event
        self.damaged = 0

    def waiting(self) -> bool:
        """Return whether there are whole lines that `new` has not yielded yet."""
        return bool(self._lines())

    def new(self) -> Iterator[Event]:
        """Yield the events that are new; lines that hold none are counted in `damaged`."""
        for line in self._lines():
            self.last, self.place = self.place, self.place + len(line)
            if event := parsed(line, "kind"):
                yield event
            elif line.strip():
                self.damaged += 1

    def _lines(self) -> list[bytes]:
        try:
            with self.path.open("rb") as file:
                file.seek(self.place)
                data = file.read()
        except FileNotFoundError:
            return []
        return data[: data.rfind(b"\n") + 1].splitlines(keepends=True)
