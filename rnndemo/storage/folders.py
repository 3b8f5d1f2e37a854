"""The data folder: where it lies, the folders of visitors in it, and their trash."""

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

FOLDER_VARIABLE = "ROWBYROW_DATA"


def data_folder() -> Path:
    """Return where downloads are kept: ``$ROWBYROW_DATA``, or the user's cache."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    caches = {"win32": "~/AppData/Local", "darwin": "~/Library/Caches"}
    cache = os.environ.get("XDG_CACHE_HOME") or caches.get(sys.platform, "~/.cache")
    return Path(cache).expanduser() / "rowbyrow"


ASSETS = Path(__file__).resolve().parents[2] / "assets"


HOME = "ROWBYROW_HOME"  # the variable that names the data folder

# how folders of visitors, runs and sets are called; what has another form never becomes a path
FOLDER_NAME = re.compile(r"[0-9a-f]{20}")

TRASH_SECONDS = 24 * 3600  # what was deleted can be brought back for so long


def home() -> Path:
    """Return the data folder: ``$ROWBYROW_HOME``, else a folder of this user's."""
    named = os.environ.get(HOME)
    if named:
        return Path(named).absolute()  # workers run in another folder
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "row-by-row"


def owner_of(token: str) -> str:
    """Return the name of a visitor's folder; who can list folders does not learn the token."""
    return sha256(token.encode()).hexdigest()[:20]


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


def folders_with(parent: Path, file: str) -> list[Path]:
    """Return what has a folder's random name in `parent`, and holds `file`."""
    return [folder for folder in folders_in(parent) if has_file(folder, file)]


def has_file(folder: Path, file: str) -> bool:
    """Return whether there is such a file; a folder that cannot be read has none."""
    try:
        return (folder / file).is_file()
    except OSError:
        return False


def move_to_trash(folder: Path, trash: Path, most: float = math.inf) -> None:
    """Move a folder into the trash, and clear that of what is old.

    Parameters
    ----------
    folder, trash : Path
    most : float
        Of more folders in the trash than this, the oldest go for good.
    """
    trash.mkdir(parents=True, exist_ok=True)
    os.utime(folder.rename(trash / folder.name))  # its day begins now
    deleted = []
    for path in folders_in(trash):
        with suppress(OSError):  # another page may do the same
            deleted.append((path.stat().st_mtime, path))
    for number, (since, path) in enumerate(sorted(deleted, reverse=True)):
        if number >= most or time.time() - since > TRASH_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
