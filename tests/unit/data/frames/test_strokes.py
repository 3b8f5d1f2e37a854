from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from rnndemo.data.frames.pen import SIZE, rasterize, render
from rnndemo.data.frames.strokes import (
    MAX_POINTS,
    MAX_STROKES,
    parse_strokes,
    strokes_from_canvas,
)
from rnndemo.errors import InputError


@pytest.mark.parametrize(
    "content",
    [
        None,
        5,
        "abc",
        b"abc",
        {"strokes": []},
        [5],
        [[1, 2]],
        [[[1]]],
        [[[1, 2, 3, 4, 5]]],
        [[[1, 2], [3]]],
        [["a", "b"]],
        [[[10**400, 1]]],
        [{"x": 1}],
    ],
)
def test_what_has_another_form_is_refused(content: Any) -> None:
    with pytest.raises(InputError, match=r"Strokes look like \[\[\[x, y\]"):
        parse_strokes(content)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e300, None])
def test_coordinate_that_is_no_usable_number_is_refused(number: Any) -> None:
    with pytest.raises(InputError, match="not a usable number"):
        parse_strokes([[[0, 0], [number, 1]]])


def test_limits_are_stated() -> None:
    with pytest.raises(InputError, match=f"up to {MAX_STROKES} strokes"):
        parse_strokes([[[0, 0]]] * (MAX_STROKES + 1))
    with pytest.raises(InputError, match=f"up to {MAX_POINTS} points"):
        parse_strokes([[[0, 0]] * (MAX_POINTS + 1)])
    assert len(parse_strokes([[[0, 0]]] * MAX_STROKES)) == MAX_STROKES


def test_empty_strokes_are_passed_over() -> None:
    assert parse_strokes([]) == []
    assert len(parse_strokes([[], [[1, 2]], []])) == 1


def canvas(*paths: list[list[Any]]) -> dict[str, Any]:
    return {"version": "4.4.0", "objects": [{"type": "path", "path": path} for path in paths]}


@pytest.mark.parametrize("content", [None, {}, {"objects": []}, {"objects": [{"type": "rect"}]}])
def test_canvas_without_strokes_gives_none(content: Any) -> None:
    assert strokes_from_canvas(content) == []


def test_lines_of_a_canvas_path_keep_their_points() -> None:
    (stroke,) = strokes_from_canvas(canvas([["M", 1, 2], ["L", 3, 4], ["L", 5, 6]]))
    assert stroke.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_curves_of_a_canvas_path_follow_bezier() -> None:
    (stroke,) = strokes_from_canvas(canvas([["M", 0, 0], ["Q", 10, 0, 10, 10]]))
    assert stroke[0].tolist() == [0, 0]
    assert stroke[-1].tolist() == [10, 10]
    # On this curve x = 10 (1 - (1 - t)²) and y = 10 t²
    t = np.sqrt(stroke[:, 1] / 10)
    assert np.allclose(stroke[:, 0], 10 * (1 - (1 - t) ** 2))
    assert np.allclose(np.diff(t), t[1])


def test_dot_on_the_canvas_is_a_stroke() -> None:
    (stroke,) = strokes_from_canvas(canvas([["M", 5, 5], ["L", 5, 5], ["z"]]))
    assert render([stroke]).sum() > 1


def test_each_canvas_path_is_a_stroke_of_its_own() -> None:
    assert len(strokes_from_canvas(canvas([["M", 0, 0]], [["M", 5, 5], ["L", 6, 6]]))) == 2


@pytest.mark.parametrize(
    "path",
    [
        [["M", 0, 0], ["Q", 1, 1]],
        [["M", 0, 0], ["Q", "a", 1, 2, 3]],
        [["M", 0, 0], ["L", None, 2]],
        [["M", 0, 0], ["L", float("nan"), 2]],
        [["M", 0, 0], 5],
        None,
    ],
)
def test_broken_canvas_path_is_refused(path: Any) -> None:
    with pytest.raises(InputError):
        strokes_from_canvas(canvas(path))


@pytest.mark.parametrize(
    "content",
    [7, "x", [7], {"objects": "x"}, {"objects": [[]]}, canvas("x"), canvas([7]), canvas(["M", 1])],
    ids=str,
)  # fmt: skip
def test_message_of_another_form_is_refused(content: Any) -> None:
    with pytest.raises(InputError, match=r"Strokes look like"):
        strokes_from_canvas(content)


def test_points_are_counted_before_they_are_computed() -> None:
    started = time.process_time()
    with pytest.raises(InputError, match=f"up to {MAX_POINTS} points"):
        strokes_from_canvas(canvas([["Q", 1, 2, 3, 4]] * 300_000))
    with pytest.raises(InputError, match=f"up to {MAX_STROKES} strokes"):
        strokes_from_canvas(canvas(*[[["M", 1, 1]]] * (MAX_STROKES + 1)))
    assert time.process_time() - started < 1


def test_lines_that_would_take_long_are_refused() -> None:
    points = np.random.default_rng(0).random((40_000, 2)) * 300
    with pytest.raises(InputError, match="too many lines to read"):
        rasterize([points / 300 * SIZE], finer=4)
