"""Gestures: draw one; two networks read it, and it sets something off."""

import streamlit as st

from rnndemo.ui.gestures import answers
from rnndemo.ui.gestures.board import gesture_board
from rnndemo.ui.gestures.ink import gesture_ink
from rnndemo.ui.gestures.log import event_log
from rnndemo.ui.gestures.samples import samples
from rnndemo.ui.gestures.shapes import sixteen_shapes
from rnndemo.ui.gestures.stage import stage
from rnndemo.ui.gestures.table import reaction_table
from rnndemo.ui.own.steps import own_classes
from rnndemo.ui.shell import chrome, url
from rnndemo.ui.shell.session import _


def draw() -> None:
    """Draw the board, the shapes, the answers, the reaction, and how the answers came about."""
    with st.container(key="gesture_desk"):
        place, between, right = st.columns([0.34, 0.3, 0.36], gap="small")
    with place, st.container(key="gesture_place"):
        gesture_board()
        st.caption(_("One stroke, without lifting the pen. Draw the next gesture right on top."))
    ink = gesture_ink()
    found = answers.readings(ink.strokes)
    event = answers.recognised(found, ink.strokes)
    with right:
        answers.answer_label(event)
        answers.verdict(found)
        stage(event, ink.number)
    with between:
        sixteen_shapes()
    answers.how_it_came(found, ink)
    answers.reader_select()
    reaction_table()
    event_log()


PARTS = {"draw": draw, "own": own_classes, "made": samples}

chrome.enter(answers.LINK)
st.title(_("Gestures"))
PARTS[answers.part_choice()]()
url.publish()
