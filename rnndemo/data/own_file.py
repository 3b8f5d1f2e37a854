"""A set of own classes as one ``.zip`` file, to take along and to bring back.

The file holds ``manifest.json`` and the examples as they are kept, ``01/01.json`` or ``01/01.png``:
class and example, counted from 1. Equal sets give equal files. What comes in is read with
suspicion: nothing is unpacked to disk, no header is believed, and nothing is kept unless all is
well. A zip of pictures in one folder a class can be read too (`rnndemo.data.own_pictures`).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import TypeGuard

from rnndemo.data.own import KINDS, OwnSet, checked_name
from rnndemo.data.own_examples import EXAMPLES, MOST_BYTES
from rnndemo.data.own_pictures import read_pictures
from rnndemo.data.own_store import MANIFEST, Kept
from rnndemo.data.own_zip import Members, check_classes, check_examples, opened
from rnndemo.errors import N_, InputError

FORMAT, SCHEMA = "row-by-row-set", 1
MOST_MANIFEST = 1_000_000  # bytes
DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold; the same in every file

OTHER_FORM = N_("The file's {manifest} has another form than that of a set; it is not one of ours.")


def pack(kept: Kept) -> bytes:
    """Return a set as the content of a ``.zip`` file.

    Raises
    ------
    InputError
        If a class is empty, or an example cannot be read.
    """
    content = kept.content
    if not content.classes:
        raise InputError("This set has no class yet; there is nothing to download.")
    for one in content.classes:
        if not one.examples:
            raise InputError(
                "The class {name} is empty; add examples or delete it, then download.",
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
                _store(file, _member(k, n, content.kind), kept.read(example))
    return buffer.getvalue()


def _store(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 3  # whatever the system: equal sets, equal files
    member.external_attr = 0o644 << 16
    file.writestr(member, content)


def _member(k: int, n: int, kind: str) -> str:
    return f"{k + 1:02}/{n + 1:02}{EXAMPLES[kind].suffix}"


def unpack(content: bytes, name: str = "") -> tuple[OwnSet, dict[str, Sequence[bytes]]]:
    """Return the set in a file, to be put on a shelf: what it is, and each class's examples.

    Parameters
    ----------
    content : bytes
        Of the file.
    name : str, default ""
        What the file is called; a set of mere pictures is called after it.

    Raises
    ------
    InputError
        If it is no such file, damaged, too large, or anything in it is not as it should be.
    """
    with opened(content) as members:
        if MANIFEST not in members.names:
            return read_pictures(members, name)
        title, kind, counts = _about(members.read(MANIFEST, MOST_MANIFEST))
        wanted = [
            [_member(k, n, kind) for n in range(count)] for k, count in enumerate(counts.values())
        ]
        _check_members(members, {MANIFEST, *(path for paths in wanted for path in paths)})
        classes: dict[str, Sequence[bytes]] = {
            label: [_example(members, path, kind) for path in paths]
            for label, paths in zip(counts, wanted, strict=True)
        }
    return OwnSet(title, kind), classes


def _about(content: bytes) -> tuple[str, str, dict[str, int]]:
    """Return what a manifest says, all of it checked: name, kind, examples of each class."""
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
            "This file was made by a newer version of this app (form {schema}; here it is "
            "{known}); update the app to read it.",
            schema=about["schema"], known=SCHEMA,
        )  # fmt: skip
    classes = about.get("classes")
    texts = (about.get("name"), about.get("kind"))
    if about.get("kind") not in KINDS or not isinstance(classes, list) or not _are_texts(texts):
        raise other
    check_classes(len(classes))
    counts: dict[str, int] = {}
    for one in classes:
        if not isinstance(one, dict) or not _are_texts([one.get("name")]):
            raise other
        label, count = checked_name(one["name"], counts), one.get("examples")
        if not _is_count(count):
            raise other
        check_examples(label, count)
        counts[label] = count
    return checked_name(about["name"]), about["kind"], counts


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_texts(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _check_members(members: Members, wanted: set[str]) -> None:
    strange = [name for name in members.names if name not in wanted]
    if strange:
        raise InputError(
            "The file holds {name}, which does not belong in a set.", name=strange[0][:60]
        )
    missing = sorted(wanted - set(members.names))
    if missing:
        raise InputError(
            "The file lacks {name}, which its {manifest} names.",
            name=missing[0], manifest=MANIFEST,
        )  # fmt: skip


def _example(members: Members, path: str, kind: str) -> bytes:
    try:
        return EXAMPLES[kind].checked(members.read(path, MOST_BYTES))
    except InputError as problem:
        raise InputError("{file}: {problem}", file=path, problem=problem) from None
