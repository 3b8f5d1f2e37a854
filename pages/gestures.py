"""Gestures: draw one; two networks read it, and it sets something off."""

import streamlit as st

from rnndemo.ui.gestures import answers
from rnndemo.ui.gestures.board import gesture_board
from rnndemo.ui.gestures.ink import gesture_ink
from rnndemo.ui.gestures.log import event_log
from rnndemo.ui.gestures.samples import samples
from rnndemo.ui.gestures.stage import stage
from rnndemo.ui.gestures.table import reaction_table
from rnndemo.ui.own.steps import own_classes
from rnndemo.ui.shell import chrome, url
from rnndemo.ui.shell.session import _


def draw() -> None:
    """Draw the board, the answers, the reaction, and how the answers came about."""
    left, right = st.columns([0.42, 0.58], gap="large")
    with left, st.container(key="gesture_place"):
        st.caption(_("One stroke, without lifting the pen. Draw the next gesture right on top."))
        gesture_board()
    ink = gesture_ink()
    strokes = ink.strokes
    found = answers.readings(strokes)
    event = answers.recognised(found, strokes)
    with right:
        answers.answer_label(event)
        answers.verdict(found)
        stage(event, ink.number)
        answers.reader_select()
    with st.container():
        answers.how_it_came(found, strokes)
    reaction_table()
    event_log()


PARTS = {"draw": draw, "own": own_classes, "made": samples}

chrome.enter(answers.LINK)
st.title(_("Gestures"))
PARTS[answers.part_choice()]()
url.publish()
