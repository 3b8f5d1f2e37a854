"""A drawing board on which gestures draw, select, delete and undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnndemo.reactions.shapes import Lines, Shape, clean, distances, evenly, inside

MAX_SHAPES, MAX_STEPS = 40, 60  # on the board; that can be undone
MAX_STROKES, POINTS = 8, 64  # of the stored rough ink: strokes, and points of each
NEAR = 0.04  # distance from a line, on a board of side 1, that counts as on it
MEANT = 0.3  # least overlap of a gesture with the shape that it selects
ALIKE = 0.6  # share of the largest overlap from which on the smallest shape is selected

Moment = tuple[tuple[Shape, ...], int | None]  # shapes, and the number of the selected one


@dataclass(frozen=True)
class Board:
    """The state of the board.

    Parameters
    ----------
    shapes : tuple of Shape
        The last is on top.
    selected : int or None
        The number of the selected shape.
    ink : tuple of tuple of (float, float)
        The rough lines from which the newest shape was made, if drawing it was the last step.
    history : tuple of (shapes, selected)
        The state before each step, the latest last.
    """

    shapes: tuple[Shape, ...] = ()
    selected: int | None = None
    ink: Lines = ()
    history: tuple[Moment, ...] = ()


def draw(board: Board, label: str, strokes: Sequence[np.ndarray]) -> Board:
    """Return the board with the clean shape of a gesture, unless it is full.

    Parameters
    ----------
    label : str
        The class of the gesture.
    strokes : sequence of ndarray
        Each ``(n, 2)``, on a board of side 1.
    """
    if not any(map(len, strokes)) or len(board.shapes) >= MAX_SHAPES:
        return board
    drawn = [stroke for stroke in strokes[:MAX_STROKES] if len(stroke)]
    shape = clean(label, drawn)
    rough = [evenly(stroke, POINTS).tolist() for stroke in drawn]
    ink = tuple(tuple((x, y) for x, y in stroke) for stroke in rough)
    return replace(_step(board, (*board.shapes, shape), board.selected), ink=ink)


def select(board: Board, label: str, strokes: Sequence[np.ndarray]) -> Board:
    """Return the board with the shape under a gesture selected, or deselected if it was."""
    found = shape_under(board, strokes)
    if found is None:
        return board
    return replace(board, selected=None if found == board.selected else found, ink=())


def delete(board: Board, label: str, strokes: Sequence[np.ndarray]) -> Board:
    """Return the board without the shape under a gesture, else without the selected one."""
    found = shape_under(board, strokes)
    if found is None:
        found = board.selected
    if found is None:
        return board
    selected = None if board.selected in (None, found) else board.selected
    if selected is not None and selected > found:
        selected -= 1
    return _step(board, board.shapes[:found] + board.shapes[found + 1 :], selected)


def undo(board: Board, label: str, strokes: Sequence[np.ndarray]) -> Board:
    """Return the board before the latest drawing or deletion."""
    if not board.history:
        return board
    shapes, selected = board.history[-1]
    return Board(shapes, selected, history=board.history[:-1])


def shape_under(board: Board, strokes: Sequence[np.ndarray]) -> int | None:
    """Return the number of the shape that overlaps with a gesture; None if none does.

    Of shapes with about equal overlap it is the smaller, then the upper: a circle within a
    rectangle can be selected.
    """
    drawn = [evenly(stroke, POINTS) for stroke in strokes[:MAX_STROKES] if len(stroke)]
    if not drawn:
        return None
    points = np.concatenate(drawn)
    shares = [_share(shape, points) for shape in board.shapes]
    least = max(MEANT, ALIKE * max(shares, default=0))
    met = [number for number, share in enumerate(shares) if share >= least]
    return min(met, key=lambda number: (_size(board.shapes[number]), -number), default=None)


def _share(shape: Shape, points: np.ndarray) -> float:
    """Return the overlap: the share of gesture on shape or of shape under gesture, the larger."""
    lines = [np.array(line) for line in shape.lines]
    if shape.closed:
        lines = [np.concatenate([line, line[:1]]) for line in lines]
    on = np.min([distances(points, line) for line in lines], axis=0) <= NEAR
    if shape.closed:
        on |= inside(points, lines[0][:-1])
    around = np.concatenate([evenly(line, POINTS) for line in lines])
    under = ((around >= points.min(0)) & (around <= points.max(0))).all(1)
    return float(max(on.mean(), under.mean()))


def _size(shape: Shape) -> float:
    points = np.concatenate([np.array(line) for line in shape.lines])
    return float(np.linalg.norm(np.ptp(points, axis=0)))


def _step(board: Board, shapes: tuple[Shape, ...], selected: int | None) -> Board:
    """Return the board with other shapes, its previous state added to the history."""
    history = (*board.history, (board.shapes, board.selected))[-MAX_STEPS:]
    return Board(shapes, selected, history=history)
