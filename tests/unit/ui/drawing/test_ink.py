"""What a browser sends of a board may be late, or anything."""

from __future__ import annotations

from typing import Any

import pytest

from rnndemo.ui.drawing.ink import MAX_ADDED, Ink
from rnndemo.ui.gestures.ink import GestureInk


def strokes(*numbers: int) -> list[dict[str, Any]]:
    return [{"type": "Path", "number": number} for number in numbers]


def numbers(ink: Ink) -> list[int]:
    return [one["number"] for one in ink.objects]


def test_board_is_what_the_browser_shows_last() -> None:
    ink = Ink()
    for sent in ((1, 2, 3), (1, 2), (1, 2, 4), ()):
        ink.receive({"strokes": strokes(*sent)})
        assert numbers(ink) == list(sent)
    assert ink.last == 4


def test_strokes_that_the_app_is_done_with_do_not_come_back() -> None:
    ink = Ink(first=3)
    ink.receive({"strokes": strokes(1, 2, 3, 4)})
    assert numbers(ink) == [3, 4]


def test_each_drawing_is_handed_in_once() -> None:
    ink = Ink()
    one, two = ({"number": n, "about": "tick", "strokes": strokes(n)} for n in (1, 2))
    ink.receive({"strokes": [], "added": [one]})
    ink.receive({"strokes": strokes(2), "added": [one]})
    assert ink.handed_in() == [one]
    ink.receive({"strokes": [], "added": [one, two]})  # the browser has not heard of it yet
    assert ink.handed_in() == [two]
    assert ink.handed_in() == []
    assert ink.taken == 2


@pytest.mark.parametrize("sent", [None, 7, "strokes", {"number": 1}, [None, 7, {"number": "1"}]])
def test_anything_else_is_passed_over(sent: object) -> None:
    ink = Ink()
    ink.receive({"strokes": sent, "added": sent})
    assert (ink.objects, ink.added, ink.strokes) == ([], [], [])


def test_gesture_replaces_the_one_before_and_is_counted() -> None:
    ink = GestureInk()
    ink.receive({"strokes": strokes(1)})
    ink.receive({"strokes": strokes(1, 2)})
    assert (numbers(ink), ink.first, ink.number) == ([2], 2, 2)
    ink.receive({"strokes": strokes(1, 2)})  # sent before the browser heard of it
    assert (numbers(ink), ink.number) == ([2], 2)


def test_gesture_drawn_right_after_clear_counts() -> None:
    ink = GestureInk()
    ink.receive({"strokes": strokes(1)})
    ink.receive({"strokes": strokes(2)})  # the empty board was never sent alone
    assert (numbers(ink), ink.number) == ([2], 2)
    ink.receive({"strokes": []})
    assert (numbers(ink), ink.number) == ([], 2)


@pytest.mark.parametrize("sent", ["abc", 5, None, [4, "x"], {"a": 1}])
def test_what_is_no_list_of_strokes_is_none_of_a_drawing(sent: object) -> None:
    ink = Ink()
    ink.receive({"added": [{"number": 1, "about": "tick", "strokes": sent}]})
    assert ink.handed_in() == [{"number": 1, "about": "tick", "strokes": []}]


def test_strokes_stay_when_the_next_message_cannot_be_used() -> None:
    ink = Ink()
    ink.receive({"strokes": strokes(1, 2)})
    endless = {"type": "path", "number": 3, "path": [["M", 1, 1]] * 60_000}
    ink.receive({"strokes": [endless]})
    assert (numbers(ink), ink.last) == ([1, 2], 2)
    assert "up to 50000 points" in str(ink.problem)
    ink.receive({"strokes": strokes(1)})
    assert (numbers(ink), ink.problem) == ([1], None)


def test_a_board_on_which_nothing_is_handed_in_keeps_nothing_of_it() -> None:
    ink = Ink()
    ink.receive({"added": [{"number": 1}]}, adds=False)
    assert (ink.added, ink.taken) == ([], 0)


def test_what_nobody_takes_is_kept_up_to_a_limit() -> None:
    ink = Ink()
    for number in range(1, 100):
        ink.receive({"added": [{"number": number}]})
    assert len(ink.added) == ink.taken == MAX_ADDED


def test_drawings_of_one_message_are_taken_a_few_at_a_time() -> None:
    ink = Ink()
    sent = {"added": [{"number": number} for number in range(1, 100)]}
    ink.receive(sent)
    assert len(ink.handed_in()) == ink.taken == MAX_ADDED
    ink.receive({"added": [{"number": True}, {"number": 2**60}, {"number": -1}]})
    assert ink.handed_in() == []
