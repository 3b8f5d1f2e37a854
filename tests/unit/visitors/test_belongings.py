"""All that a visitor has is counted, and deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.data.own.shelf import OwnSets
from rnndemo.errors import InputError
from rnndemo.storage.folders import KINDS, TRASHES, owner_of
from rnndemo.storage.shelf import ShelfWithTrash
from rnndemo.storage.visitors import note_visit
from rnndemo.training.runs import Runs
from rnndemo.visitors import belongings as module
from rnndemo.visitors.belongings import SHELVES, belongings, delete_everything, works
from tests.own import drawn_set
from tests.small import TINY

ME, OTHER = owner_of("me"), owner_of("other")


def test_every_shelf_is_swept_counted_and_deleted() -> None:
    assert {shelf.kind for shelf in SHELVES} <= set(KINDS)
    assert {shelf.trash_kind for shelf in SHELVES if issubclass(shelf, ShelfWithTrash)} == set(
        TRASHES
    )


@pytest.mark.usefixtures("sleepers")
def test_everything_goes_and_what_works_is_ended(data_folder: Path, mine: OwnSets) -> None:
    drawn_set(mine)
    run, deleted = (Runs(ME).start(TINY) for _ in range(2))
    Runs(ME).delete(deleted.name)
    drawn_set(OwnSets(OTHER))
    (data_folder / "reactions" / ME).mkdir(parents=True)
    (data_folder / "reactions" / ME / "events.jsonl").write_text("{}\n")
    note_visit(ME)
    had = belongings(ME)
    assert {kind: n for kind, n in had.counts.items() if n} == {"runs": 1, "sets": 1}
    assert had.bytes > 1000
    assert works(ME)
    assert not works(OTHER)
    delete_everything(ME)
    assert not run.running
    assert not [path for path in data_folder.rglob(ME) if path.exists()]
    assert belongings(ME).bytes == 0
    assert OwnSets(OTHER).all()


def test_what_cannot_be_deleted_is_said(mine: OwnSets, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn_set(mine)
    monkeypatch.setattr(module.shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(InputError, match="Not all could be deleted"):
        delete_everything(ME)
