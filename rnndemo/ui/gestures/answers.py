"""The page Gestures: two networks read one stroke, and the gesture sets something off."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from rnndemo.data.frames.path import places
from rnndemo.data.frames.seen import Seen
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.sets import GESTURES
from rnndemo.errors import N_
from rnndemo.models.store import Model, load_model, shipped_names
from rnndemo.plots.gestures.pen_path import belief_words, path_picture
from rnndemo.plots.reading.answers import row_by_row
from rnndemo.reactions.react import Recognised
from rnndemo.reading.answers import Answer, answer, as_read, settled_at
from rnndemo.ui.components.chart import draw_option
from rnndemo.ui.components.reading import reading
from rnndemo.ui.drawing.answer import formula, readout_formula, said_label
from rnndemo.ui.drawing.example import ghost
from rnndemo.ui.drawing.readouts import readout_at
from rnndemo.ui.drawing.take import take_along
from rnndemo.ui.gestures.board import CANVAS, SIDE
from rnndemo.ui.gestures.ink import TOGETHER, GestureInk, gesture_ink
from rnndemo.ui.gestures.words import gesture_name
from rnndemo.ui.shell import url
from rnndemo.ui.shell.session import (
    MODEL_NAMES,
    Drawing,
    _,
    class_names,
    errors_to,
    look,
    model_name,
    paragraph,
    percent,
    sure,
    warn,
)
from rnndemo.ui.shell.widgets import choice

PICTURE, PEN = "gestures-lstm", "gestures-strokes"
READERS = (PEN, PICTURE)
WHOLE = 0.95  # of a stroke: who needs more needs all of it

PART = "part"  # the parameter that names the part of the page
CHOICE = "gesture_part"  # the widget that chooses it
PARTS = {
    "draw": N_("Draw a gesture"),
    "own": N_("Your own classes"),
    "made": N_("What they learnt from"),
}

_READER = "gesture_reader"


@dataclass(frozen=True)
class Reading:
    """What one network made of the gesture."""

    model: Model
    seen: Seen
    answer: Answer


def _choose(part: str) -> None:
    st.session_state[CHOICE] = part if part in PARTS else "draw"


LINK = url.parameter(PART, _choose, lambda: str(st.session_state.setdefault(CHOICE, "draw")))


def part_choice() -> str:
    """Draw the choice of the part of the page, and return it."""
    return choice(CHOICE, _("Part of this page"), PARTS)


def readings(strokes: Strokes) -> dict[str, Reading]:
    """Return each network's reading of the strokes, by its name; empty if nothing is drawn."""
    drawing = Drawing(strokes, N_("your gesture"), board=SIDE)
    found, shipped = {}, shipped_names()
    for name in READERS:
        if not strokes or name not in shipped:
            continue
        with errors_to(warn):
            model = load_model(name)
            seen = drawing.seen(model.frame)
            found[name] = Reading(model, seen, answer(model, seen.image))
    gesture_ink().understood = all(not r.answer.rejected for r in found.values())
    return found


def reader() -> str:
    """Return the name of the network whose answer counts."""
    asked = model_name()
    return str(st.session_state.get(_READER, asked if asked in READERS else PEN))


def reader_select() -> None:
    """Draw the choice of the network whose answer counts."""

    def remember() -> None:
        st.session_state[_READER] = st.session_state["model_select"]

    st.selectbox(
        _("Whose answer counts?"),
        READERS,
        index=READERS.index(reader()),
        format_func=lambda name: _(MODEL_NAMES[name]),
        key="model_select",
        on_change=remember,
    )
    if reader() in shipped_names():
        with errors_to(warn):
            take_along("gesture_take", load_model(reader()), reader())


def recognised(found: dict[str, Reading], strokes: Strokes) -> Recognised | None:
    """Return the gesture as the chosen network has read it, None if nothing is drawn."""
    chosen = found.get(reader())
    if chosen is None:
        return None
    said = chosen.answer
    board = [stroke / SIDE for stroke in strokes]
    return Recognised(said.label, said.probability, said.rejected, board, chosen.model.name)


def answer_label(event: Recognised | None) -> None:
    """Draw the answer alone: the class, or "?"."""
    with st.container(key="gesture_label"):
        st.markdown(said_label(event, GESTURES), unsafe_allow_html=True)


