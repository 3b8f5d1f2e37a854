"""Files that are whole or not there: written beside their place, then renamed into it."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rnndemo.errors import N_, InputError, reason_of

_ROOM = N_("make room in the data folder")
_ALLOW = N_(
    "whoever runs the server must let it write there, or name another folder in ROWBYROW_HOME"
)
_LATER = N_("try again in a moment")

# why writing failed -> what to do
HINTS = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EROFS: _ALLOW,
    errno.EACCES: _ALLOW,
    errno.EPERM: _ALLOW,
    errno.EMFILE: _LATER,
    errno.ENFILE: _LATER,
}
OTHERWISE = N_("check the data folder, then try again")

MAX_JSON = 4_000_000  # bytes of one of our own files; the longest has a tenth of it


@contextmanager
def as_input_error(message: str, **values: Any) -> Iterator[None]:
    """Raise an `OSError` of the block as an `InputError`.

    Parameters
    ----------
    message : str
        As for an `InputError`; ``{reason}`` in it stands for the system's own message, and
        ``{hint}`` for what to do.
    **values
        Values of its other placeholders.
    """
    try:
        yield
    except OSError as problem:
        hint = HINTS.get(problem.errno or 0, OTHERWISE)
        raise InputError(message, reason=reason_of(problem), hint=hint, **values) from None


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` beside `path` and rename it into place."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def keep_end(path: Path, most: int) -> None:
    """Cut the beginning off a file of more than `most` bytes, so that half of them are left."""
    with suppress(FileNotFoundError):
        if path.stat().st_size > most:
            with path.open("rb") as file:
                file.seek(-most // 2, os.SEEK_END)
                end = file.read()
            write_bytes(path, end)


def clear_unfinished(path: Path) -> None:
    """Remove the temporary files of processes that were killed while they wrote `path`."""
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
        with path.open("rb") as file:
            text = file.read(MAX_JSON + 1)
        if len(text) > MAX_JSON:
            raise ValueError("too long")
        return json.loads(text.decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise unreadable(path.name) from None


def unreadable(file: str) -> InputError:
    """Return the error for one of our own files that holds something else."""
    return InputError("{file} cannot be read: it is missing or damaged.", file=file)


def read_given(path: Path, most: int) -> Any:
    """Return the JSON in the first `most` bytes of a file that a person named.

    Raises
    ------
    InputError
        If the file cannot be read, or is not JSON.
    """
    try:
        with path.open("rb") as file:
            text = file.read(most)
    except OSError:
        raise InputError("The file {file} cannot be read.", file=path) from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("The file {file} is not valid JSON.", file=path) from None
