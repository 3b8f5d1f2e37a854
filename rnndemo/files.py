"""The data folder, and files that are whole or not there: written beside, then renamed."""

from __future__ import annotations

import fcntl
import json
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rnndemo.errors import InputError

HOME = "ROWBYROW_HOME"  # the variable that names the data folder

# how folders of visitors, runs and sets are called; what has another form never becomes a path
FOLDER_NAME = re.compile(r"[0-9a-f]{20}")


def home() -> Path:
    """Return the data folder: ``$ROWBYROW_HOME``, else a folder of this user's."""
    named = os.environ.get(HOME)
    if named:
        return Path(named).absolute()  # workers run in another folder
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "row-by-row"


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` beside `path` and rename it into place."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def clear_unfinished(path: Path) -> None:
    """Remove what processes that were killed while they wrote `path` have left beside it."""
    for fresh in path.parent.glob(f".{path.name}.*.new"):
        fresh.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write `content` as JSON beside `path` and rename it into place."""
    write_bytes(path, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())


def read_json(path: Path) -> Any:
    """Return the JSON at `path`.

    Raises
    ------
    InputError
        If it is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise InputError(
            "{file} cannot be read: it is missing or damaged.", file=path.name
        ) from None


@contextmanager
def locked(path: Path, patience: float = 10.0) -> Iterator[int]:
    """Hold the lock of the file at `path`, and yield its descriptor.

    Raises
    ------
    TimeoutError
        If another process holds it for longer than `patience`, in seconds.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:  # or someone only looks whether it is held
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{path.name} is held by another process") from None
                time.sleep(0.01)
        yield file
    finally:
        os.close(file)
