"""The drawing board and small pictures of gestures, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from rnndemo.data.drawn.gestures import FORMS, example
from rnndemo.data.frames.pen import fit
from rnndemo.errors import N_
from rnndemo.plots.look.colors import ACCENT
from rnndemo.plots.look.theme import Look
from rnndemo.reactions.board import Board
from rnndemo.reactions.shapes import Shape, smoothed

SIDE = 320  # of the board, in units of the SVG
ICON = 40  # side of a gesture's picture
FRAME = 10  # distance of the frame from the selected shape

KINDS = {
    "circle": N_("circle"),
    "ellipse": N_("ellipse"),
    "rectangle": N_("rectangle"),
    "triangle": N_("triangle"),
    "star": N_("star"),
    "arrow": N_("arrow"),
    "line": N_("line"),
}


def board_picture(board: Board, look: Look) -> str:
    """Return the board as an ``<svg>`` element that fills its parent's width.

    The selected shape has another colour, a thicker line and a frame; behind the newest one is its
    rough line.
    """
    shapes = (
        _shape(shape, number == board.selected, look) for number, shape in enumerate(board.shapes)
    )
    return (
        f'<svg class="reaction-board" viewBox="0 0 {SIDE} {SIDE}" role="img" '
        f'aria-label="{escape(board_words(board, look))}" fill="none" '
        'stroke-linecap="round" stroke-linejoin="round">'
        f'<rect x="0.5" y="0.5" width="{SIDE - 1}" height="{SIDE - 1}" rx="10" '
        f'fill="{look.ground}" stroke="{look.muted}"/>'
        f"{_dots(look)}"
        f'<path class="rough" d="{_path_data(board.ink, False, SIDE)}" stroke="{look.muted}" '
        f'stroke-width="7"/>{"".join(shapes)}</svg>'
    )


def board_words(board: Board, look: Look) -> str:
    """Return a description of the board for people who cannot see it."""
    if not board.shapes:
        return look.text("The drawing board, empty")
    names = [
        look.text("{shape} (selected)", shape=look.text(KINDS[shape.kind]))
        if number == board.selected
        else look.text(KINDS[shape.kind])
        for number, shape in enumerate(board.shapes)
    ]
    return look.text("The drawing board, showing: {shapes}", shapes=look.listed(names))


def gesture_picture(label: str, look: Look, alt: str) -> str:
    """Return a small picture of a gesture as an ``<svg>`` element; a dot marks its beginning.

    With an empty `alt` it is decoration, hidden from screen readers.
    """
    strokes = example(label)
    if FORMS[label][0].smooth:
        strokes = [smoothed(stroke) for stroke in strokes]
    fitted = fit(strokes, 0, 0.72 * ICON, ICON)
    x, y = fitted[0][0]
    spoken = f'role="img" aria-label="{escape(alt)}"' if alt else 'aria-hidden="true"'
    path = _path_data([[(a, b) for a, b in stroke.tolist()] for stroke in fitted], False, 1)
    return (
        f'<svg class="gesture-picture" viewBox="0 0 {ICON} {ICON}" width="{ICON}" height="{ICON}" '
        f'{spoken} fill="none" stroke-linecap="round" '
        f'stroke-linejoin="round"><path d="{path}" stroke="{look.ink}" stroke-width="2.2"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{ACCENT}"/></svg>'
    )


def _shape(shape: Shape, selected: bool, look: Look) -> str:
    color, wide = (ACCENT, 5) if selected else (look.ink, 3.2)
    path = _path_data(shape.lines, shape.closed, SIDE)
    kind = f"shape {shape.kind} selected" if selected else f"shape {shape.kind}"
    frame = _frame(shape) if selected else ""
    return f'<path class="{kind}" d="{path}" stroke="{color}" stroke-width="{wide}"/>{frame}'


def _frame(shape: Shape) -> str:
    points = np.concatenate([np.array(line) for line in shape.lines]) * SIDE
    (left, top), (right, bottom) = points.min(0) - FRAME, points.max(0) + FRAME
    return (
        f'<rect class="frame" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
        f'height="{bottom - top:.1f}" rx="4" stroke="{ACCENT}" stroke-width="1.4" '
        'stroke-dasharray="5 5"/>'
    )


def _dots(look: Look) -> str:
    """Return a faint grid of dots that gives the empty board a scale."""
    places = [SIDE * step / 8 for step in range(1, 8)]
    return "".join(
        f'<circle cx="{x:g}" cy="{y:g}" r="1" fill="{look.muted}"/>' for y in places for x in places
    )


def _path_data(lines: Sequence[Sequence[tuple[float, float]]], closed: bool, side: float) -> str:
    return "".join(
        "M" + "L".join(f"{x * side:.1f} {y * side:.1f}" for x, y in line) + "Z" * closed
        for line in lines
        if line
    )
