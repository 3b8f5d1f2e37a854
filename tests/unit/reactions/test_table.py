from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.data.drawn.gestures import CLASSES
from rnndemo.errors import InputError
from rnndemo.reactions import table
from rnndemo.reactions.table import (
    DEFAULTS,
    FILE,
    MAX_COOLDOWN,
    REACTIONS,
    Table,
    from_json,
    load,
    save,
    to_json,
)


def tables() -> st.SearchStrategy[Table]:
    """Return any valid table."""
    stages = {
        stage: st.dictionaries(st.sampled_from(CLASSES), st.sampled_from(["", *reactions]))
        for stage, reactions in REACTIONS.items()
    }
    return st.builds(Table, st.fixed_dictionaries({}, optional=stages), st.floats(0, MAX_COOLDOWN))


@given(tables())
def test_a_table_comes_back_from_json_as_it_was(given_table: Table) -> None:
    assert from_json(json.loads(json.dumps(to_json(given_table)))) == given_table


def test_a_table_comes_back_from_its_file(tmp_path: Path) -> None:
    changed = Table().assign("board", "v", "board.undo").assign("slides", "arrow", "")
    save(tmp_path / "new" / "folder", changed)
    assert load(tmp_path / "new" / "folder") == changed != Table()


def test_without_a_file_the_table_is_the_default(tmp_path: Path) -> None:
    assert load(tmp_path / "none") == Table()


def test_default_table_uses_every_reaction_and_leaves_no_gesture_without_one() -> None:
    for stage, reactions in REACTIONS.items():
        assert set(DEFAULTS[stage]) == set(CLASSES)
        assert set(DEFAULTS[stage].values()) == set(reactions)
        assert all(key.startswith(f"{stage}.") for key in reactions)


GOOD = to_json(Table())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "damaged"),
        ({}, "damaged"),
        ({**GOOD, "more": 1}, "damaged"),
        ({**GOOD, "version": 2}, "version 2"),
        ({**GOOD, "assigned": []}, "damaged"),
        ({**GOOD, "assigned": {"slides": []}}, "damaged"),
        ({**GOOD, "assigned": {"stars": {}}}, "contains 'stars'; choose one of"),
        (
            {**GOOD, "assigned": {"slides": {"wave": "slides.next"}}},
            "contains 'wave'; choose one of",
        ),
        (
            {**GOOD, "assigned": {"slides": {"arrow": "board.draw"}}},
            "contains 'board.draw'; choose one of",
        ),
        ({**GOOD, "assigned": {"slides": {"arrow": ["slides.next"]}}}, "choose one of"),
        ({**GOOD, "assigned": {"slides": {"a" * 9999: ""}}}, "choose one of"),
        ({**GOOD, "cooldown": -1}, "0 to 5"),
        ({**GOOD, "cooldown": 5.1}, "0 to 5"),
        ({**GOOD, "cooldown": float("nan")}, "0 to 5"),
        ({**GOOD, "cooldown": "1"}, "0 to 5"),
        ({**GOOD, "cooldown": True}, "0 to 5"),
    ],
)
def test_what_is_no_table_is_refused_in_a_short_sentence(content: Any, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        from_json(content)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"[" * 9_999, b'{"a": 1}' + b" " * table.MAX_BYTES]
)
def test_damaged_or_huge_files_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        load(tmp_path)


def test_a_table_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="could not be saved"):
        save(tmp_path / "file", Table())


def test_assigning_leaves_the_other_gestures_and_the_table_it_came_from() -> None:
    before = Table()
    after = before.assign("slides", "circle", "slides.close")
    assert before == Table()
    differing = {
        (stage, label)
        for stage in REACTIONS
        for label in CLASSES
        if before.assigned[stage][label] != after.assigned[stage][label]
    }
    assert differing == {("slides", "circle")}
