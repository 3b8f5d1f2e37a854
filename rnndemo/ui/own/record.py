"""The third step of own classes: record examples, look through them, delete bad ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from rnndemo.data.frames.strokes import strokes_from_canvas
from rnndemo.data.own.examples import drawn, photographed
from rnndemo.data.own.sets import MAX_EXAMPLES, MIN_EXAMPLES
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import InputError
from rnndemo.plots.gestures.own import thumbnail
from rnndemo.ui.components.burst import burst
from rnndemo.ui.drawing.board import SIDE, board
from rnndemo.ui.drawing.ink import ink_on
from rnndemo.ui.drawing.sources import picture_uploader
from rnndemo.ui.own.state import attempt, change, complain, complaints
from rnndemo.ui.own.uploads import new_files
from rnndemo.ui.shell.session import _, _n, errors_to, paragraph, plain
from rnndemo.ui.shell.sets import shelf
from rnndemo.ui.shell.widgets import small_button

CANVAS = "own_canvas"
REST = 1.2  # seconds after a stroke in which another one belongs to the same drawing
BURST = 10  # photographs in a row

MAX_OPEN, WINDOW = 20, 460  # examples without a scroll bar; the height with one, in pixels


def examples_step(own_set: OwnSetFolder, label: str) -> None:
    """Draw the place to record examples of a class, and beside it those recorded so far."""
    one = own_set.content.find(label)
    st.header(_("3 · Examples of {name}").format(name=plain(label)))
    complaints("example")
    left, right = st.columns([0.42, 0.58], gap="large")
    with left:
        room = MAX_EXAMPLES - len(one.examples)
        if not own_set.own:
            st.caption(_("You cannot add examples here."))
        elif not room:
            st.caption(_("This class is full."))
        else:
            RECORDERS[own_set.content.kind](own_set, label, room)
    with right:
        _gallery(own_set, label)


# --- drawing ----------------------------------------------------------------------------------


@st.fragment
def _draw(own_set: OwnSetFolder, label: str, room: int) -> None:
    """Draw the board with its buttons; a drawing that is done is added."""
    st.caption(
        _(
            "Draw it. A moment after you lift the pen, it is added, and you draw the next. Let "
            "your drawings vary naturally."
        )
    )
    ink = ink_on(CANVAS)
    board(CANVAS, ink, {"own_clear": "clear"}, about=label, rest=REST)
    with st.container(horizontal=True):
        small_button("own_clear", _("Clear"), "delete", disabled=not ink.strokes)
        last = own_set.content.find(label).examples[-1:]
        small_button(
            "own_take_back", _("Take the last one back"), "undo", disabled=not last,
            on_click=_delete, args=(own_set, label, *(last or ("",))),
        )  # fmt: skip
    added = ink.handed_in()
    for drawing in added:
        attempt("example", _add_drawing, own_set, drawing)
    if added:
        st.rerun()


def _add_drawing(own_set: OwnSetFolder, drawing: dict[str, Any]) -> None:
    """Add a drawing to the class that was shown when it was handed in."""
    strokes = strokes_from_canvas(drawing.get("strokes"))
    shelf().add(own_set.id, str(drawing.get("about")), [drawn(strokes, SIDE)])


# --- photographing ----------------------------------------------------------------------------


def _photograph(own_set: OwnSetFolder, label: str, room: int) -> None:
    st.caption(
        _(
            "One hand, filling most of the picture, in front of a plain background. Turn it a "
            "little."
        )
    )
    taken = burst(f"own_burst_{own_set.id}", min(BURST, room))
    text = _("Or drop pictures here")
    files = new_files(
        "own_files", lambda key: picture_uploader(text, key, accept_multiple_files=True)
    )
    contents = [*taken, *(file.getvalue() for file in files)]
    if contents:
        _add_photographs(own_set, label, contents, room)
        st.rerun()


def _add_photographs(
    own_set: OwnSetFolder, label: str, contents: Sequence[bytes], room: int
) -> None:
    """Add up to `room` photographs; say which files are left out, and why."""
    good = []
    for content in contents[:room]:
        with errors_to(partial(complain, "example")):
            good.append(photographed(content))
    if len(contents) > room:
        complain(
            "example",
            InputError(
                "{name}: there was only room for {room} more; the others were left out. A "
                "class can have at most {most}.",
                name=label, room=room, most=MAX_EXAMPLES,
            ),
        )  # fmt: skip
    if good:
        attempt("example", shelf().add, own_set.id, label, good)


RECORDERS: dict[str, Callable[[OwnSetFolder, str, int], None]] = {
    "drawn": _draw,
    "photographed": _photograph,
}


# --- looking through --------------------------------------------------------------------------


def _gallery(own_set: OwnSetFolder, label: str) -> None:
    examples = own_set.content.find(label).examples
    missing = MIN_EXAMPLES - len(examples)
    text = _("None yet.")
    if examples:
        text = _n("{count} example.", "{count} examples.", len(examples))
    if missing > 0:
        text = paragraph(text, _("{missing} more needed to train."))
    st.caption(text.format(count=len(examples), missing=missing))
    # many get a scroll bar, so that the next step is not far away
    height: Any = WINDOW if len(examples) > MAX_OPEN else "content"
    with st.container(horizontal=True, gap="small", key="own_gallery", height=height, border=False):
        for number, example in enumerate(examples, 1):
            with st.container(width=76, gap=None, key=f"own_example_{example}"):
                st.html(_picture(own_set, example, f"{label} {number}"))
                if own_set.own:
                    small_button(
                        f"own_delete_{example}", _("Delete example {number}").format(number=number),
                        "close", on_click=_delete, args=(own_set, label, example),
                    )  # fmt: skip


def _picture(own_set: OwnSetFolder, example: str, name: str) -> str:
    try:
        source = _thumbnail(str(own_set.folder), example, own_set.content.kind, own_set)
    except InputError:
        return '<div class="own-broken">?</div>'
    return f'<img src="{source}" alt="{escape(name)}">'


@st.cache_data(max_entries=3000, show_spinner=False)
def _thumbnail(folder: str, example: str, kind: str, _own_set: OwnSetFolder) -> str:
    return thumbnail(kind, _own_set.read(example))  # an example never changes


def _delete(own_set: OwnSetFolder, label: str, example: str) -> None:
    change("example", own_set, lambda content: content.without_example(label, example, time.time()))
