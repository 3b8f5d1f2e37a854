"""The drawing board in the browser: streamlit-drawable-canvas, and what it lacks.

`st_canvas` shows what the server sends it: after Undo or Clear, whatever was drawn while the server
answered is gone. Its tool bar is invisible and lies over the top right of the board. It is as wide
as it is told, on a phone too. So we draw the canvas by the package's own script, called by ours:
its strokes get numbers, buttons act in the browser, and the board fits its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
import streamlit_drawable_canvas

from rnndemo.errors import N_
from rnndemo.ui.components.component import component, served, translated

TEXT = {
    "board": N_("Drawing board"),
    "keys": N_(
        "Arrow keys move the pen, the space bar puts it down and lifts it, Ctrl+Z takes a stroke "
        "back."
    ),
}

_mount = component("board", "shared.js", "canvas.js", "key_pen.js", web=True)


@cache
def library() -> str:
    """Serve the package's script to browsers; return its URL."""
    build = Path(streamlit_drawable_canvas.__file__).parent / "frontend" / "build"
    return served("canvas", next(build.glob("index-*.js")))


def draw_board(
    key: str,
    name: str,
    pen: Mapping[str, Any],
    take: Callable[[Mapping[str, Any]], None],
    **more: Any,
) -> None:
    """Draw a board.

    Parameters
    ----------
    name : str
        Other components know its ink by this name.
    pen : mapping
        Size of the canvas, colours and width of its strokes, as its script names them.
    take : callable
        Gets what a browser sends, which may be anything: ``strokes`` on the board, and ``added``,
        drawings that were handed in.
    **more
        ``strokes`` on the board when a page is opened, the ``last`` number of a stroke; ``first``:
        strokes before that number go. ``acts``: what buttons of the page do, by their keys: "undo"
        or "clear". ``rest``: seconds after a stroke until the drawing is handed in, with what it is
        ``about``, and the board is cleared; None for never.
        ``taken``: the number of the last drawing that was taken.
    """

    def sent() -> None:
        content = getattr(st.session_state[key], "sent", None)
        if isinstance(content, Mapping):
            take(content)

    data = {"library": library(), "name": name, "pen": pen, "text": translated(TEXT), **more}
    _mount(data=data, key=key, on_sent_change=sent)
