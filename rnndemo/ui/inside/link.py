"""What the link of the page Inside keeps: the drawing, and the row, layer and unit that are shown.

A drawing that came with a link does not become the visitor's own: it is shown on this page alone,
until the visitor leaves it or draws anew. Row, layer and unit change in the browser, which keeps
them in its URL by itself (`moment_link.js`); here they are only read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from rnndemo.data.frames.compact import from_text, to_text
from rnndemo.errors import N_, InputError
from rnndemo.models.store import Model, load_model, shipped_names
from rnndemo.reading.traces import Trace
from rnndemo.ui.drawing.example import TestPictures, drawing_or_example, from_test_set
from rnndemo.ui.inside import choices
from rnndemo.ui.shell import session, url
from rnndemo.ui.shell.session import Drawing, _, errors_to, note, warn
from rnndemo.ui.shell.sets import load_offered
from rnndemo.ui.shell.widgets import small_button

DRAWING, ROW, LAYER, UNIT = "draw", "row", "layer", "unit"

_TEST_PICTURE = re.compile(r"test\.([a-z-]{1,40})\.([0-9]{1,6})")
_NUMBER = re.compile(r"[0-9]{1,5}")
_STATE = "inside_link"


@dataclass
class _Arrived:
    """What a link has brought.

    Parameters
    ----------
    asked : str
        The drawing as the link has it, until it is opened.
    drawing : Drawing or None
        The drawing, opened; shown as long as the visitor has no other drawing than `own`.
    example : Drawing or None
        What was shown last, which is an example where there is no drawing.
    moment : dict
        Row, layer and unit.
    reading : bytes
        The input to which the row belongs.
    """

    asked: str = ""
    drawing: Drawing | None = None
    own: Drawing | None = None
    example: Drawing | None = None
    moment: dict[str, int] = field(default_factory=dict)
    reading: bytes = b""


def _arrived() -> _Arrived:
    state: _Arrived = st.session_state.setdefault(_STATE, _Arrived())
    return state


def _ask_drawing(text: str) -> None:
    _arrived().asked = text


def _drawing_text() -> str:
    state = _arrived()
    return state.asked or text_of(_linked() or session.drawing() or state.example)


def _ask_moment(asked: dict[str, str]) -> None:
    """Remember row, layer and unit of a link; say what is no number."""
    state = _arrived()
    state.moment, state.reading = {}, b""
    for name, value in asked.items():
        if _NUMBER.fullmatch(value):
            state.moment[name] = int(value)
        else:
            text = value[: session.SHOWN]
            note(InputError("“{name}” in this link is no number: {text}.", name=name, text=text))


PARTS = (
    url.parameter(DRAWING, _ask_drawing, _drawing_text),
    url.Part((ROW, LAYER, UNIT), _ask_moment, dict),  # the browser writes these
)


def text_of(drawing: Drawing | None) -> str:
    """Return a drawing as a link carries it, "" if it carries none or cannot."""
    if drawing is None:
        return ""
    if isinstance(drawing.given, list):
        return to_text(drawing.given, drawing.board or 1)
    data, number = drawing.place
    text = f"test.{data}.{number}"
    return text if _TEST_PICTURE.fullmatch(text) else ""


def opened(text: str, model: Model) -> Drawing:
    """Return the drawing that a link carries.

    Raises
    ------
    InputError
        If it is damaged, or there is no such test picture here.
    """
    picture = _TEST_PICTURE.fullmatch(text)
    if picture is None:
        strokes, board = from_text(text)
        return Drawing(strokes, N_("the drawing of a link"), board=board)
    name, number = picture[1], int(picture[2])
    known = {load_model(shipped).config.data.name for shipped in shipped_names()}
    data = load_offered(name) if name in known | {model.config.data.name} else None
    if data is None or number >= len(data.test):
        raise InputError("There is no test picture {number} of {data} here.",
                         number=number, data=name)  # fmt: skip
    return from_test_set(TestPictures(data.test, data.classes, name), number)


def shown(model: Model) -> Drawing | None:
    """Return the drawing that the page shows, and say so if a link has brought it.

    Without any, it is the example; if that is gone too, say so and return None.
    """
    state = _arrived()
    with st.container(), errors_to(warn):
        asked, state.asked = state.asked, ""
        if asked:
            state.drawing, state.own = opened(asked, model), session.drawing()
    linked = _linked()
    told = st.container(horizontal=True, vertical_alignment="center", key="inside_link")
    drawing = drawing_or_example(model, linked or session.drawing())
    if linked is not None and drawing is linked:
        with told:
            st.markdown(_("This drawing came with the link."), width="content")
            small_button("inside_link_leave", _leaving(), "undo", on_click=_leave)
    state.example = drawing
    with st.container(key="inside_link_limits"):
        if drawing is not None and not text_of(drawing):
            st.caption(_limits(drawing))
    url.publish()
    return drawing


def choose_moment(model: Model, read: Trace) -> None:
    """Choose the layer and the unit of a link, once; what does not exist is left alone."""
    moment = _arrived().moment
    layer, unit = moment.pop(LAYER, None), moment.pop(UNIT, None)
    if layer is None and unit is None:
        return
    chosen = choices.chosen_unit(model, read)
    place = chosen[0] if layer is None else layer
    choices.choose_unit(model, read, place, chosen[1] if unit is None else unit)


def row(read: Trace) -> int | None:
    """Return the row of the link, at which the first reading starts; None for all others."""
    state = _arrived()
    identity = np.ascontiguousarray(read["input"][0]).tobytes()
    state.reading = state.reading or identity
    return state.moment.get(ROW) if state.reading == identity else None


def _linked() -> Drawing | None:
    """Return the drawing that a link has brought, unless the visitor has drawn since."""
    state = _arrived()
    if state.drawing is not None and not _alike(state.own, session.drawing()):
        state.drawing = None
    return state.drawing


def _alike(one: Drawing | None, other: Drawing | None) -> bool:
    if one is None or other is None:
        return one is other
    return text_of(one) == text_of(other) and bool(
        isinstance(one.given, list) or np.array_equal(one.given, other.given)
    )


def _leave() -> None:
    _arrived().drawing = None


def _leaving() -> str:
    own = session.drawing() is not None
    return _("Back to my own drawing") if own else _("Show the test picture instead")


def _limits(drawing: Drawing) -> str:
    if isinstance(drawing.given, list):
        return _("This drawing is too long for a link. The page's link keeps everything else.")
    return _(
        "A link carries drawings and test pictures, but not pictures of your own. The page's link "
        "keeps everything else."
    )
