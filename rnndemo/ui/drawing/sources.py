"""Where a drawing comes from: the board, a file, the camera, or the test set."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit_drawable_canvas import st_canvas

from rnndemo.data.files.pictures import MAX_BYTES, open_picture
from rnndemo.data.frames.strokes import strokes_from_canvas
from rnndemo.data.load import data_of
from rnndemo.errors import N_, InputError
from rnndemo.plots.look.colors import BOARD, CHALK
from rnndemo.plots.look.pictures import data_uri
from rnndemo.ui.shell.session import Drawing, _, model, set_drawing, warn

BOARD_SIDE = 308
BRUSHES = {N_("thin"): 8, N_("medium"): 18, N_("thick"): 32}

_STROKES, _START, _VERSION = "kept_strokes", "kept_strokes_at_start", "kept_board_version"
_BRUSH = "kept_brush"
_SURPRISE, _SOURCE, _PICTURE = "kept_surprise", "kept_source", "kept_picture_of_"


def drawing_input() -> Drawing | None:
    """Draw the choice of source and the source itself; return what it gives, or None.

    What cannot be used is explained on the page, and whatever was drawn before stays.
    """
    source = st.segmented_control(
        _("Where from?"),
        list(SOURCES),
        default=st.session_state.get(_SOURCE, "board"),
        format_func=lambda name: _(SOURCES[name][0]),
        key="draw_source",
        label_visibility="collapsed",
        required=True,
    )
    st.session_state[_SOURCE] = source
    try:
        drawing = SOURCES[source][1]()
    except InputError as error:
        warn(error)
        return None
    if drawing is not None and isinstance(drawing.given, np.ndarray):
        picture = data_uri(drawing.given)
        st.html(f'<img class="given" src="{picture}" alt="{_(drawing.caption)}">')
    return drawing


def _board() -> Drawing | None:
    key = f"board_{st.session_state.setdefault(_VERSION, 0)}"
    if key not in st.session_state:  # fresh on this page: put the last drawing back
        st.session_state[_START] = st.session_state.get(_STROKES)
    st.caption(_("One at a time, as large as you like, wherever you like."))
    with st.container(key="draw_canvas"):
        canvas = st_canvas(
            stroke_width=BRUSHES[st.session_state.get("brush") or _kept_brush()],
            stroke_color=CHALK,
            background_color=BOARD,
            initial_drawing=st.session_state.get(_START),
            height=BOARD_SIDE,
            width=BOARD_SIDE,
            key=key,
        )
    strokes = (canvas.json_data or {}).get("objects", [])
    if not strokes and st.session_state.get(_STROKES):
        set_drawing(None)  # emptied by the person, not by a change of page
    st.session_state[_STROKES] = canvas.json_data if strokes else None
    _board_controls(len(strokes))
    if not strokes:
        return None
    given = strokes_from_canvas(canvas.json_data)
    return Drawing(given, N_("your drawing"), board=BOARD_SIDE) if given else None


def _kept_brush() -> str:
    return st.session_state.get(_BRUSH, "medium")


def _board_controls(strokes: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state[_BRUSH] = st.segmented_control(
            _("Brush"),
            list(BRUSHES),
            default=_kept_brush(),
            format_func=_,
            key="brush",
            required=True,
            label_visibility="collapsed",
        )
        for name, icon, kept in (
            (N_("Undo"), ":material/undo:", strokes - 1),
            (N_("Clear"), ":material/delete:", 0),
        ):
            st.button(
                _(name),
                icon=icon,
                key=f"draw_{name.lower()}",
                type="tertiary",
                disabled=not strokes,
                on_click=_keep_strokes,
                args=(kept,),
            )


def _keep_strokes(count: int) -> None:
    """Start a new board with the first `count` strokes: a component takes no change from us."""
    kept = st.session_state[_STROKES]
    if not kept:  # a second click, before the page had run again
        return
    if count:
        st.session_state[_STROKES] = {**kept, "objects": kept["objects"][:count]}
    else:
        st.session_state[_STROKES] = None
        set_drawing(None)
    st.session_state[_VERSION] += 1


def _file() -> Drawing | None:
    file = st.file_uploader(
        _("A picture of what it is to read, PNG or JPEG"),
        ["png", "jpg", "jpeg"],
        key="draw_file",
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    return _picture("file", file, N_("your picture"))


def _camera() -> Drawing | None:
    photo = st.camera_input(
        _("Hold it before the camera; written things work best dark on light"), key="draw_camera"
    )
    return _picture("camera", photo, N_("your photograph"))


def _picture(source: str, file: UploadedFile | None, caption: str) -> Drawing | None:
    """Read a new picture, once; without one, the last is still there after a change of page."""
    key = _PICTURE + source
    number, kept = st.session_state.get(key, (None, None))
    if file is not None and file.file_id != number:
        kept = Drawing(open_picture(file.getvalue()), caption)
        st.session_state[key] = file.file_id, kept
    elif file is None and kept is not None:
        st.button(
            _("Clear"),
            icon=":material/delete:",
            key=f"clear_{source}",
            type="tertiary",
            on_click=_forget,
            args=(key,),
        )
    return kept


def _forget(key: str) -> None:
    st.session_state.pop(key, None)
    set_drawing(None)


def _surprise() -> Drawing:
    """Take a test picture of what the network has learnt."""
    data = data_of(model().config)
    kept = st.session_state.get(_SURPRISE, ("", 0))
    if st.button(_("Another one"), icon=":material/casino:", key="draw_again") or (
        kept[0] != data.name
    ):
        kept = data.name, int(np.random.default_rng().integers(len(data.test)))
        st.session_state[_SURPRISE] = kept
    index = kept[1]
    st.caption(
        _("Number {index} of the {count} test pictures; no network saw it in training.").format(
            index=index, count=f"{len(data.test):,}"
        )
    )
    image = data.test.images[index].numpy().astype(np.float32) / 255
    truth = data.classes[int(data.test.labels[index])]
    return Drawing(image, N_("a picture from the test set"), truth)


# name -> (label, what it draws and returns)
SOURCES: dict[str, tuple[str, Callable[[], Drawing | None]]] = {
    "board": (N_("Draw"), _board),
    "file": (N_("Picture"), _file),
    "camera": (N_("Camera"), _camera),
    "surprise": (N_("Surprise me"), _surprise),
}
