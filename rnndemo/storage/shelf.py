"""A visitor's things of one kind: each has a folder with a random name in the visitor's folder.

The name is long and random: who knows it may look at the thing. Only the visitor who made it may
steer, change or delete it. Names are checked before they become paths.
"""

from __future__ import annotations

import math
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rnndemo.errors import InputError
from rnndemo.storage.files import as_input_error
from rnndemo.storage.folders import (
    FOLDER_NAME,
    folders_with,
    has_file,
    home,
    move_to_trash,
    visitor_folder,
)
from rnndemo.storage.visitors import check_bytes


class Shelved(Protocol):
    """A thing that a shelf can hold."""

    @property
    def folder(self) -> Path:
        """Its folder."""

    @property
    def made(self) -> float:
        """When it was made, in seconds since 1970."""

    def check_own(self) -> None:
        """Raise an `InputError` unless it may be changed."""


T = TypeVar("T", bound=Shelved)


class Shelf(Generic[T]):
    """One visitor's things of one kind.

    Parameters
    ----------
    owner : str
        The name of the visitor's folder, from `rnndemo.storage.folders.owner_of`.

    Raises
    ------
    ValueError
        If it is not such a name.
    """

    thing: ClassVar[type[Any]]  # the class of its things, where `_open` has no more to do
    kind: ClassVar[str]  # name of the folder of all visitors' things
    mark: ClassVar[str]  # the file that makes a folder one of these things
    missing: ClassVar[str]  # message where there is no thing named {name}
    not_written: ClassVar[str]  # message where writing fails for a {reason}

    def __init__(self, owner: str) -> None:
        self.folder = visitor_folder(self.kind, owner)

    @classmethod
    def _open(cls, folder: Path, own: bool) -> T:
        """Return the thing in `folder`; raise an `InputError` if it is damaged."""
        return cls.thing(folder, own)

    def all(self) -> list[T]:
        """Return the things that can be read, the newest first."""
        found = []
        for folder in folders_with(self.folder, self.mark):
            with suppress(InputError):
                found.append(self._open(folder, own=True))
        return sorted(found, key=lambda thing: thing.made, reverse=True)

    def find(self, name: str) -> T:
        """Return the thing named `name`: this visitor's, or another's to look at.

        Raises
        ------
        InputError
            If there is none, or it is damaged.
        """
        if FOLDER_NAME.fullmatch(name) and has_file(self.folder / name, self.mark):
            return self._open(self.folder / name, own=True)
        return self.find_anyones(name)

    @classmethod
    def find_anyones(cls, name: str) -> T:
        """Return the thing named `name`, of any visitor, to look at.

        Raises
        ------
        InputError
            If there is none, or it is damaged.
        """
        if FOLDER_NAME.fullmatch(name):
            for folder in (home() / cls.kind).glob(f"*/{name}"):
                if has_file(folder, cls.mark):
                    return cls._open(folder, own=False)
        raise InputError(cls.missing)

    @contextmanager
    def _new_folder(self) -> Iterator[Path]:
        """Yield the path for a new folder, with a random name; after an error, remove it.

        It raises an `InputError` if the visitor may not keep anything more.
        """
        check_bytes(self.folder.name)
        folder = self.folder / secrets.token_hex(10)
        try:
            with as_input_error(self.not_written):
                yield folder
        except InputError:
            shutil.rmtree(folder, ignore_errors=True)
            raise


class ShelfWithTrash(Shelf[T]):
    """A shelf with a limit, whose things can be deleted."""

    limit: ClassVar[int]
    full: ClassVar[str]  # message where the limit, {most}, is reached
    trash_kind: ClassVar[str]  # as `kind`, for deleted things
    trash_limit: ClassVar[float] = math.inf
    too_late: ClassVar[str]  # message for a thing that is no longer in the trash

    def __init__(self, owner: str) -> None:
        super().__init__(owner)
        self.trash = visitor_folder(self.trash_kind, owner)

    def check_room(self) -> None:
        """Raise an `InputError` if the shelf is full."""
        if len(folders_with(self.folder, self.mark)) >= self.limit:
            raise InputError(self.full, most=self.limit)

    def delete(self, name: str) -> None:
        """Move a thing into the trash; for a day, `undelete` restores it."""
        thing = self.find(name)
        thing.check_own()
        with as_input_error(self.not_written):
            move_to_trash(thing.folder, self.trash, self.trash_limit)

    def undelete(self, name: str) -> T:
        """Restore a deleted thing.

        Raises
        ------
        InputError
            If it is no longer in the trash, or the shelf is full.
        """
        if not FOLDER_NAME.fullmatch(name) or not (self.trash / name).is_dir():
            raise InputError(self.too_late)
        self.check_room()
        with as_input_error(self.not_written):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.trash / name).rename(self.folder / name)
        return self._open(self.folder / name, own=True)
