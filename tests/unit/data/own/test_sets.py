"""A set of own classes keeps to its bounds, and every deletion can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.data.own.sets import (
    MAX_CLASSES,
    MAX_DELETIONS,
    MAX_EXAMPLES,
    MAX_NAME,
    OwnClass,
    OwnSet,
    checked_name,
    from_json,
    to_json,
)
from rnndemo.errors import InputError
from rnndemo.storage.folders import TRASH_SECONDS


def ids(count: int, start: int = 0) -> tuple[str, ...]:
    return tuple(f"{number:020x}" for number in range(start, start + count))


def a_set(**counts: int) -> OwnSet:
    classes = []
    for number, (label, count) in enumerate(counts.items()):
        classes.append(OwnClass(label, ids(count, 1000 * number)))
    return OwnSet("mine", "drawn", tuple(classes), made=1.0)


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["", "   ", "\t\n", "a" * (MAX_NAME + 1), "a\x00b", "a\u202eb", "\ud800", "a\u200bb"]
)
def test_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="is not a valid name"):
        checked_name(name)


@pytest.mark.parametrize(
    ("given_", "checked"),
    [("  thumb   up ", "thumb up"), ("你好", "你好"), ("e\u0301", "é"), ("../x", "../x")],
)
def test_name_is_put_in_order_and_may_hold_any_letter(given_: str, checked: str) -> None:
    assert checked_name(given_) == checked


@given(st.text(max_size=MAX_NAME + 5))
def test_name_that_was_checked_is_checked_again_unchanged(text: str) -> None:
    try:
        name = checked_name(text)
    except InputError:
        return
    assert checked_name(name) == name
    assert 1 <= len(name) <= MAX_NAME


def test_two_classes_cannot_have_one_name_however_it_is_written() -> None:
    with pytest.raises(InputError, match="already"):
        a_set(Thumb=0).with_class(" thumb ")
    with pytest.raises(InputError, match="already"):
        a_set(a=1, b=1).with_class_renamed("a", "B")
    renamed = a_set(a=1, b=1).with_class_renamed("a", "A")  # its own name in other letters
    assert [one.name for one in renamed.classes] == ["A", "b"]


# --- bounds -----------------------------------------------------------------------------------


def test_classes_and_examples_are_bounded() -> None:
    full = OwnSet("mine", "drawn", tuple(OwnClass(f"c{k}") for k in range(MAX_CLASSES)))
    with pytest.raises(InputError, match=f"at most {MAX_CLASSES} classes"):
        full.with_class("one more")
    some = a_set(a=MAX_EXAMPLES - 2)
    assert len(some.with_examples("a", ids(2, 500)).find("a").examples) == MAX_EXAMPLES
    with pytest.raises(InputError, match="too many examples \\(3\\).* room for 2 more"):
        some.with_examples("a", ids(3, 500))


def test_set_says_what_is_missing_to_train() -> None:
    assert "at least 2 classes; this set has 1" in str(a_set(a=9).problem())
    problem = a_set(a=3, b=5, c=0).problem()
    assert "needs 5 examples of every class. Still missing: a 2, c 5." in str(problem)
    assert a_set(a=5, b=50).problem() is None


Change = Callable[[OwnSet], OwnSet]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.find("x"),
        lambda s: s.with_examples("x", ids(1)),
        lambda s: s.with_class_renamed("x", "y"),
        lambda s: s.without_class("x", 0),
        lambda s: s.without_example("x", ids(1)[0], 0),
        lambda s: s.without_example("a", "f" * 20, 0),
        lambda s: s.undone(0),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(change: Change) -> None:
    with pytest.raises(InputError, match=r"no longer|nothing to restore"):
        change(a_set(a=1))


# --- deleting and restoring -------------------------------------------------------------------


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 99)), max_size=12))
def test_every_deletion_can_be_undone_in_turn(deletions: list[tuple[bool, int]]) -> None:
    before = [a_set(a=4, b=0, c=3)]
    for whole, number in deletions:
        now = before[-1]
        if not now.classes:
            break
        label = now.classes[number % len(now.classes)].name
        if whole:
            before.append(now.without_class(label, 1.0))
        elif now.find(label).examples:
            examples = now.find(label).examples
            before.append(now.without_example(label, examples[number % len(examples)], 1.0))
    last = before.pop()
    while before:
        last = last.undone(2.0)
        assert last == before.pop()


def test_what_was_deleted_comes_back_under_its_class_new_name() -> None:
    one = a_set(a=2, b=1).without_example("a", ids(1)[0], 1.0).with_class_renamed("a", "z")
    assert one.undone(2.0).find("z").examples == ids(2)


def test_deletion_is_too_old_after_a_day_and_the_oldest_are_forgotten() -> None:
    one = a_set(a=2).without_example("a", ids(1)[0], 100.0)
    with pytest.raises(InputError, match="too long ago"):
        one.undone(101.0 + TRASH_SECONDS)
    assert len(one.with_class("b").without_class("b", 200.0 + TRASH_SECONDS).deleted) == 1
    for _ in range(MAX_DELETIONS + 5):
        one = one.with_class("c").without_class("c", 101.0)
    assert len(one.deleted) == MAX_DELETIONS


def test_class_that_was_made_again_is_in_the_way_of_the_deleted_one() -> None:
    one = a_set(a=2, b=1).without_class("a", 1.0).with_class("a")
    with pytest.raises(InputError, match="already"):
        one.undone(2.0)


# --- JSON -------------------------------------------------------------------------------------


def test_set_comes_back_from_json() -> None:
    one = a_set(a=2, b=3).without_example("b", ids(3, 1000)[1], 5.0).without_class("a", 6.0)
    assert from_json(json.loads(json.dumps(to_json(one)))) == one


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2}, {"kind": "painted"}, {"kind": ["drawn"]}, {"name": ""}, {"name": 3},
        {"classes": 3}, {"classes": [{"name": "a"}]}, {"made": "x"}, {"deleted": [{}]},
        {"classes": [{"name": "a", "examples": ["../../../etc/passwd"]}]},
        {"classes": [{"name": "a", "examples": [3]}]},
        {"classes": [{"name": "a", "examples": []}, {"name": "A", "examples": []}]},
    ],
)  # fmt: skip
def test_damaged_json_is_no_set(change: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        from_json({**to_json(a_set(a=1)), **change})
