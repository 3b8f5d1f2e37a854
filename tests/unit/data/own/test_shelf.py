"""Sets of own classes: nobody changes another's, two tabs lose nothing, no name is a path."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnndemo.data.own import shelf
from rnndemo.data.own.examples import EXAMPLES
from rnndemo.data.own.sets import MAX_EXAMPLES, MAX_SETS
from rnndemo.data.own.shelf import MANIFEST, OwnSetFolder, OwnSets
from rnndemo.errors import InputError
from rnndemo.storage.folders import HOME, TRASH_SECONDS, owner_of
from tests.own import drawing, drawn_set, photographed_set

pytestmark = pytest.mark.usefixtures("data_folder")


@pytest.fixture
def yours() -> OwnSets:
    return OwnSets(owner_of("you"))


def files(own_set: OwnSetFolder) -> set[str]:
    return {path.name for path in own_set.folder.iterdir()}


# --- what is stored ---------------------------------------------------------------------------


def test_set_is_found_again_as_it_was_left(mine: OwnSets) -> None:
    own_set = drawn_set(mine, count=3)
    again = mine.find(own_set.id)
    assert again == own_set
    assert [one.name for one in again.content.classes] == ["tick", "roof"]
    example = again.content.find("tick").examples[0]
    assert again.read(example) == drawing("tick", 0)
    assert [one.id for one in mine.all()] == [own_set.id]
    assert files(own_set) == {MANIFEST, *(f"{name}.json" for name in own_set.content.examples)}


def test_newest_set_is_first_and_a_damaged_one_hinders_no_other(mine: OwnSets) -> None:
    first, second = drawn_set(mine, 1), photographed_set(mine, 1)
    assert [one.id for one in mine.all()] == [second.id, first.id]
    (second.folder / MANIFEST).write_text('{"schema": 1}')
    assert [one.id for one in mine.all()] == [first.id]
    with pytest.raises(InputError, match="damaged"):
        mine.find(second.id)


def test_photographs_are_stored_small_and_grey(mine: OwnSets) -> None:
    own_set = photographed_set(mine, 2)
    content = own_set.read(own_set.content.examples[0])
    assert content.startswith(b"\x89PNG")
    assert EXAMPLES["photographed"].checked(content) == content


def test_sets_of_a_visitor_are_bounded(mine: OwnSets) -> None:
    for number in range(MAX_SETS):
        own_set = mine.create(f"set {number}", "drawn")
    with pytest.raises(InputError, match=f"keep up to {MAX_SETS} sets"):
        mine.create("one more", "drawn")
    mine.delete(own_set.id)
    mine.create("one more", "drawn")
    with pytest.raises(InputError, match="Delete some first"):
        mine.undelete(own_set.id)


def test_more_examples_than_fit_are_refused_and_leave_no_file(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 2)
    before = files(own_set)
    with pytest.raises(InputError, match="room for 48 more"):
        mine.add(own_set.id, "tick", [drawing("tick")] * (MAX_EXAMPLES - 1))
    assert files(own_set) == before


# --- whose it is ------------------------------------------------------------------------------


def test_another_visitor_can_look_and_change_nothing(mine: OwnSets, yours: OwnSets) -> None:
    own_set = drawn_set(mine, 2)
    seen = yours.find(own_set.id)
    assert (seen.own, seen.content) == (False, own_set.content)
    assert yours.all() == []
    for change in (
        lambda: yours.change(own_set.id, lambda content: content.renamed("stolen")),
        lambda: yours.add(own_set.id, "tick", [drawing("tick")]),
        lambda: yours.delete(own_set.id),
    ):
        with pytest.raises(InputError, match="belongs to someone else"):
            change()
    assert mine.find(own_set.id) == own_set
    mine.delete(own_set.id)
    with pytest.raises(InputError, match="cannot be restored"):
        yours.undelete(own_set.id)


HOSTILE = ["", ".", "..", "../x", "/etc", "a" * 20 + "/", "A" * 20, "a" * 19, "a" * 20 + "\n", "*"]


@pytest.mark.parametrize("name", HOSTILE)
def test_name_is_never_a_path(mine: OwnSets, name: str) -> None:
    drawn_set(mine, 1)
    for act in (mine.find, mine.delete, OwnSets.find_anyones):
        with pytest.raises(InputError, match="The set of this link is not here"):
            act(name)
    with pytest.raises(InputError, match="cannot be restored"):
        mine.undelete(name)
    with pytest.raises(ValueError, match="no name of a visitor"):
        OwnSets(name)


@given(st.text(max_size=30))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_finds_a_set_but_its_name(mine: OwnSets, text: str) -> None:
    with pytest.raises(InputError, match="The set of this link is not here"):
        mine.find(text)


# --- two at once ------------------------------------------------------------------------------


def test_tabs_that_add_at_once_lose_nothing(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 0)

    def add(seed: int) -> None:
        mine.add(own_set.id, "tick", [drawing("tick", seed)])

    with ThreadPoolExecutor(8) as tabs:
        list(tabs.map(add, range(40)))
    content = mine.find(own_set.id).content
    examples = content.find("tick").examples
    assert {own_set.read(name) for name in examples} == {
        drawing("tick", seed) for seed in range(40)
    }


def test_processes_that_change_at_once_lose_nothing(mine: OwnSets, data_folder: Path) -> None:
    own_set = drawn_set(mine, 0, ("tick",))
    script = (
        "import sys; from rnndemo.data.own.shelf import OwnSets\nfor n in range(6):\n    "
        "OwnSets(sys.argv[1]).change(sys.argv[2], lambda s: s.with_class(f'{sys.argv[3]} {n}'))"
    )
    command = [sys.executable, "-c", script, mine.folder.name, own_set.id]
    environment = {**os.environ, HOME: str(data_folder)}
    both = [subprocess.Popen([*command, who], env=environment) for who in ("a", "b")]
    assert [one.wait(60) for one in both] == [0, 0]
    names = {one.name for one in mine.find(own_set.id).content.classes}
    assert names == {"tick", *(f"{who} {n}" for who in "ab" for n in range(6))}


def test_change_that_fails_changes_nothing(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 2)
    with pytest.raises(InputError, match="already"):
        mine.change(own_set.id, lambda content: content.with_class("tick"))
    assert mine.find(own_set.id) == own_set


def test_folder_that_cannot_be_written_is_said_in_a_sentence(
    mine: OwnSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_set = drawn_set(mine, 1)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("write_bytes", "write_json"):
        monkeypatch.setattr(shelf, name, full)
    with pytest.raises(InputError, match="No space left on device"):
        mine.add(own_set.id, "tick", [drawing("tick")])
    with pytest.raises(InputError, match="make room in the data folder"):
        mine.create("another", "drawn")
    assert [one.content for one in mine.all()] == [own_set.content]
    assert len(list(mine.folder.iterdir())) == 2  # the set and the lock; nothing half made


# --- deleting and restoring -------------------------------------------------------------------


def test_deleted_example_keeps_its_file_until_it_cannot_come_back(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 2)
    gone = own_set.content.find("tick").examples[0]
    mine.change(own_set.id, lambda content: content.without_example("tick", gone, 1.0))
    assert f"{gone}.json" in files(own_set)
    back = mine.change(own_set.id, lambda content: content.undone(2.0))
    assert back.content == own_set.content
    mine.change(own_set.id, lambda content: content.without_example("tick", gone, 1.0))
    mine.change(own_set.id, lambda content: content.without_class("roof", 2.0 + TRASH_SECONDS))
    assert f"{gone}.json" not in files(own_set)
    assert len(files(own_set)) == 4  # the manifest, one tick, two roofs that can come back


def test_deleted_set_comes_back_whole_for_a_day(
    mine: OwnSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_set = drawn_set(mine, 2)
    mine.delete(own_set.id)
    assert mine.all() == []
    with pytest.raises(InputError, match="The set of this link is not here"):
        OwnSets.find_anyones(own_set.id)
    assert mine.undelete(own_set.id) == own_set
    mine.delete(own_set.id)
    os.utime(mine.trash / own_set.id, (0, 0))
    mine.delete(drawn_set(mine, 1).id)
    with pytest.raises(InputError, match="cannot be restored"):
        mine.undelete(own_set.id)


def test_trash_is_bounded(mine: OwnSets) -> None:
    for _ in range(MAX_SETS + 3):
        mine.delete(mine.create("again", "drawn").id)
    assert len(list(mine.trash.iterdir())) == MAX_SETS


def test_change_of_a_set_that_another_tab_has_deleted_is_explained(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 1)
    mine.delete(own_set.id)
    with pytest.raises(InputError, match="The set of this link is not here"):
        mine.add(own_set.id, "tick", [drawing("tick")])
    assert not own_set.folder.exists()


def test_manifest_contains_no_path_and_can_be_read_by_people(mine: OwnSets) -> None:
    own_set = drawn_set(mine, 1)
    content = json.loads((own_set.folder / MANIFEST).read_text())
    assert content["name"] == "my signs"
    assert str(mine.folder) not in json.dumps(content)
