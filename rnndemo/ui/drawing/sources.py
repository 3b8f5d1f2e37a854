"""Where a drawing comes from: the board, a file, the camera, or the test set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rnndemo.data.files.pictures import ENDINGS, MAX_BYTES, open_picture
from rnndemo.data.frames.path import sketch
from rnndemo.data.frames.table import FRAMES
from rnndemo.errors import N_
from rnndemo.models.store import Model
from rnndemo.plots.look.pictures import data_uri
from rnndemo.ui.components.continuing import continuing
from rnndemo.ui.drawing.board import SIDE, board
from rnndemo.ui.drawing.example import TestPictures, from_test_set, test_set_of
from rnndemo.ui.drawing.ink import ink_on
from rnndemo.ui.shell import session
from rnndemo.ui.shell.session import Drawing, _, errors_to, model, set_drawing, warn
from rnndemo.ui.shell.widgets import choice, small_button

BRUSHES = {N_("thin"): 8, N_("medium"): 18, N_("thick"): 32}

CANVAS = "draw_canvas"

# key of a button -> (what it does on the board, its label, its icon)
REMOVERS = {
    "draw_undo": ("undo", N_("Undo"), "undo"),
    "draw_clear": ("clear", N_("Clear"), "delete"),
}

_SURPRISE, _PICTURE = "surprise", "picture_of_"


def drawing_input(tests: Callable[[], TestPictures] | None = None) -> Drawing | None:
    """Draw the choice of source and the source itself; return what it gives, or None.

    All pages then have this drawing. An input that cannot be used is explained on the page, and the
    previous drawing stays.

    Parameters
    ----------
    tests : callable, optional
        Returns the test pictures of which one is a surprise; by default those of the chosen model.
        It is called if one is asked for, and may raise an `InputError`.
    """
    texts = {name: text for name, (text, _draw) in SOURCES.items()}
    source = choice("draw_source", _("Source"), texts, default="board")
    drawing = None
    with errors_to(warn):
        drawing = SOURCES[source][1](tests or (lambda: test_set_of(model())))
    if drawing is None:
        return None
    if isinstance(drawing.given, np.ndarray):
        path = drawing.framed and drawing.given.shape == FRAMES["path"].size
        picture = data_uri(sketch(drawing.given) if path else drawing.given)
        st.html(f'<img class="given" src="{picture}" alt="{_(drawing.caption)}">')
    set_drawing(drawing)
    return drawing


def on_board() -> bool:
    """Return whether the drawing comes from the board."""
    return st.session_state.get("draw_source", "board") == "board"


def picture_uploader(label: str, key: str, **more: Any) -> Any:
    """Draw the place for picture files; return the file, None without one, or the list of files."""
    limit = MAX_BYTES // 1_000_000
    kinds = [end.removeprefix(".") for end in ENDINGS]
    return st.file_uploader(label, kinds, key=key, max_upload_size=limit, **more)


def _board(_tests: object) -> Drawing | None:
    ink = ink_on(CANVAS)
    with st.container(key="draw_hint"):
        st.caption(_("Draw one at a time, as large as you like and wherever you like."))
    brush = _brush()
    with st.container(horizontal=True, key="draw_place"):
        board(CANVAS, ink, {key: act for key, (act, _text, _icon) in REMOVERS.items()}, brush=brush)
        with st.container(key="draw_tools", width="content"):
            for key, (_act, text, icon) in REMOVERS.items():
                small_button(key, _(text), icon, disabled=not ink.objects)
            choice("brush", _("Brush"), {name: name for name in BRUSHES}, default="medium")
    strokes = ink.strokes
    if strokes:
        return Drawing(strokes, N_("your drawing"), board=SIDE)
    before = session.drawing()
    if before is not None and before.board:  # it was on this board, which is empty now
        set_drawing(None)
    return None


def _brush() -> int:
    return BRUSHES[st.session_state.get("brush", "medium")]


def continue_for_me(model: Model) -> None:
    """Draw what shows how the drawing on the board could go on."""
    continuing("draw_continue", model, board=CANVAS, side=SIDE, brush=_brush())


def _file(_tests: object) -> Drawing | None:
    file = picture_uploader(_("A picture for it to read"), "draw_file")
    return _picture("file", file, N_("your picture"))


def _camera(_tests: object) -> Drawing | None:
    photo = st.camera_input(
        _(
            "Hold your writing or drawing in front of the camera; dark ink on a light background "
            "works best"
        ),
        key="draw_camera",
    )
    return _picture("camera", photo, N_("your photograph"))


def _picture(source: str, file: UploadedFile | None, caption: str) -> Drawing | None:
    """Return a new picture, read once, else the last one, which outlasts a change of page."""
    key = _PICTURE + source
    number, drawing = st.session_state.get(key, (None, None))
    if file is not None and file.file_id != number:
        drawing = Drawing(open_picture(file.getvalue()), caption)
        st.session_state[key] = file.file_id, drawing
    elif file is None and drawing is not None:
        small_button(f"clear_{source}", _("Clear"), "delete", on_click=_forget, args=(key,))
    return drawing


def _forget(key: str) -> None:
    st.session_state.pop(key, None)
    set_drawing(None)


def _surprise(tests: Callable[[], TestPictures]) -> Drawing:
    """Return a random test picture from the data that the network has learnt from."""
    known = tests()
    count = len(known.images)
    name, index = st.session_state.get(_SURPRISE, ("", 0))
    another = st.button(_("Another one"), icon=":material/casino:", key="draw_again")
    if another or name != known.data or index >= count:
        index = int(np.random.default_rng().integers(count))
        st.session_state[_SURPRISE] = known.data, index
    st.caption(
        _("Test picture {index} of {count}; no network saw it in training.").format(
            index=f"{index + 1:,}", count=f"{count:,}"
        )
    )
    return from_test_set(known, index)


# name -> (label, what it draws and returns, given where test pictures come from)
SOURCES: dict[str, tuple[str, Callable[[Callable[[], TestPictures]], Drawing | None]]] = {
    "board": (N_("Draw"), _board),
    "file": (N_("Picture"), _file),
    "camera": (N_("Camera"), _camera),
    "surprise": (N_("Surprise me"), _surprise),
}
