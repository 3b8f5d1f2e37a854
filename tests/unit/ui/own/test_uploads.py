"""No file is lost while an uploader is being emptied, and none is taken twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnndemo.ui.own.uploads import Turns


@dataclass
class File:
    file_id: str


def files(*names: str) -> list[Any]:
    return [File(name) for name in names]


def ids(taken: list[Any]) -> list[str]:
    return [file.file_id for file in taken]


def test_files_on_their_way_to_the_emptied_uploader_arrive() -> None:
    turns = Turns()
    first = turns.number
    assert ids(turns.take(first, files("a", "b"))) == ["a", "b"]
    assert turns.number == first + 1
    assert first in (turns.at(0), turns.at(1))  # it is still drawn
    assert ids(turns.take(first, files("a", "b", "c"))) == ["c"]
    assert turns.number == first + 1  # the one that people see stays
    assert ids(turns.take(first, files("a", "b", "c"))) == []


def test_uploader_keeps_its_place() -> None:
    turns, places = Turns(), {}
    for _ in range(5):
        for place in (0, 1):
            assert places.setdefault(turns.at(place), place) == place
        turns.take(turns.number, files(f"file {turns.number}"))
