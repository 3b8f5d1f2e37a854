"""Which strokes make up the gesture on the board."""

from __future__ import annotations

from typing import Any

import pytest

from rnndemo.ui.gestures.ink import TOGETHER, GestureInk, with_new


def strokes(*names: str) -> list[dict[str, Any]]:
    return [{"type": "path", "name": name} for name in names]


def names(objects: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in objects]


@pytest.mark.parametrize(
    ("before", "understood", "seconds", "sent", "expected"),
    [
        ([], True, 99, ["a"], ["a"]),
        (["a"], True, 0.5, ["a", "b"], ["b"]),  # the last one was understood: a new gesture
        (["a"], False, 0.5, ["a", "b"], ["a", "b"]),  # it was not, and this came at once
        (["a"], False, TOGETHER + 1, ["a", "b"], ["b"]),  # too late
        ([], True, 0.5, ["a", "b"], ["a", "b"]),  # so quick that they came together
        (["a"], True, 0.5, ["a", "b", "c"], ["b", "c"]),
    ],
)
def test_gesture(
    before: list[str], understood: bool, seconds: float, sent: list[str], expected: list[str]
) -> None:
    ink = GestureInk(strokes(*before), number=3, at=100.0, understood=understood)
    assert names(with_new(ink, strokes(*sent), 100.0 + seconds)) == expected
