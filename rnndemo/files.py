"""The data folder, and files that are whole or not there: written beside, then renamed."""

from __future__ import annotations

import fcntl
import json
import math
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

from rnndemo.errors import InputError

HOME = "ROWBYROW_HOME"  # the variable that names the data folder

# how folders of visitors, runs and sets are called; what has another form never becomes a path
FOLDER_NAME = re.compile(r"[0-9a-f]{20}")

KEPT_SECONDS = 24 * 3600  # what was deleted can be brought back for so long


def home() -> Path:
    """Return the data folder: ``$ROWBYROW_HOME``, else a folder of this user's."""
    named = os.environ.get(HOME)
    if named:
        return Path(named).absolute()  # workers run in another folder
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "row-by-row"


def visitor_folder(kind: str, owner: str) -> Path:
    """Return where what is of a kind, such as "runs", is kept of a visitor; it need not be there.

    Raises
    ------
    ValueError
        If `owner` is no name of a visitor's folder.
    """
    if not FOLDER_NAME.fullmatch(owner):
        raise ValueError("no name of a visitor's folder")
    return home() / kind / owner


def folders_in(parent: Path) -> list[Path]:
    """Return what has a folder's random name in `parent`; nothing where that cannot be read."""
    try:
        return [path for path in parent.iterdir() if FOLDER_NAME.fullmatch(path.name)]
    except OSError:  # none yet, or none that can be read
        return []


def holds(folder: Path, file: str) -> bool:
    """Tell whether there is such a file; a folder that cannot be read is no hindrance to others."""
    try:
        return (folder / file).is_file()
    except OSError:
        return False


def folder_named(mine: Path, name: str, file: str) -> Path | None:
    """Return the folder of that random name which holds `file`; None where there is none.

    It is looked for in `mine`, a visitor's folder, and then in those of others beside it.
    """
    if not FOLDER_NAME.fullmatch(name):
        return None
    places = chain([mine / name], mine.parent.glob(f"*/{name}"))
    return next((folder for folder in places if holds(folder, file)), None)


@contextmanager
def in_words(message: str, **values: Any) -> Iterator[None]:
    """Say in words what the system cannot do.

    Parameters
    ----------
    message : str
        As for an `InputError`; its placeholder ``{reason}`` stands for what the system says.
    **values
        What its other placeholders stand for.

    Raises
    ------
    InputError
        Instead of an `OSError`.
    """
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise InputError(message, reason=reason, **values) from None


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


def read_known(path: Path, known: dict[str, Any]) -> dict[str, Any]:
    """Return what a JSON object says of some keys, as far as it can be read.

    Parameters
    ----------
    path : Path
    known : dict
        The keys, and what holds where the file says nothing, or something of another kind.
    """
    try:
        content = read_json(path)
    except InputError:
        return known
    if not isinstance(content, dict):
        return known
    return {
        key: content[key] if isinstance(content.get(key), type(default)) else default
        for key, default in known.items()
    }


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


def read_given(path: Path, most: int) -> Any:
    """Return the JSON in a file that a person names, of at most `most` bytes.

    Raises
    ------
    InputError
        If the file cannot be read, or is no JSON.
    """
    try:
        with path.open("rb") as file:
            text = file.read(most)
    except OSError:
        raise InputError("The file {file} cannot be read.", file=path) from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("The file {file} is no JSON.", file=path) from None


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


def put_aside(folder: Path, trash: Path, most: float = math.inf) -> None:
    """Move a folder into the trash, and clear that of what is old.

    Parameters
    ----------
    folder, trash : Path
    most : float
        Of more folders in the trash than this, the oldest go for good.
    """
    trash.mkdir(parents=True, exist_ok=True)
    os.utime(folder.rename(trash / folder.name))  # its day begins now
    aside = []
    for path in folders_in(trash):
        with suppress(OSError):  # another page may do the same
            aside.append((path.stat().st_mtime, path))
    for number, (since, path) in enumerate(sorted(aside, reverse=True)):
        if number >= most or time.time() - since > KEPT_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def is_aside(name: str, trash: Path) -> bool:
    """Tell whether a folder of that name is in the trash; any other name is in none."""
    return bool(FOLDER_NAME.fullmatch(name)) and (trash / name).is_dir()
