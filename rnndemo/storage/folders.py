"""Where files lie: the app's own, the data folder, visitors' folders in it, and their trash."""

from __future__ import annotations

import math
import os
import re
import shutil
import sys
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]

# app.py, pages and assets: beside the package in a checkout, inside it where it was installed
APP = _PACKAGE / "app" if (_PACKAGE / "app").is_dir() else _PACKAGE.parent
ASSETS = APP / "assets"
FOLDER_VARIABLE = "ROWBYROW_DATA"  # names the folder of downloads
HOME = "ROWBYROW_HOME"  # names the data folder

# the form of the names of folders of visitors, runs and sets; no other name becomes a path
FOLDER_NAME = re.compile(r"[0-9a-f]{20}")

TRASH_SECONDS = 24 * 3600  # how long a deleted folder can be restored

# Where visitors' folders lie in the data folder: by the kind of things in them, and what was
# deleted.
KINDS = ("runs", "studies", "comparisons", "prunings", "corruptions", "sets", "reactions")
TRASHES = ("trash", "trash/studies", "sets-deleted")


def data_folder() -> Path:
    """Return the folder of downloads: ``$ROWBYROW_DATA``, or one in the user's cache."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    caches = {"win32": "~/AppData/Local", "darwin": "~/Library/Caches"}
    cache = os.environ.get("XDG_CACHE_HOME") or caches.get(sys.platform, "~/.cache")
    return Path(cache).expanduser() / "rowbyrow"


def home() -> Path:
    """Return the data folder: ``$ROWBYROW_HOME``, or one in the user's own data folder."""
    if named := os.environ.get(HOME):
        return Path(named).absolute()  # workers run in another folder
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "row-by-row"


def owner_of(token: str) -> str:
    """Return the name of a visitor's folder: a hash, so that listing folders shows no token."""
    return sha256(token.encode()).hexdigest()[:20]


def visitor_folder(kind: str, owner: str) -> Path:
    """Return a visitor's folder of things of one kind, such as "runs"; it may not exist yet.

    Raises
    ------
    ValueError
        If `owner` is not the name of a visitor's folder.
    """
    if not FOLDER_NAME.fullmatch(owner):
        raise ValueError("no name of a visitor's folder")
    return home() / kind / owner


def folders_in(parent: Path) -> list[Path]:
    """Return the folders in `parent` with a random name; none where it cannot be read.

    A link is none of them: it may lead anywhere.
    """
    try:
        return [
            path
            for path in parent.iterdir()
            if FOLDER_NAME.fullmatch(path.name) and not path.is_symlink()
        ]
    except OSError:  # it does not exist yet, or cannot be read
        return []


def folders_with(parent: Path, file: str) -> list[Path]:
    """Return the folders in `parent` with a random name that hold `file`."""
    return [folder for folder in folders_in(parent) if has_file(folder, file)]


def has_file(folder: Path, file: str) -> bool:
    """Return whether `folder` holds `file`; one that cannot be read holds none."""
    try:
        return (folder / file).is_file()
    except OSError:
        return False


def move_to_trash(folder: Path, trash: Path, most: float = math.inf) -> None:
    """Move a folder into the trash, and remove what has been in there for too long.

    Parameters
    ----------
    most : float
        How many folders stay in the trash; the oldest are removed first.
    """
    trash.mkdir(parents=True, exist_ok=True)
    os.utime(folder)  # the time of its deletion, before a sweep can find it there
    folder.rename(trash / folder.name)
    empty_trash(trash, most)


def empty_trash(trash: Path, most: float = math.inf, now: float | None = None) -> int:
    """Remove what has been in a visitor's trash for too long; return how many folders went.

    Parameters
    ----------
    most : float
        How many folders stay; the oldest are removed first.
    now : float, optional
        Seconds since 1970; by default the clock's.
    """
    now = time.time() if now is None else now
    deleted, removed = [], 0
    for path in folders_in(trash):
        with suppress(OSError):  # another page may remove it meanwhile
            since = path.stat().st_mtime
            if since > now:  # the clock was set back: its day begins now
                os.utime(path, (now, now))
            deleted.append((min(since, now), path))
    for number, (since, path) in enumerate(sorted(deleted, reverse=True)):
        if number >= most or now - since > TRASH_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
            removed += not path.exists()
    return removed
