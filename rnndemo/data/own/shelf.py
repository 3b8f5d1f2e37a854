"""Sets of own classes on disk: one folder per set, in the folder of its visitor.

=================  ================================================================
file               content
=================  ================================================================
``manifest.json``  name, kind, classes, deletions (`rnndemo.data.own.sets`)
``NAME.json``      a drawing, ``NAME.png`` a photograph (`rnndemo.data.own.examples`)
=================  ================================================================

An example is written once, under a random name, and never changed. Every change holds the visitor's
lock and starts from what is on disk, so that two tabs lose nothing.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
from rnndemo.storage.folders import FOLDER_NAME
from rnndemo.storage.locks import locked
from rnndemo.storage.shelf import ShelfWithTrash
from rnndemo.storage.visitors import check_bytes

PREFIX = "set:"  # of the name of a set as data to train on
MANIFEST, LOCK = "manifest.json", ".lock"


@dataclass(frozen=True)
class OwnSetFolder:
    """A stored set.

    Parameters
    ----------
    own : bool
        Whether it may be changed, not only viewed and trained on.
    """

    folder: Path
    content: OwnSet
    own: bool = False

    @property
    def id(self) -> str:
        """The set's random name, part of ``set:ID``."""
        return self.folder.name

    @property
    def made(self) -> float:
        """Time of creation, in seconds since 1970."""
        return self.content.made

    @property
    def spec(self) -> str:
        """The name of the set as training data."""
        return f"{PREFIX}{self.id}"

    def check_own(self) -> None:
        """Raise an `InputError` if the set may not be changed."""
        if not self.own:
            raise InputError("This set belongs to someone else: you can use it, but not change it.")

    def read(self, example: str) -> bytes:
        """Return a stored example.

        Raises
        ------
        InputError
            If it no longer exists.
        """
        try:
            return (self.folder / f"{example}{EXAMPLES[self.content.kind].suffix}").read_bytes()
        except OSError:
            raise InputError("An example of this set can no longer be read.") from None


class OwnSets(ShelfWithTrash[OwnSetFolder]):
    """One visitor's sets."""

    kind, trash_kind, mark = "sets", "sets-deleted", MANIFEST
    limit = trash_limit = MAX_SETS
    missing = N_("The set of this link is not here: it was deleted, or the link is incomplete.")
    not_written = N_("The set could not be written ({reason}); {hint}.")
    full = N_("You can keep up to {most} sets. Delete some first.")
    too_late = N_("This set cannot be restored: it was deleted too long ago.")

    @classmethod
    def _open(cls, folder: Path, own: bool) -> OwnSetFolder:
        try:
            return OwnSetFolder(folder, from_json(read_json(folder / MANIFEST)), own)
        except ValueError:
            raise InputError("This set is damaged and cannot be read.") from None

    def create(self, name: str, kind: str) -> OwnSetFolder:
        """Store a new, empty set; `kind` is one of `KINDS`."""
        if kind not in KINDS:
            raise ValueError("no kind of set")
        return self.put(OwnSet(checked_name(name), kind), {})

    def put(self, content: OwnSet, classes: dict[str, Sequence[bytes]]) -> OwnSetFolder:
        """Store a new set with the examples of its classes in their stored form."""
        with self._changing():
            self.check_room()
            with self._new_folder() as folder:
                folder.mkdir()
                written = (
                    OwnClass(label, tuple(_write(folder, content.kind, one) for one in examples))
                    for label, examples in classes.items()
                )
                whole = replace(content, classes=tuple(written), made=time.time())
                write_json(folder / MANIFEST, to_json(whole))
        return OwnSetFolder(folder, whole, own=True)

    def change(self, name: str, change: Callable[[OwnSet], OwnSet]) -> OwnSetFolder:
        """Replace a set by what `change` returns for the set on disk."""
        with self._changing():
            before = self._own(name)
            return self._save(before, change(before.content))

    def add(self, name: str, label: str, examples: Sequence[bytes]) -> OwnSetFolder:
        """Add examples in their stored form to a class."""
        check_bytes(self.folder.name)
        with self._changing():
            before = self._own(name)
            before.content.with_examples(label, [""] * len(examples))  # raises if too many
            written = [_write(before.folder, before.content.kind, one) for one in examples]
            return self._save(before, before.content.with_examples(label, written))

    def delete(self, name: str) -> None:
        """Move a set to the trash, where `undelete` finds it for a day."""
        with self._changing():
            super().delete(name)

    def undelete(self, name: str) -> OwnSetFolder:
        """Restore a deleted set from the trash."""
        with self._changing():
            return super().undelete(name)

    def sweep(self, now: float) -> None:
        """Delete the files of examples whose deletion can no longer be undone."""
        if any(one.content.swept(now) is not one.content for one in self.all()):
            with self._changing():
                for one in self.all():
                    if (swept := one.content.swept(now)) is not one.content:
                        self._save(one, swept)

    def _own(self, name: str) -> OwnSetFolder:
        found = self.find(name)
        found.check_own()
        return found

    def _save(self, before: OwnSetFolder, content: OwnSet) -> OwnSetFolder:
        """Write a changed set, and delete the examples that it no longer refers to."""
        write_json(before.folder / MANIFEST, to_json(content))
        wanted = {*content.examples, *(name for one in content.deleted for name in one.examples)}
        for path in before.folder.iterdir():
            if FOLDER_NAME.fullmatch(path.stem) and path.stem not in wanted:
                path.unlink(missing_ok=True)
        return replace(before, content=content)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the visitor's lock; turn failures to write into an `InputError`."""
        with as_input_error(self.not_written):
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.folder / LOCK):
                yield


def _write(folder: Path, kind: str, content: bytes) -> str:
    """Write an example, and return its random name."""
    name = secrets.token_hex(10)
    write_bytes(folder / f"{name}{EXAMPLES[kind].suffix}", content)
    return name
