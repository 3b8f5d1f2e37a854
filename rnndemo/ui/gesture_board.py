"""The board for gestures: one stroke is one gesture, and the next takes its place.

A gesture is a single stroke. When a new one comes, the ink of the last is taken away, so that one
can go on gesturing; a stroke that follows at once on one that was not understood belongs to it (an
x in two strokes).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from rnndemo.data.strokes import Strokes, strokes_from_canvas
from rnndemo.errors import InputError
from rnndemo.plots.colors import BOARD, CHALK
from rnndemo.ui.session import _, warn

SIDE, BRUSH = 340, 9
TOGETHER = 2.5  # seconds between two strokes of one gesture

_KEPT, _KEY = "kept_gesture_board", "gesture_board"


@dataclass
class Ink:
    """What lies on the board.

    Parameters
    ----------
    objects : list of dict
        Its strokes as the canvas holds them.
    number : int
        Counts gestures and strokes that were added to one.
    at : float
        When the last stroke came, on a clock of its own.
    understood : bool
        Whether the gesture was answered.
    """

    objects: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0
    at: float = 0.0
    understood: bool = True


def ink() -> Ink:
    """Return what lies on this session's board."""
    kept: Ink = st.session_state.setdefault(_KEPT, Ink())
    return kept


def gesture_board() -> tuple[Strokes, int]:
    """Draw the board; return the strokes of the gesture on it, and the gesture's number."""
    kept = ink()
    with st.container(key="gesture_canvas"):
        st_canvas(
            stroke_width=BRUSH,
            stroke_color=CHALK,
            background_color=BOARD,
            initial_drawing={"objects": kept.objects},
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
    try:
        return strokes_from_canvas({"objects": kept.objects}), kept.number
    except InputError as problem:
        warn(problem)
        return [], kept.number


def _take() -> None:
    """Take what the canvas has sent: the old ink, and a new stroke behind it."""
    kept, now = ink(), time.monotonic()
    drawing = st.session_state[_KEY].get("drawing") or {}
    objects = (drawing.get("raw") or {}).get("objects", [])
    kept.objects = _with_new(kept, objects, now)
    kept.number, kept.at = kept.number + 1, now


def _with_new(kept: Ink, objects: Sequence[dict[str, Any]], now: float) -> list[dict[str, Any]]:
    """Return the strokes that make up the gesture now."""
    fresh = objects[len(kept.objects) :]
    if not fresh:  # a stroke was taken back
        return list(objects)
    if kept.objects and not kept.understood and now - kept.at < TOGETHER:
        return list(objects)
    return [fresh[-1]]


def _clear() -> None:
    kept = ink()
    kept.objects, kept.understood = [], True
