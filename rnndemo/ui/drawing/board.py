"""A board to draw on, in chalk."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from rnndemo.plots.look.colors import BOARD, CHALK
from rnndemo.ui.components.board import draw_board
from rnndemo.ui.drawing.ink import Ink

SIDE, BRUSH = 308, 10


def board(
    key: str,
    ink: Ink,
    acts: Mapping[str, str],
    *,
    side: int = SIDE,
    height: int | None = None,
    brush: int = BRUSH,
    about: str = "",
    rest: float | None = None,
) -> None:
    """Draw a board with its strokes; its container has the key `key`.

    Parameters
    ----------
    acts : mapping
        Key of a button of the page -> "undo" or "clear". The browser does it, without the
        server; for the page, the button does nothing.
    side : int
        Width of the coordinates of its strokes; the board is smaller where there is less room.
    height : int, optional
        Of these coordinates; as the width unless given.
    about : str, optional
        What a drawing that is added now is meant to be, see `Ink.handed_in`.
    rest : float, optional
        Seconds after its last stroke in which a drawing is added by itself; None for never.
    """
    pen = {
        "canvasWidth": side,
        "canvasHeight": height or side,
        "backgroundColor": BOARD,
        "strokeColor": CHALK,
        "strokeWidth": brush,
    }
    with st.container(key=key, width=side):
        draw_board(
            f"{key}_board", key, pen, partial(ink.receive, adds=rest is not None), acts=dict(acts),
            about=about, rest=rest,
            strokes=ink.objects, first=ink.first, last=ink.last, taken=ink.taken,
        )  # fmt: skip
