"""A board to draw on, in chalk."""

from __future__ import annotations

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from rnndemo.plots.look.colors import BOARD, CHALK
from rnndemo.ui.drawing.ink import Ink

SIDE, BRUSH = 308, 10


def board(key: str, ink: Ink, side: int = SIDE, brush: int = BRUSH) -> None:
    """Draw a board with its strokes; its container has the key `key`."""
    canvas = f"{key}_board"
    if canvas not in st.session_state:  # the page has just been opened
        ink.shown = list(ink.objects)

    def take() -> None:
        drawing = st.session_state[canvas].get("drawing") or {}
        ink.take((drawing.get("raw") or {}).get("objects", []))

    with st.container(key=key):
        st_canvas(
            stroke_width=brush,
            stroke_color=CHALK,
            background_color=BOARD,
            initial_drawing={"objects": ink.shown, "edition": ink.edition},
            height=side,
            width=side,
            key=canvas,
            on_change=take,
        )
