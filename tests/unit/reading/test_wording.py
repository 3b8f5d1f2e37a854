from __future__ import annotations

import pytest

from rnndemo.data.sets import DIGITS, GESTURES
from rnndemo.data.sources.downloads import SOURCES
from rnndemo.errors import N_
from rnndemo.languages import translator
from rnndemo.reading.wording import (
    CLOTHES_NAMES,
    GESTURE_NAMES,
    class_name,
    class_names,
    listed,
    pair,
    paragraph,
)

_ = translator("zh")


def test_every_gesture_and_piece_of_clothing_has_a_name() -> None:
    assert set(GESTURE_NAMES) == set(GESTURES)
    assert set(CLOTHES_NAMES) == set(SOURCES["fashion"].classes)


@pytest.mark.parametrize("translate", [N_, _], ids=["en", "zh"])
@pytest.mark.parametrize("classes", [GESTURES, SOURCES["fashion"].classes])
def test_names_are_no_names_of_programs(classes: tuple[str, ...], translate) -> None:
    names = class_names(classes, translate)
    assert len(set(names)) == len(classes)
    assert not [name for name in names if "_" in name]
    if translate is _:
        assert not [name for name in names if name.isascii()]


def test_class_is_called_by_its_name_only_in_its_data_set() -> None:
    assert class_name("zig_zag", GESTURES, N_) == "zigzag"
    assert class_name("delete_mark", GESTURES, _) == "删除符"
    assert class_name("x", ("x", "v", "y"), _) == "x"  # letters, or a person's own classes
    assert class_names(DIGITS, _) == DIGITS
    assert class_name("elsewhere", GESTURES, _) == "elsewhere"


def test_lists_pairs_and_sentences_are_written_as_the_language_does() -> None:
    assert (listed(["16", "32"], N_), listed(["16", "32"], _)) == ("16, 32", "16、32")
    assert (pair("Layers", 2, N_), pair("层数", 2, _)) == ("Layers: 2", "层数：2")
    assert paragraph(["One.", "Two."], N_) == "One. Two."
    assert paragraph(["一。", "", "二。"], _) == "一。二。"
    assert paragraph([], N_) == ""
