"""Export a set of own classes as a ``.zip`` file, and import it again.

The file contains ``manifest.json`` and the stored examples, ``01/01.json`` or ``01/01.png``: class
and example, counted from 1. Equal sets give equal files. An imported file is untrusted: nothing is
unpacked to disk, no header is trusted, and nothing is stored unless all is valid. A zip with one
folder of pictures per class can be imported too.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TypeGuard

from rnndemo.data.files.pictures import ENDINGS, MAX_BYTES
from rnndemo.data.files.zips import Members, opened
from rnndemo.data.own.examples import EXAMPLES, MAX_EXAMPLE_BYTES, photographed
from rnndemo.data.own.sets import KINDS, MAX_CLASSES, MAX_EXAMPLES, OwnSet, checked_name
from rnndemo.data.own.shelf import MANIFEST, OwnSetFolder
from rnndemo.errors import N_, InputError

FORMAT, SCHEMA = "row-by-row-set", 1
MAX_MANIFEST = 1_000_000  # bytes
DATE = (1980, 1, 1, 0, 0, 0)  # the earliest date in a zip; the same in every file
OF_SYSTEMS = ("__MACOSX", "Thumbs.db", "desktop.ini")  # files that operating systems add
MAX_SECONDS = 60.0  # of computing, for reading all examples: a full set of photographs takes 15
DEFAULT_NAME = "pictures"

OTHER_FORM = N_(
    "The file's {manifest} does not have the format of a set; this app did not export it."
)


def pack(own_set: OwnSetFolder) -> bytes:
    """Return a set as the content of a ``.zip`` file.

    Raises
    ------
    InputError
        If a class is empty, or an example cannot be read.
    """
    content = own_set.content
    if not content.classes:
        raise InputError("This set has no classes yet; there is nothing to download.")
    for one in content.classes:
        if not one.examples:
            raise InputError(
                "The class {name} is empty; add examples or delete it before you download.",
                name=one.name,
            )
    about = {
        "format": FORMAT,
        "schema": SCHEMA,
        "name": content.name,
        "kind": content.kind,
        "classes": [{"name": one.name, "examples": len(one.examples)} for one in content.classes],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        _store(file, MANIFEST, (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode())
        for k, one in enumerate(content.classes):
            for n, example in enumerate(one.examples):
                _store(file, _member(k, n, content.kind), own_set.read(example))
    return buffer.getvalue()


def _store(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 3  # on every system: equal sets, equal files
    member.external_attr = 0o644 << 16
    file.writestr(member, content)


def _member(k: int, n: int, kind: str) -> str:
    return f"{k + 1:02}/{n + 1:02}{EXAMPLES[kind].suffix}"


def unpack(content: bytes, name: str = "") -> tuple[OwnSet, dict[str, Sequence[bytes]]]:
    """Return the set in a file: the set without its examples, and the examples of each class.

    Parameters
    ----------
    name : str, default ""
        Of the file; a set made from pictures only is called after it.

    Raises
    ------
    InputError
        If it is not such a file, damaged, too large, or anything in it is invalid.
    """
    with opened(content) as members:
        if MANIFEST not in members.names:
            return _read_pictures(members, name)
        title, kind, counts = _about(members.read(MANIFEST, MAX_MANIFEST))
        wanted = [
            [_member(k, n, kind) for n in range(count)] for k, count in enumerate(counts.values())
        ]
        _check_members(members, {MANIFEST, *(path for paths in wanted for path in paths)})
        until = time.thread_time() + MAX_SECONDS
        classes: dict[str, Sequence[bytes]] = {
            label: [_example(members, path, kind, until) for path in paths]
            for label, paths in zip(counts, wanted, strict=True)
        }
    return OwnSet(title, kind), classes


def _about(content: bytes) -> tuple[str, str, dict[str, int]]:
    """Return the checked content of a manifest: name, kind, number of examples of each class."""
    try:
        about = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError("The file's {manifest} is damaged.", manifest=MANIFEST) from None
    other = InputError(OTHER_FORM, manifest=MANIFEST)
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise other
    if not _is_count(about.get("schema")) or about["schema"] < 1:
        raise other
    if about["schema"] > SCHEMA:
        raise InputError(
            "This file was made by a newer version of this app (format {schema}; this version "
            "reads {known}); update the app to read it.",
            schema=about["schema"], known=SCHEMA,
        )  # fmt: skip
    classes = about.get("classes")
    texts = (about.get("name"), about.get("kind"))
    if about.get("kind") not in KINDS or not isinstance(classes, list) or not _are_texts(texts):
        raise other
    _check_classes(len(classes))
    counts: dict[str, int] = {}
    for one in classes:
        if not isinstance(one, dict) or not _are_texts([one.get("name")]):
            raise other
        label, count = checked_name(one["name"], counts), one.get("examples")
        if not _is_count(count):
            raise other
        _check_examples(label, count)
        counts[label] = count
    return checked_name(about["name"]), about["kind"], counts


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_texts(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _check_members(members: Members, wanted: set[str]) -> None:
    extra = [name for name in members.names if name not in wanted]
    if extra:
        raise InputError(
            "The file contains {name}, which does not belong in a set.", name=extra[0][:60]
        )
    missing = sorted(wanted - set(members.names))
    if missing:
        raise InputError(
            "The file's {manifest} lists {name}, but the file does not contain it.",
            name=missing[0], manifest=MANIFEST,
        )  # fmt: skip


def _example(members: Members, path: str, kind: str, until: float) -> bytes:
    _check_time(until)
    try:
        return EXAMPLES[kind].checked(members.read(path, MAX_EXAMPLE_BYTES))
    except InputError as problem:
        raise InputError("{file}: {problem}", file=path, problem=problem) from None


def _check_classes(count: int) -> None:
    if not 1 <= count <= MAX_CLASSES:
        raise InputError(
            "The file contains {count} classes; a set has 1 to {most}.",
            count=count, most=MAX_CLASSES,
        )  # fmt: skip


def _check_examples(label: str, count: int) -> None:
    if count == 0:
        raise InputError("The class {name} in the file is empty.", name=label)
    if count > MAX_EXAMPLES:
        raise InputError(
            "In the file, the class {name} has {count} examples; a class can have at most {most}.",
            name=label, count=count, most=MAX_EXAMPLES,
        )  # fmt: skip


def _read_pictures(members: Members, name: str) -> tuple[OwnSet, dict[str, Sequence[bytes]]]:
    """Return the pictures in a zip of PNGs and JPEGs in folders as a set, as `unpack` does."""
    folders: dict[str, list[str]] = {}
    for path in sorted(members.names):
        parts = PurePosixPath(path).parts
        if any(part in OF_SYSTEMS or part.startswith(".") for part in parts):
            continue
        if len(parts) < 2 or not path.lower().endswith(ENDINGS):
            raise InputError(
                "Not a set exported by this app, nor a zip with one folder of pictures per "
                "class: it contains {name}.",
                name=path[:60],
            )
        folders.setdefault(parts[-2], []).append(path)
    if not folders:
        raise InputError("The file contains neither a set exported by this app nor pictures.")
    _check_classes(len(folders))
    until = time.thread_time() + MAX_SECONDS
    classes: dict[str, Sequence[bytes]] = {}
    for folder, paths in folders.items():
        label = checked_name(folder, classes)
        _check_examples(label, len(paths))
        classes[label] = [_picture(members, path, until) for path in paths]
    return OwnSet(_name(name), "photographed"), classes


def _name(file: str) -> str:
    try:
        return checked_name(PurePosixPath(file).stem)
    except InputError:
        return DEFAULT_NAME


def _check_time(until: float) -> None:
    if time.thread_time() > until:
        raise InputError("The pictures in the file are too large in total; shrink them.")


def _picture(members: Members, path: str, until: float) -> bytes:
    _check_time(until)
    try:
        return photographed(members.read(path, MAX_BYTES))
    except InputError as problem:
        raise InputError("{file}: {problem}", file=path[-60:], problem=problem) from None
