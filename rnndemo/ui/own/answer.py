"""The last step of own classes: show the trained network something, and see its answer."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from rnndemo.data.files.pictures import open_picture
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import N_
from rnndemo.models.store import Model
from rnndemo.plots.gestures.own import answer_bars
from rnndemo.reading.answers import Answer, answer
from rnndemo.ui.components.burst import burst
from rnndemo.ui.components.reading import reading
from rnndemo.ui.drawing.answer import said_label, seen_strip
from rnndemo.ui.drawing.board import SIDE, board
from rnndemo.ui.drawing.ink import ink_on
from rnndemo.ui.drawing.sources import picture_uploader
from rnndemo.ui.drawing.take import take_along
from rnndemo.ui.shell.session import Drawing, _, errors_to, look, plain, sure, warn
from rnndemo.ui.shell.widgets import small_button

CANVAS = "own_try_canvas"

_SHOWN = "own_photograph"


def try_step(own_set: OwnSetFolder, model: Model) -> None:
    """Draw the place to try the newest network of a set."""
    st.header(_("5 · Try it"))
    st.fragment(_try)(own_set, model)
    take_along("own_take", model, own_set.content.name)


def _try(own_set: OwnSetFolder, model: Model) -> None:
    left, right = st.columns([0.42, 0.58], gap="large")
    with left:
        shown = SOURCES[own_set.content.kind]()
    said = seen = None
    if shown is not None:
        with errors_to(warn):
            seen = shown.seen(model.frame)
            said = answer(model, seen.image)
    drawn = own_set.content.kind == "drawn"
    with right:
        _say(said, model)
        if drawn:
            ink = ink_on(CANVAS)
            reading(
                "own_reading", model, seen, said,
                board=CANVAS, numbers=ink.numbers, label="own_label",
            )  # fmt: skip
        elif said is not None:
            st.html(answer_bars([float(p) for p in said.probabilities], model.classes, look()))
        if seen is not None:
            st.caption(_("What the network sees"))
            st.html(seen_strip(seen))


def _say(said: Answer | None, model: Model) -> None:
    with st.container(key="own_label"):
        st.markdown(said_label(said, model.classes), unsafe_allow_html=True)
    with st.container(key="own_reason"):
        st.markdown(_reason(said))


def _reason(said: Answer | None) -> str:
    if said is None:
        return _("Show it one of your signs.")
    values = {"name": plain(said.label), "percent": sure(said.probability)}
    if said.rejected:
        text = _("It looks like none of your classes; the closest is {name}, at {percent}.")
    else:
        text = _("{percent} sure.")
    return text.format(**values)


def _drawing() -> Drawing | None:
    ink = ink_on(CANVAS)
    board(CANVAS, ink, {"own_try_clear": "clear"})
    strokes = ink.strokes
    small_button("own_try_clear", _("Clear"), "delete", disabled=not strokes)
    return Drawing(strokes, N_("your drawing"), board=SIDE) if strokes else None


def _photograph() -> Drawing | None:
    taken = burst("own_try_burst", 1)
    file = picture_uploader(_("Or a picture"), "own_try_file")
    number, content = st.session_state.get(_SHOWN, ("", b""))
    if taken:
        content = taken[-1]
    elif file is not None and file.file_id != number:
        number, content = file.file_id, file.getvalue()
    st.session_state[_SHOWN] = number, content
    if content:
        with errors_to(warn):
            return Drawing(open_picture(content), N_("your photograph"))
    return None


SOURCES: dict[str, Callable[[], Drawing | None]] = {
    "drawn": _drawing,
    "photographed": _photograph,
}
