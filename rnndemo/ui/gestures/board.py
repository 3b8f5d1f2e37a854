"""The board for gestures: one stroke is one gesture, and the next one replaces it."""

from __future__ import annotations

from rnndemo.ui.drawing.board import board
from rnndemo.ui.gestures.ink import gesture_ink
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.widgets import small_button

CANVAS = "gesture_canvas"
SIDE, BRUSH = 340, 9


def gesture_board() -> None:
    """Draw the board."""
    ink = gesture_ink()
    board(CANVAS, ink, {"gesture_clear": "clear"}, side=SIDE, brush=BRUSH)
    small_button("gesture_clear", _("Clear"), "delete", disabled=not ink.objects)
