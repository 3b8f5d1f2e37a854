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

MAX_LINE = 4_000_000  # bytes of a line; our longest has a tenth of it

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
    """Reads a log: yields each whole line once, and takes no more memory than a piece of it.

    Parameters
    ----------
    place : int
        The first byte to read.
    most : int, optional
        How many bytes to read at once; of more, the middle is passed over.
    """

    def __init__(self, path: Path, place: int = 0, most: int | None = None) -> None:
        self.path, self.place, self.most = path, place, most
        self.last = place  # the first byte of the last event
        self.damaged = 0

    def waiting(self) -> bool:
        """Return whether there are whole lines that `new` has not yielded yet."""
        return next(self._lines(), None) is not None

    def new(self) -> Iterator[Event]:
        """Yield the events that are new; lines that hold none are counted in `damaged`."""
        for end, line in self._lines():
            self.last, self.place = self.place, end
            if event := parsed(line, "kind"):
                yield event
            elif line.strip():
                self.damaged += 1

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield the new lines, each with where it ends; one that is too long holds no event."""
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            size = file.seek(0, os.SEEK_END)
            end, half = self.place, (self.most or 0) // 2
            leap = self.most is not None and size - end > self.most
            middle, long = end + half, False
            file.seek(end)
            while line := file.readline(MAX_LINE):
                end += len(line)
                if not line.endswith(b"\n"):
                    if len(line) < MAX_LINE:
                        return  # it is being written
                    long = True
                    continue
                yield end, b"?\n" if long else line
                long = False
                if leap and end >= middle:
                    end = file.seek(max(end, size - half))
                    end += len(file.readline(MAX_LINE))
                    leap = False
