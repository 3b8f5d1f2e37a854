"""An append-only log: one JSON object a line.

A line that was left half written, by a dying worker or on a full disk, is passed over by readers,
and closed by the next that is written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class EventLog:
    """The writing end. Lines from several processes do not mix.

    Parameters
    ----------
    path : Path
    """

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
        """Append whole lines that another log holds.

        Raises
        ------
        OSError
            If they cannot be written, for example on a full disk.
        """
        data = (b"\n" if self.torn else b"") + lines
        self.torn = True
        while data:  # a full disk may take a part first, and refuse the rest
            data = data[os.write(self.file, data) :]
        self.torn = False

    def close(self) -> None:
        """Give the file back."""
        os.close(self.file)


class EventReader:
    """The reading end: gives each whole line once, as far as there are any.

    Parameters
    ----------
    path : Path
    place : int
        Of the first byte to read.
    """

    def __init__(self, path: Path, place: int = 0) -> None:
        self.path, self.place = path, place
        self.damaged = 0

    def waiting(self) -> bool:
        """Return whether there are whole lines that `new` has not read yet."""
        return bool(self._lines())

    def new(self) -> Iterator[Event]:
        """Yield the events since the last that was taken; what is none is counted in `damaged`."""
        for line in self._lines():
            self.place += len(line)
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                event = None
            if isinstance(event, dict) and isinstance(event.get("kind"), str):
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
