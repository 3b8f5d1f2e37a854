"""The data folder: where it lies, the folders of visitors in it, and their trash."""

from __future__ import annotations

import math
import os
import re
import shutil
import sys
import time
from contextlib import suppress
from itertools import chain
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


def has_file(folder: Path, file: str) -> bool:
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
    return next((folder for folder in places if has_file(folder, file)), None)


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
    aside = []
    for path in folders_in(trash):
        with suppress(OSError):  # another page may do the same
            aside.append((path.stat().st_mtime, path))
    for number, (since, path) in enumerate(sorted(aside, reverse=True)):
        if number >= most or time.time() - since > TRASH_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def in_trash(name: str, trash: Path) -> bool:
    """Tell whether a folder of that name is in the trash; any other name is in none."""
    return bool(FOLDER_NAME.fullmatch(name)) and (trash / name).is_dir()
