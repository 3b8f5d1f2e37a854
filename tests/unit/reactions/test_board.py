from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.data.drawn.gestures import CLASSES, example
from rnndemo.reactions.board import (
    MAX_SHAPES,
    MAX_STEPS,
    Board,
    delete,
    draw,
    select,
    shape_under,
    undo,
)

Strokes = list[np.ndarray]


def drawn(label: str, x: float, y: float, side: float = 0.3) -> Strokes:
    """Return a gesture whose box begins at (x, y)."""
    return [np.array([x, y]) + side * stroke for stroke in example(label)]


def board_of(*shapes: tuple[str, float, float, float]) -> Board:
    board = Board()
    for label, x, y, side in shapes:
        board = draw(board, label, drawn(label, x, y, side))
    return board


TWO = board_of(("circle", 0.1, 0.1, 0.3), ("rectangle", 0.6, 0.6, 0.3))


def test_drawing_adds_a_neat_shape_on_top_and_remembers_the_rough_line() -> None:
    assert [shape.kind for shape in TWO.shapes] == ["circle", "rectangle"]
    assert TWO.selected is None
    ink = np.array(TWO.ink[0])
    assert ink.min(0) == pytest.approx([0.6, 0.6])
    assert ink.max(0) == pytest.approx([0.9, 0.9])


def test_check_selects_what_is_under_it_and_again_no_longer() -> None:
    check = drawn("check", 0.65, 0.65, 0.2)
    board = select(TWO, "check", check)
    assert board.selected == 1
    assert board.shapes == TWO.shapes
    assert select(board, "check", check).selected is None


def test_check_on_nothing_changes_nothing() -> None:
    assert select(TWO, "check", drawn("check", 0.65, 0.1, 0.15)) == TWO


def test_of_two_shapes_in_one_another_the_inner_can_be_selected() -> None:
    board = board_of(("circle", 0.4, 0.4, 0.2), ("rectangle", 0.1, 0.1, 0.8))
    assert shape_under(board, drawn("check", 0.42, 0.42, 0.15)) == 0
    assert shape_under(board, drawn("check", 0.15, 0.15, 0.15)) == 1


def test_of_two_like_shapes_the_upper_is_selected() -> None:
    board = board_of(("circle", 0.3, 0.3, 0.3), ("circle", 0.3, 0.3, 0.3))
    assert shape_under(board, drawn("x", 0.3, 0.3)) == 1


def test_a_large_mark_finds_the_small_shape_under_it() -> None:
    assert shape_under(board_of(("star", 0.45, 0.45, 0.1)), drawn("x", 0.2, 0.2, 0.6)) == 0


def test_lines_are_found_along_their_length() -> None:
    board = board_of(("arrow", 0.1, 0.1, 0.8))
    assert shape_under(board, drawn("x", 0.45, 0.45, 0.1)) == 0
    assert shape_under(board, drawn("x", 0.75, 0.7, 0.1)) is None


def test_delete_takes_the_shape_under_the_gesture() -> None:
    board = delete(TWO, "delete_mark", drawn("delete_mark", 0.15, 0.15, 0.2))
    assert [shape.kind for shape in board.shapes] == ["rectangle"]


def test_delete_on_nothing_takes_the_selected_shape() -> None:
    board = select(TWO, "check", drawn("check", 0.65, 0.65, 0.2))
    board = delete(board, "delete_mark", drawn("delete_mark", 0.7, 0.1, 0.15))
    assert [shape.kind for shape in board.shapes] == ["circle"]
    assert board.selected is None


def test_delete_on_nothing_with_nothing_selected_changes_nothing() -> None:
    assert delete(TWO, "delete_mark", drawn("delete_mark", 0.7, 0.1, 0.15)) == TWO


def test_the_selected_shape_stays_selected_when_one_below_it_goes() -> None:
    board = select(TWO, "check", drawn("check", 0.65, 0.65, 0.2))
    board = delete(board, "x", drawn("x", 0.15, 0.15, 0.2))
    assert board.selected == 0
    assert board.shapes[board.selected].kind == "rectangle"


def test_undo_brings_back_what_was_deleted_and_what_was_selected() -> None:
    selected = select(TWO, "check", drawn("check", 0.65, 0.65, 0.2))
    board = undo(delete(selected, "x", drawn("x", 0.65, 0.65, 0.2)), "pigtail", [])
    assert (board.shapes, board.selected) == (selected.shapes, selected.selected)


def test_undo_of_nothing_changes_nothing() -> None:
    assert undo(Board(), "pigtail", []) == Board()


def test_board_is_bounded() -> None:
    board = Board()
    for _ in range(MAX_SHAPES + 3):
        board = draw(board, "v", drawn("v", 0.2, 0.2))
    assert len(board.shapes) == MAX_SHAPES
    assert draw(board, "v", drawn("v", 0.2, 0.2)) is board
    for _ in range(MAX_STEPS):
        board = draw(delete(board, "x", drawn("x", 0.2, 0.2)), "v", drawn("v", 0.2, 0.2))
    assert len(board.history) == MAX_STEPS


def test_no_ink_draws_nothing() -> None:
    assert draw(Board(), "circle", []) == Board()
    assert draw(Board(), "circle", [np.empty((0, 2))]) == Board()


place = st.tuples(st.floats(0, 0.7), st.floats(0, 0.7), st.floats(0.05, 0.3))
steps = st.lists(st.tuples(st.sampled_from(["draw", "delete"]), st.sampled_from(CLASSES), place))


@given(steps.filter(lambda s: len(s) <= MAX_STEPS))
def test_undo_after_any_drawing_and_deleting_goes_all_the_way_back(
    taken: list[tuple[str, str, tuple[float, float, float]]],
) -> None:
    before = [TWO]
    for kind, label, (x, y, side) in taken:
        act = draw if kind == "draw" else delete
        after = act(before[-1], label, drawn(label, x, y, side))
        if after != before[-1]:
            before.append(after)
    board = before.pop()
    for earlier in reversed(before):
        board = undo(board, "pigtail", [])
        assert (board.shapes, board.selected) == (earlier.shapes, earlier.selected)
