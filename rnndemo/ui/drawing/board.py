"""A board for one drawing of any number of strokes, which can be emptied from outside."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from rnndemo.data.frames.strokes import Strokes, strokes_from_canvas
from rnndemo.errors import InputError
from rnndemo.plots.look.colors import BOARD, CHALK
from rnndemo.ui.shell.session import warn

SIDE, BRUSH = 308, 10


def board(key: str) -> Strokes:
    """Draw the board; return what is drawn on it.

    Parameters
    ----------
    key : str
        Names the board; its container has this key.
    """
    with st.container(key=key):
        st_canvas(
            stroke_width=BRUSH,
            stroke_color=CHALK,
            background_color=BOARD,
            initial_drawing={"objects": _kept(key)},
            height=SIDE,
            width=SIDE,
            key=f"{key}_board",
            on_change=partial(_take, key),
        )
    try:
        return strokes_from_canvas({"objects": _kept(key)})
    except InputError as problem:
        warn(problem)
        return []


def empty(key: str) -> None:
    """Take everything off the board."""
    st.session_state[_name(key)] = []


def _name(key: str) -> str:
    return f"kept_drawn_on_{key}"


def _kept(key: str) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = st.session_state.get(_name(key), [])
    return kept


def _take(key: str) -> None:
    drawing = st.session_state[f"{key}_board"].get("drawing") or {}
    st.session_state[_name(key)] = list((drawing.get("raw") or {}).get("objects", []))
