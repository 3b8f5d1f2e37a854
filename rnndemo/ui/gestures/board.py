"""The board for gestures: one stroke is one gesture, and the next one replaces it."""

from __future__ import annotations

from rnndemo.ui.drawing.board import board
from rnndemo.ui.gestures.ink import gesture_ink
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.widgets import small_button

SIDE, BRUSH = 340, 9


def gesture_board() -> None:
    """Draw the board; call it last on the page.

    When the old stroke is removed, the canvas makes Streamlit end this run and begin another: the
    reaction to the gesture must be on the screen by then.
    """
    ink = gesture_ink()
    board("gesture_canvas", ink, SIDE, BRUSH)
    small_button("gesture_clear", _("Clear"), "delete", disabled=not ink.objects, on_click=_clear)


def _clear() -> None:
    ink = gesture_ink()
    ink.keep(0)
    ink.understood = True
