"""A zip of mere pictures, one folder a class, as a set of photographs: what people have."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import PurePosixPath

from rnndemo.data.own import OwnSet, checked_name
from rnndemo.data.own_examples import photographed
from rnndemo.data.own_zip import Members, check_classes, check_examples
from rnndemo.data.pictures import MAX_BYTES
from rnndemo.errors import InputError

ENDINGS = (".png", ".jpg", ".jpeg")
OF_SYSTEMS = ("__MACOSX", "Thumbs.db", "desktop.ini")  # what systems put beside pictures
MOST_SECONDS = 120.0  # that reading all pictures may take
DEFAULT_NAME = "pictures"


def read_pictures(members: Members, name: str) -> tuple[OwnSet, dict[str, Sequence[bytes]]]:
    """Return the pictures of a zip as a set of photographs.

    Parameters
    ----------
    members : Members
    name : str
        What the file is called; the set is called after it.

    Raises
    ------
    InputError
        If it holds anything but PNG and JPEG pictures in folders, or too many of either, or a
        picture that cannot be read.
    """
    folders: dict[str, list[str]] = {}
    for path in sorted(members.names):
        parts = PurePosixPath(path).parts
        if any(part in OF_SYSTEMS or part.startswith(".") for part in parts):
            continue
        if len(parts) < 2 or not path.lower().endswith(ENDINGS):
            raise InputError(
                "The file is no set of this app, and no pictures in one folder a class either: "
                "it holds {name}.",
                name=path[:60],
            )
        folders.setdefault(parts[-2], []).append(path)
    if not folders:
        raise InputError("The file holds neither a set of this app nor pictures.")
    check_classes(len(folders))
    return OwnSet(_name(name), "photographed"), _read(members, folders)


def _name(file: str) -> str:
    try:
        return checked_name(PurePosixPath(file).stem)
    except InputError:
        return DEFAULT_NAME


def _read(members: Members, folders: dict[str, list[str]]) -> dict[str, Sequence[bytes]]:
    until = time.monotonic() + MOST_SECONDS
    classes: dict[str, Sequence[bytes]] = {}
    for folder, paths in folders.items():
        label = checked_name(folder, classes)
        check_examples(label, len(paths))
        classes[label] = [_picture(members, path, until) for path in paths]
    return classes


def _picture(members: Members, path: str, until: float) -> bytes:
    if time.monotonic() > until:
        raise InputError("The pictures in the file are too large to read them all; shrink them.")
    try:
        return photographed(members.read(path, MAX_BYTES))
    except InputError as problem:
        raise InputError("{file}: {problem}", file=path[-60:], problem=problem) from None
