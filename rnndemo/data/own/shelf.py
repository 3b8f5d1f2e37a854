"""Where sets of own classes are kept: one folder a set, in the folder of its visitor.

=================  ================================================================
file               what it holds
=================  ================================================================
``manifest.json``  name, kind, classes and what was deleted (`rnndemo.data.own.sets`)
``NAME.json``      a drawing, ``NAME.png`` a photograph (`rnndemo.data.own.examples`)
=================  ================================================================

An example is written once, under a random name, and never changed. All changes of a visitor hold
one lock and start from what is on disk, so that two tabs lose nothing. Names are checked before
they become paths.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rnndemo.data.own.examples import EXAMPLES
from rnndemo.data.own.sets import (
    KINDS,
    MAX_SETS,
    OwnClass,
    OwnSet,
    checked_name,
    from_json,
    to_json,
)
from rnndemo.errors import N_, InputError
from rnndemo.storage.files import as_input_error, read_json, write_bytes, write_json
from rnndemo.storage.folders import (
    FOLDER_NAME,
    folders_in,
    home,
    in_trash,
    move_to_trash,
    visitor_folder,
)
from rnndemo.storage.locks import locked

MANIFEST, LOCK = "manifest.json", ".lock"

NOT_WRITTEN = N_("The set could not be written ({reason}); make room in the data folder.")


@dataclass(frozen=True)
class OwnSetFolder:
    """A set as it is kept.

    Parameters
    ----------
    folder : Path
    content : OwnSet
    own : bool
        Whether it may be changed, or only looked at and trained on.
    """

    folder: Path
    content: OwnSet
    own: bool = False

    @property
    def id(self) -> str:
        """The set's random name, part of ``set:ID``."""
        return self.folder.name

    @property
    def spec(self) -> str:
        """What the set is called as data to train on."""
        return f"set:{self.id}"

    def read(self, example: str) -> bytes:
        """Return an example as it is kept.

        Raises
        ------
        InputError
            If it is not there any more.
        """
        try:
            return (self.folder / f"{example}{EXAMPLES[self.content.kind].suffix}").read_bytes()
        except OSError:
            raise InputError("An example of this set cannot be read any more.") from None


class Shelf:
    """One visitor's sets.

    Parameters
    ----------
    owner : str
        The name of the visitor's folder.

    Raises
    ------
    ValueError
        If it is no such name.
    """

    def __init__(self, owner: str) -> None:
        self.folder = visitor_folder("sets", owner)
        self.trash = visitor_folder("sets-deleted", owner)

    def sets(self) -> list[OwnSetFolder]:
        """Return the sets that can be read, the newest first."""
        found = []
        for folder in folders_in(self.folder):
            with suppress(InputError):
                found.append(OwnSetFolder(folder, _read(folder), own=True))
        return sorted(found, key=lambda kept: kept.content.made, reverse=True)

    def find(self, name: str) -> OwnSetFolder:
        """Return the set of that random name: this visitor's, or another's to look at.

        Raises
        ------
        InputError
            If there is none, or it is damaged.
        """
        if FOLDER_NAME.fullmatch(name) and (self.folder / name / MANIFEST).is_file():
            return OwnSetFolder(self.folder / name, _read(self.folder / name), own=True)
        return find(name)

    def create(self, name: str, kind: str) -> OwnSetFolder:
        """Begin a set; `kind` is one of `KINDS`."""
        if kind not in KINDS:
            raise ValueError("no kind of set")
        return self.put(OwnSet(checked_name(name), kind), {})

    def put(self, content: OwnSet, classes: dict[str, Sequence[bytes]]) -> OwnSetFolder:
        """Keep a new set with the examples of its classes, as they are to be kept."""
        with self._changing():
            self._check_room()
            folder = self.folder / secrets.token_hex(10)
            try:
                folder.mkdir()
                named = (
                    OwnClass(
                        label, tuple(_write(folder, content.kind, example) for example in all_)
                    )
                    for label, all_ in classes.items()
                )
                whole = replace(content, classes=tuple(named), made=time.time())
                write_json(folder / MANIFEST, to_json(whole))
            except OSError:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        return OwnSetFolder(folder, whole, own=True)

    def change(self, name: str, change: Callable[[OwnSet], OwnSet]) -> OwnSetFolder:
        """Change a set: `change` gets what is on disk now and returns what shall be there."""
        with self._changing():
            before = self._own(name)
            return self._save(before, change(before.content))

    def add(self, name: str, label: str, examples: Sequence[bytes]) -> OwnSetFolder:
        """Add examples, as they are to be kept, to a class."""
        with self._changing():
            before = self._own(name)
            before.content.with_examples(label, [""] * len(examples))  # is there room?
            written = [_write(before.folder, before.content.kind, one) for one in examples]
            return self._save(before, before.content.with_examples(label, written))

    def delete(self, name: str) -> None:
        """Put a set aside, where `undelete` finds it for a day."""
        with self._changing():
            move_to_trash(self._own(name).folder, self.trash, MAX_SETS)

    def undelete(self, name: str) -> OwnSetFolder:
        """Bring a deleted set back."""
        with self._changing():
            if not in_trash(name, self.trash):
                raise InputError("This set cannot be brought back: it was deleted too long ago.")
            self._check_room()
            (self.trash / name).rename(self.folder / name)
        return self.find(name)

    def _own(self, name: str) -> OwnSetFolder:
        kept = self.find(name)
        if not kept.own:
            raise InputError("This set belongs to someone else: it can be used, not changed.")
        return kept

    def _save(self, before: OwnSetFolder, content: OwnSet) -> OwnSetFolder:
        """Write a changed set, and remove the examples that nothing leads to any more."""
        write_json(before.folder / MANIFEST, to_json(content))
        wanted = {*content.examples, *(name for one in content.deleted for name in one.examples)}
        for path in before.folder.iterdir():
            if FOLDER_NAME.fullmatch(path.stem) and path.stem not in wanted:
                path.unlink(missing_ok=True)
        return replace(before, content=content)

    def _check_room(self) -> None:
        if len(folders_in(self.folder)) >= MAX_SETS:
            raise InputError(
                "You have {most} sets, and that is as many as are kept; delete one first.",
                most=MAX_SETS,
            )

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the visitor's lock; say in words why the data folder cannot be written."""
        with as_input_error(NOT_WRITTEN):
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.folder / LOCK):
                yield


def find(name: str) -> OwnSetFolder:
    """Return the set of that random name, whosever it is, to look at.

    Raises
    ------
    InputError
        If there is none, or it is damaged.
    """
    if FOLDER_NAME.fullmatch(name):
        for path in (home() / "sets").glob(f"*/{name}/{MANIFEST}"):
            return OwnSetFolder(path.parent, _read(path.parent))
    raise InputError(
        "There is no set {name!r} here; it was deleted, or the link is not whole.", name=name[:40]
    )


def _read(folder: Path) -> OwnSet:
    try:
        return from_json(read_json(folder / MANIFEST))
    except ValueError:
        raise InputError("This set is damaged and cannot be read.") from None


def _write(folder: Path, kind: str, content: bytes) -> str:
    """Write an example, and return the name that it got."""
    name = secrets.token_hex(10)
    write_bytes(folder / f"{name}{EXAMPLES[kind].suffix}", content)
    return name
