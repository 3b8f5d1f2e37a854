"""Draw a gesture: two networks read it, and it sets something off."""

import streamlit as st

from rnndemo.ui import chrome, gestures
from rnndemo.ui.gesture_board import gesture_board, gesture_on_board
from rnndemo.ui.gesture_samples import samples
from rnndemo.ui.own import own_classes
from rnndemo.ui.reactions import event_log, reaction_table, stage
from rnndemo.ui.session import _


def draw() -> None:
    """The sixteen gestures: board, answers, reaction, and how the answers came about."""
    left, right = st.columns([0.42, 0.58], gap="large")
    strokes, number = gesture_on_board()
    found = gestures.readings(strokes)
    event = gestures.recognised(found, strokes)
    with right:
        gestures.answer_label(event)
        gestures.verdict(found)
        stage(event, number)
        gestures.reader_select()
    gestures.how_it_came(found, strokes)
    reaction_table()
    event_log()
    with left:  # last, for its own reasons
        gesture_board()


PARTS = {"draw": draw, "own": own_classes, "made": samples}

chrome.enter()
st.title(_("Gestures"))
PARTS[gestures.part_choice()]()
