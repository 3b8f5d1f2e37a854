"""The board for gestures: one stroke is one gesture, and the next takes its place.

When a new one comes, the ink of the last is taken away, so that one can go on gesturing.
"""

from __future__ import annotations

import time

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from rnndemo.data.frames.strokes import Strokes, strokes_from_canvas
from rnndemo.errors import InputError
from rnndemo.plots.look.colors import BOARD, CHALK
from rnndemo.ui.gestures.ink import Ink, with_new
from rnndemo.ui.shell.session import _, warn

SIDE, BRUSH = 340, 9

_KEPT, _KEY = "kept_gesture_board", "gesture_board"


def ink() -> Ink:
    """Return what lies on this session's board."""
    kept: Ink = st.session_state.setdefault(_KEPT, Ink())
    return kept


def gesture_on_board() -> tuple[Strokes, int]:
    """Return the strokes of the gesture on the board, and the gesture's number."""
    kept = ink()
    try:
        return strokes_from_canvas({"objects": kept.objects}), kept.number
    except InputError as problem:
        warn(problem)
        return [], kept.number


def gesture_board() -> None:
    """Draw the board; a page does so last.

    When old ink is to go, the canvas asks for another run, which ends this one: by then what the
    gesture has set off is on the screen.
    """
    kept = ink()
    if _KEY not in st.session_state:  # fresh on this page: put the last gesture back
        kept.shown = list(kept.objects)
    with st.container(key="gesture_canvas"):
        st_canvas(
            stroke_width=BRUSH,
            stroke_color=CHALK,
            background_color=BOARD,
            initial_drawing={"objects": kept.shown, "edition": kept.edition},
            height=SIDE,
            width=SIDE,
            key=_KEY,
            on_change=_take,
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Clear"), icon=":material/delete:", key="gesture_clear", type="tertiary",
            disabled=not kept.objects, on_click=_clear,
        )  # fmt: skip
        st.caption(_("One stroke, without lifting. Draw the next one right over it."))


def _take() -> None:
    """Take what the canvas has sent: the old ink, and a new stroke behind it.

    When its ink is replaced, it says so as if someone had drawn: that is no new stroke.
    """
    kept, now = ink(), time.monotonic()
    drawing = st.session_state[_KEY].get("drawing") or {}
    objects = (drawing.get("raw") or {}).get("objects", [])
    if len(objects) > len(kept.objects):
        gesture = with_new(kept, objects, now)
        if kept.objects:  # else the canvas shows just what is new
            kept.shown = gesture
        kept.objects = gesture
        kept.number, kept.at = kept.number + 1, now
    elif len(objects) < len(kept.objects):  # taken back with the board's own tool
        kept.objects = list(objects)


def _clear() -> None:
    kept = ink()
    kept.objects, kept.shown, kept.understood = [], [], True
    kept.edition += 1
