"""The third step of own classes: record examples, look through them, delete bad ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import streamlit as st

from rnndemo.data.files.pictures import MAX_BYTES
from rnndemo.data.own.examples import drawn, photographed
from rnndemo.data.own.sets import MAX_EXAMPLES, MIN_EXAMPLES
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import InputError
from rnndemo.plots.gestures.own import thumbnail
from rnndemo.ui.components.burst import burst
from rnndemo.ui.drawing.board import SIDE, board
from rnndemo.ui.drawing.ink import ink_on
from rnndemo.ui.own.state import attempt, change, complain, complaints
from rnndemo.ui.shell.session import _, plain
from rnndemo.ui.shell.sets import shelf

CANVAS = "own_canvas"
BURST = 10  # photographs in a row

MAX_OPEN, WINDOW = 20, 460  # examples that are all shown; else the height, in pixels

_FILES = "own_files_version"


def examples_step(kept: OwnSetFolder, label: str) -> None:
    """Draw the place to record examples of a class, and beside it those that there are."""
    one = kept.content.find(label)
    st.subheader(_("3 · Examples of {name}").format(name=plain(label)))
    complaints("example")
    left, right = st.columns([0.42, 0.58], gap="large")
    with left:
        room = MAX_EXAMPLES - len(one.examples)
        if not kept.own:
            st.caption(_("You cannot add examples here."))
        elif not room:
            st.caption(_("This class is full."))
        else:
            RECORDERS[kept.content.kind](kept, label, room)
    with right:
        _gallery(kept, label)


# --- drawing ----------------------------------------------------------------------------------


def _draw(kept: OwnSetFolder, label: str, room: int) -> None:
    st.fragment(_drawing)(kept, label)


def _drawing(kept: OwnSetFolder, label: str) -> None:
    """Draw the board with its buttons; a stroke redraws nothing else."""
    st.caption(_("Draw it, add it, draw the next. Let your drawings vary naturally."))
    ink = ink_on(CANVAS)
    board(CANVAS, ink)
    strokes = ink.strokes
    with st.container(horizontal=True):
        added = st.button(
            _("Add this drawing"), icon=":material/add:", key="own_add", type="primary",
            disabled=not strokes,
        )  # fmt: skip
        cleared = st.button(
            _("Clear"), icon=":material/delete:", key="own_clear", type="tertiary",
            disabled=not strokes,
        )  # fmt: skip
    if added or cleared:
        if added:
            attempt("example", lambda: shelf().add(kept.id, label, [drawn(strokes, SIDE)]))
        ink.keep(0)
        st.rerun()


# --- photographing ----------------------------------------------------------------------------


def _photograph(kept: OwnSetFolder, label: str, room: int) -> None:
    st.caption(
        _(
            "One hand, filling most of the picture, in front of a plain background. Turn it a "
            "little."
        )
    )
    taken = burst(f"own_burst_{kept.id}", min(BURST, room))
    version = st.session_state.setdefault(_FILES, 0)
    files = st.file_uploader(
        _("Or drop pictures here, PNG or JPEG"),
        ["png", "jpg", "jpeg"],
        accept_multiple_files=True,
        key=f"own_files_{version}",
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    contents = [*taken, *(file.getvalue() for file in files or ())]
    if contents:
        st.session_state[_FILES] = version + 1  # the place is empty again
        _add_photographs(kept, label, contents, room)
        st.rerun()


def _add_photographs(kept: OwnSetFolder, label: str, contents: Sequence[bytes], room: int) -> None:
    """Add what are photographs, as many as there is room for; say what is left out, and why."""
    good = []
    for content in contents[:room]:
        try:
            good.append(photographed(content))
        except InputError as problem:
            complain("example", problem)
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
        attempt("example", shelf().add, kept.id, label, good)


RECORDERS: dict[str, Callable[[OwnSetFolder, str, int], None]] = {
    "drawn": _draw,
    "photographed": _photograph,
}


# --- looking through --------------------------------------------------------------------------


def _gallery(kept: OwnSetFolder, label: str) -> None:
    examples = kept.content.find(label).examples
    missing = MIN_EXAMPLES - len(examples)
    text = _("{count} examples.") if examples else _("None yet.")
    if missing > 0:
        text += " " + _("{missing} more needed to train.")
    st.caption(text.format(count=len(examples), missing=missing))
    # many lie in a window of their own, so that the next step is not far away
    height: Any = WINDOW if len(examples) > MAX_OPEN else "content"
    with st.container(horizontal=True, gap="small", key="own_gallery", height=height, border=False):
        for number, example in enumerate(examples, 1):
            with st.container(width=76, gap=None, key=f"own_example_{example}"):
                st.html(_picture(kept, example, f"{label} {number}"))
                if kept.own:
                    st.button(
                        f"{number}", icon=":material/close:", type="tertiary",
                        key=f"own_delete_{example}", on_click=_delete,
                        args=(kept, label, example), help=None,
                    )  # fmt: skip


def _picture(kept: OwnSetFolder, example: str, name: str) -> str:
    try:
        source = _thumbnail(str(kept.folder), example, kept.content.kind, kept)
    except InputError:
        return '<div class="own-broken">?</div>'
    return f'<img src="{source}" alt="{escape(name)}">'


@st.cache_data(max_entries=3000, show_spinner=False)
def _thumbnail(folder: str, example: str, kind: str, _kept: OwnSetFolder) -> str:
    return thumbnail(kind, _kept.read(example))  # an example never changes


def _delete(kept: OwnSetFolder, label: str, example: str) -> None:
    change("example", kept, lambda content: content.without_example(label, example, time.time()))