def verdict(found: dict[str, Reading]) -> None:
    """Say in words what both networks answer."""
    with st.container(key="gesture_reason"):
        if not found:
            st.markdown(
                _(
                    "Draw one of the sixteen gestures. Two networks answer as you draw; lift the "
                    "pen, and it acts."
                )
            )
            return
        texts = {
            PEN: N_("The one that follows the pen: {answer}"),
            PICTURE: N_("The one that reads the picture: {answer}"),
        }
        lines = [
            _(text).format(answer=_said(found[name].answer))
            for name, text in texts.items()
            if name in found
        ]
        st.markdown("  \n".join(lines))


def _said(said: Answer) -> str:
    values = {"name": gesture_name(said.label), "percent": sure(said.probability)}
    if said.rejected:
        return _("no gesture that it knows (closest: {name}, {percent})").format(**values)
    return _("**{name}**, {percent} sure").format(**values)


def how_it_came(found: dict[str, Reading], ink: GestureInk) -> None:
    """Draw how the answers come about: under the pen in the browser, then in words."""
    left, right = st.columns(2, gap="large")
    with left:
        st.header(_("When did the pen give it away?"))
        _under_the_pen("gesture_pen_reading", PEN, found, ink)
        with st.container():
            if PEN in found:
                _pen_reading(found[PEN], ink.strokes)
    with right:
        st.header(_("When did the picture give it away?"))
        _under_the_pen("gesture_picture_reading", PICTURE, found, ink)
        with st.container():
            if PICTURE in found:
                _picture_reading(found[PICTURE])


def _under_the_pen(key: str, name: str, found: dict[str, Reading], ink: GestureInk) -> None:
    """Draw a network's reading, which follows the pen."""
    with st.container(key=f"{key}_place"), errors_to(warn):
        if name not in shipped_names():
            return
        model, made = load_model(name), found.get(name)
        seen, said = (made.seen, made.answer) if made else (None, None)
        reading(
            key, model, seen, said,
            board=CANVAS, numbers=ink.numbers, ghost=ghost(model, SIDE),
            label="gesture_label" if name == reader() else "",
            together=0.0 if ink.understood else TOGETHER,
        )  # fmt: skip


def _pen_reading(made: Reading, strokes: Strokes) -> None:
    """Draw the stroke, coloured by what the network would have answered at each point."""
    rows = made.answer.rows
    decided = settled_at(made.answer, rows)
    caption = _(
        "Your stroke starts at the dot. The colour shows which gesture was the likeliest up to "
        "that point; the thicker the line, the surer the network."
    )
    if decided is not None:
        caption = paragraph(caption, _("From the ring on, the answer stayed the same."))
    st.caption(caption)
    with st.container(key="gesture_knew"):
        st.markdown(_when_it_knew(decided, len(rows)))
    points, up = places(strokes)
    names = class_names(made.model.classes)
    picture = path_picture(points, up, rows, names, decided, look())
    st.markdown(picture, unsafe_allow_html=True)
    st.caption(_("What it guessed along the way:"))
    st.html(belief_words(rows, names, look()))
    readout_at(rows, names, _("Point of the stroke"), "gesture_point", first=1)


def _when_it_knew(decided: int | None, points: int) -> str:
    """Return a sentence on how much of the stroke the network had to read, of so many points."""
    if decided is None:
        return _("It has read to the end and still does not recognise this gesture.")
    share = decided / max(1, points - 1)  # after it, the answer never changed again
    if share >= WHOLE:
        return _("It needed the whole stroke.")
    text = _("It knew after {percent} of the stroke, before you had finished.")
    return text.format(percent=percent(share, 0))


def _picture_reading(made: Reading) -> None:
    """Draw the picture beside the readout after each row."""
    st.caption(
        _(
            "The other network never sees the pen move. It reads the finished picture from the "
            "top, and each row shows what it would answer if the picture ended there."
        )
    )
    picture, rows = as_read(made.seen.image, made.answer.rows, made.model.config.data.scan)
    names = class_names(made.model.classes)
    draw_option(
        row_by_row(picture, rows, names, settled_at(made.answer, rows), look()),
        height=430,
        key="gesture_rows",
    )
    readout_at(rows, names, _("Row"), "gesture_row")
    formula(*readout_formula(made.model.config.model.output_activation))
