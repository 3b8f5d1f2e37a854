"""Visitors' folders as a whole: how much is in them, the last visit, who else may read them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rnndemo.errors import InputError
from rnndemo.storage.files import write_bytes
from rnndemo.storage.folders import (
    KINDS,
    TRASHES,
    empty_trash,
    folders_in,
    home,
    visitor_folder,
)
from rnndemo.storage.limits import TOTAL_MB, VISITOR_MB, limit

VISITS = "visits"  # a file a visitor, whose time is that of the last visit
PRIVATE = 0o700
MASK = 0o077  # what a process of ours takes from others' rights to the files that it makes
MB = 1_000_000
TOTAL_SECONDS = 60.0  # for which a count of all visitors' bytes holds

_total = (float("-inf"), 0)  # when it was counted, bytes


def keep_private() -> None:
    """Let only this user's processes read what this process, and those it starts, will write.

    Folders of earlier versions, which others could read, are closed as well.
    """
    os.umask(MASK)
    for kind in (*KINDS, *TRASHES):
        with suppress(OSError):  # it does not exist yet, or is someone else's
            (home() / kind).chmod(PRIVATE)


def owners() -> list[str]:
    """Return the names of the folders of all visitors who keep anything."""
    found = {path.name for kind in (*KINDS, *TRASHES) for path in folders_in(home() / kind)}
    return sorted(found)


def folders_of(owner: str) -> Iterator[Path]:
    """Yield the folders of a visitor, what was deleted among them."""
    for kind in (*KINDS, *TRASHES):
        folder = visitor_folder(kind, owner)
        if folder.is_dir() and not folder.is_symlink():
            yield folder


def bytes_of(owner: str) -> int:
    """Return how many bytes a visitor's files have, what was deleted among them."""
    return sum(map(_bytes_in, folders_of(owner)))


def bytes_of_all(anew: bool = False) -> int:
    """Return how many bytes all visitors' files have; counted once a minute unless `anew`."""
    global _total
    counted, total = _total
    if anew or time.monotonic() - counted > TOTAL_SECONDS:
        total = sum(map(bytes_of, owners()))
        _total = time.monotonic(), total
    return total


def _bytes_in(folder: Path) -> int:
    total = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # it may go meanwhile
                if entry.is_dir(follow_symlinks=False):
                    total += _bytes_in(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total


def check_bytes(owner: str) -> None:
    """Check that a visitor may keep something more, if need be without what was deleted.

    Where all together have too much, what this visitor has deleted goes for good, then what others
    have deleted, the oldest first, until there is room.

    Raises
    ------
    InputError
        If this visitor, or all together, have as much as the server allows.
    """
    most = limit(VISITOR_MB) * MB
    mine = bytes_of(owner) if most else 0
    if most and mine >= most:
        for kind in TRASHES:
            empty_trash(visitor_folder(kind, owner), most=0)
        mine = bytes_of(owner)
    if most and mine >= most:
        raise InputError(
            "You keep {mine} MB here, and {most} MB is the most; delete something first.",
            mine=round(mine / MB), most=round(most / MB),
        )  # fmt: skip
    most = limit(TOTAL_MB) * MB
    if most and bytes_of_all() >= most and (everyone := _make_room(owner, most)) >= most:
        raise InputError(
            "All visitors together keep {everyone} MB on this server, and {most} MB is the most; "
            "nothing new fits until somebody deletes something.",
            everyone=round(everyone / MB), most=round(most / MB),
        )  # fmt: skip


def _make_room(owner: str, most: float) -> int:
    """Remove what was deleted until all have less than `most` bytes; return how many they have."""
    left = bytes_of_all(anew=True)
    for _, _, folder in sorted(_deleted(owner)):
        if left < most:
            break
        left -= _bytes_in(folder)
        shutil.rmtree(folder, ignore_errors=True)
    return bytes_of_all(anew=True)


def _deleted(owner: str) -> Iterator[tuple[bool, float, Path]]:
    """Yield whether it was another than `owner` who deleted, when, and the folder."""
    for kind in TRASHES:
        for trash in folders_in(home() / kind):
            for folder in folders_in(trash):
                with suppress(OSError):  # it may go meanwhile
                    yield trash.name != owner, folder.stat().st_mtime, folder


def note_visit(owner: str) -> None:
    """Remember that a visitor, who keeps something here, has come just now."""
    now = time.time()
    if any(folders_of(owner)) and last_visit(owner, now) < now:
        _write_visit(owner, now)


def last_visit(owner: str, now: float) -> float:
    """Return when a visitor was last here, in seconds since 1970.

    Where that is not known, it is noted as `now`. One later than `now` counts as `now`, but stays
    as noted: a server's clock may be far behind until the network sets it, and what it would note
    then would look like a visit of long ago.
    """
    with suppress(OSError):
        return min((home() / VISITS / owner).stat().st_mtime, now)
    _write_visit(owner, now)
    return now


def _write_visit(owner: str, when: float) -> None:
    path = home() / VISITS / owner
    with suppress(OSError):  # a full disk must not keep anybody out
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, b"")
        os.utime(path, (when, when))


def forget_visits(owner: str) -> None:
    """Remove what `note_visit` has written."""
    with suppress(OSError):
        (home() / VISITS / owner).unlink(missing_ok=True)
