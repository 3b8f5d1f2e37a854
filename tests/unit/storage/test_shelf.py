"""What a shelf promises, whatever it holds."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from rnndemo.errors import InputError
from rnndemo.storage.folders import FOLDER_NAME, owner_of
from rnndemo.storage.shelf import ShelfWithTrash

pytestmark = pytest.mark.usefixtures("data_folder")


@dataclass(frozen=True)
class Note:
    folder: Path
    own: bool
    made: float

    def check_own(self) -> None:
        if not self.own:
            raise InputError("not yours")


class Notes(ShelfWithTrash[Note]):
    kind, trash_kind, mark = "notes", "old-notes", "made"
    limit, trash_limit = 3, 2
    missing, not_written = "no such note", "not written: {reason}"
    full, too_late = "at most {most}", "too late"

    @classmethod
    def _open(cls, folder: Path, own: bool) -> Note:
        try:
            return Note(folder, own, float((folder / "made").read_text()))
        except ValueError:
            raise InputError("damaged") from None

    def write(self, made: object) -> str:
        self.check_room()
        with self._new_folder() as folder:
            folder.mkdir(parents=True)
            (folder / "made").write_text(str(made))
            self._open(folder, own=True)
        return folder.name


@pytest.fixture
def me() -> Notes:
    return Notes(owner_of("me"))


@pytest.fixture
def you() -> Notes:
    return Notes(owner_of("you"))


def test_newest_is_first_and_a_damaged_one_hinders_no_other(me: Notes) -> None:
    names = [me.write(made) for made in (2, 3, 1)]
    assert all(FOLDER_NAME.fullmatch(name) for name in names)
    assert [note.made for note in me.all()] == [3, 2, 1]
    (me.folder / names[0] / "made").write_text("?")
    assert [note.made for note in me.all()] == [3, 1]
    with pytest.raises(InputError, match="damaged"):
        me.find(names[0])


def test_whoever_knows_the_name_may_look_and_only_its_visitor_delete(me: Notes, you: Notes) -> None:
    name = me.write(1)
    assert (me.find(name).own, you.find(name).own, Notes.find_anyones(name).own) == (
        True, False, False
    )  # fmt: skip
    with pytest.raises(InputError, match="not yours"):
        you.delete(name)
    me.delete(name)
    for shelf in (me, you):
        with pytest.raises(InputError, match="no such note"):
            shelf.find(name)
    with pytest.raises(InputError, match="too late"):
        you.undelete(name)
    assert me.undelete(name) == me.find(name)


def test_what_cannot_be_made_leaves_nothing(me: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="damaged"):
        me.write("?")
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(InputError, match="not written: No space left on device"):
        me.write(1)
    assert list(me.folder.iterdir()) == []


def test_there_are_never_more_than_the_limit(me: Notes) -> None:
    names = [me.write(made) for made in range(3)]
    with pytest.raises(InputError, match="at most 3"):
        me.write(3)
    me.delete(names[0])
    names.append(me.write(3))
    with pytest.raises(InputError, match="at most 3"):
        me.undelete(names[0])
    me.delete(names[3])
    me.undelete(names[0])
    for name in names[:3]:
        me.delete(name)
    assert len(list(me.trash.iterdir())) == 2


def test_what_cannot_be_moved_is_said_in_a_sentence(me: Notes) -> None:
    name = me.write(1)
    me.delete(name)
    shutil.rmtree(me.folder)
    me.folder.write_text("a file")
    with pytest.raises(InputError, match="not written: "):
        me.undelete(name)
