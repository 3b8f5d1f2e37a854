"""A small drawing board that gestures draw on, select on, delete from, and take steps back on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnndemo.reactions.shapes import Lines, Shape, clean, distances, evenly, inside

MAX_SHAPES, MAX_STEPS = 40, 60  # on the board; that can be undone
MAX_STROKES, POINTS = 8, 64  # of the rough ink that is kept: strokes, and points of each
NEAR = 0.04  # so close to a line, on a board of side 1, is on it
MEANT = 0.3  # share of a gesture on a shape, or of a shape under a gesture, that means it
ALIKE = 0.6  # of the best share: between shapes so well met, the smaller is meant

Moment = tuple[tuple[Shape, ...], int | None]  # shapes, which is selected


@dataclass(frozen=True)
class Board:
    """What is on the board.

    Parameters
    ----------
    shapes : tuple of Shape
        The last is on top.
    selected : int or None
        The number of the selected shape.
    ink : tuple of tuple of (float, float)
        The rough lines from which the newest shape was made; none after anything else.
    history : tuple of (shapes, selected)
        What was there before each step, the latest last.
    """

    shapes: tuple[Shape, ...] = ()
    selected: int | None = None
    ink: Lines = ()
    history: tuple[Moment, ...] = ()


def draw(board: Board, label: str, strokes: Sequence[np.ndarray]) -> Board:
    """Add the clean shape of a gesture, unless the board is full.

    Parameters
    ----------
    board : Board
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
    """Select the shape under a gesture, or no longer where it is selected already."""
    found = shape_under(board, strokes)
    if found is None:
        return board
    return replace(board, selected=None if found == board.selected else found, ink=())


def delete(board: Board, label: str, strokes: Sequence[np.ndarray]) -> Board:
    """Delete the shape under a gesture, else the selected one."""
    found = shape_under(board, strokes)
    if found is None:
        found = board.selected
    if found is None:
        return board
    kept = None if board.selected in (None, found) else board.selected
    if kept is not None and kept > found:
        kept -= 1
    return _step(board, board.shapes[:found] + board.shapes[found + 1 :], kept)


def undo(board: Board, label: str, strokes: Sequence[np.ndarray]) -> Board:
    """Take the latest drawing or deletion back."""
    if not board.history:
        return board
    shapes, selected = board.history[-1]
    return Board(shapes, selected, history=board.history[:-1])


def shape_under(board: Board, strokes: Sequence[np.ndarray]) -> int | None:
    """Return the number of the shape that a gesture lies on, or that lies under it; else None.

    Between shapes that are met about equally well it is the smaller, then the upper: a circle
    within a rectangle can be picked.
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
    """Return the share of gesture on shape, or of shape under gesture, whichever is larger."""
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
    """Return the board with other shapes, and remember what was there."""
    history = (*board.history, (board.shapes, board.selected))[-MAX_STEPS:]
    return Board(shapes, selected, history=history)
