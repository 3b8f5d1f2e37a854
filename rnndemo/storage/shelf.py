"""A visitor's things of one kind: a folder each, with a random name, in the visitor's folder.

Whoever knows a thing's name may look at it, since the name is a long random one; only its visitor
may steer, change or delete it. Names are checked before they become paths.
"""

from __future__ import annotations

import math
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar, Generic, Protocol, TypeVar

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


class Shelved(Protocol):
    """What can lie on a shelf."""

    @property
    def folder(self) -> Path:
        """Where it lies."""

    @property
    def made(self) -> float:
        """When it was made, in seconds since 1970."""

    def check_own(self) -> None:
        """Check that it may be changed, an `InputError` otherwise."""


T = TypeVar("T", bound=Shelved)


class Shelf(ABC, Generic[T]):
    """One visitor's things of one kind.

    Parameters
    ----------
    owner : str
        The name of the visitor's folder, from `rnndemo.storage.folders.owner_of`.

    Raises
    ------
    ValueError
        If it is no such name.
    """

    kind: ClassVar[str]  # what the folder of all visitors' things is called
    mark: ClassVar[str]  # the file that makes a folder one of these things
    missing: ClassVar[str]  # what is said of a {name} that is none
    not_written: ClassVar[str]  # what is said where the disk refuses, for a {reason}

    def __init__(self, owner: str) -> None:
        self.folder = visitor_folder(self.kind, owner)

    @classmethod
    @abstractmethod
    def _open(cls, folder: Path, own: bool) -> T:
        """Return the thing in `folder`; an `InputError` where it is damaged."""

    def all(self) -> list[T]:
        """Return the things that can be read, the newest first."""
        found = []
        for folder in folders_with(self.folder, self.mark):
            with suppress(InputError):
                found.append(self._open(folder, own=True))
        return sorted(found, key=lambda thing: thing.made, reverse=True)

    def find(self, name: str) -> T:
        """Return the thing of that name: this visitor's, or another's to look at.

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
        """Return the thing of that name, whosever it is, to look at.

        Raises
        ------
        InputError
            If there is none, or it is damaged.
        """
        if FOLDER_NAME.fullmatch(name):
            for folder in (home() / cls.kind).glob(f"*/{name}"):
                if has_file(folder, cls.mark):
                    return cls._open(folder, own=False)
        raise InputError(cls.missing, name=name[:40])

    @contextmanager
    def _making(self) -> Iterator[Path]:
        """Yield the path of a new folder, with a random name; one that fails leaves nothing."""
        folder = self.folder / secrets.token_hex(10)
        try:
            with as_input_error(self.not_written):
                yield folder
        except InputError:
            shutil.rmtree(folder, ignore_errors=True)
            raise


class ShelfWithTrash(Shelf[T]):
    """One visitor's things of which there may be so many, and which can be deleted."""

    limit: ClassVar[int]
    full: ClassVar[str]  # what is said where there are as many: {most}
    trash_kind: ClassVar[str]  # as `kind`, for what was deleted
    trash_limit: ClassVar[float] = math.inf
    too_late: ClassVar[str]  # what is said of what is no longer in the trash

    def __init__(self, owner: str) -> None:
        super().__init__(owner)
        self.trash = visitor_folder(self.trash_kind, owner)

    def check_room(self) -> None:
        """Check that there may be one more.

        Raises
        ------
        InputError
            If there are as many as may be kept.
        """
        if len(folders_with(self.folder, self.mark)) >= self.limit:
            raise InputError(self.full, most=self.limit)

    def delete(self, name: str) -> None:
        """Move a thing into the trash, where `undelete` finds it for a day."""
        thing = self.find(name)
        thing.check_own()
        with as_input_error(self.not_written):
            move_to_trash(thing.folder, self.trash, self.trash_limit)

    def undelete(self, name: str) -> T:
        """Bring a deleted thing back.

        Raises
        ------
        InputError
            If it is not in the trash any more, or there is no room for it.
        """
        if not FOLDER_NAME.fullmatch(name) or not (self.trash / name).is_dir():
            raise InputError(self.too_late)
        self.check_room()
        with as_input_error(self.not_written):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.trash / name).rename(self.folder / name)
        return self._open(self.folder / name, own=True)
