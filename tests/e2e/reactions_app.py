"""A small page for test_reactions.py on which buttons stand for gestures that were recognised."""

from __future__ import annotations

import numpy as np
import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

from rnndemo.data.drawn.gestures import CLASSES, example
from rnndemo.reactions.react import Recognised
from rnndemo.ui.server.front import FrontPage
from rnndemo.ui.shell import chrome, session

RIGHT, LEFT = (0.55, 0.1), (0.1, 0.15)  # upper left corners of drawings on the board


def recognised(label: str, place: tuple[float, float], rejected: bool = False) -> Recognised:
    """Return a gesture 0.3 of the board wide, as a network would hand it on."""
    strokes = [np.array(place) + 0.3 * stroke for stroke in example(label)]
    return Recognised(label, 0.4 if rejected else 0.99, rejected, strokes, "gestures-strokes")


def draw(event: Recognised) -> None:
    """Do as the page does after a stroke."""
    st.session_state["event"] = event
    st.session_state["number"] = st.session_state.get("number", 0) + 1


def page() -> None:
    # not above: components need a server that runs
    from rnndemo.ui.gestures.log import event_log
    from rnndemo.ui.gestures.stage import stage
    from rnndemo.ui.gestures.table import reaction_table

    session.start()
    chrome.header()
    with st.container(horizontal=True, gap="small"):
        for name in CLASSES:
            st.button(name, key=f"make_{name}", on_click=draw, args=(recognised(name, LEFT),))
        st.button("far", key="make_far", on_click=draw, args=(recognised("circle", RIGHT),))
        st.button("?", key="make_noise", on_click=draw, args=(recognised("arrow", LEFT, True),))
        st.button("again", key="again")
        elsewhere = st.toggle("elsewhere", key="elsewhere")
    if elsewhere:  # as on another page, where none of the controls is drawn
        st.stop()
    left, right = st.columns([0.42, 0.58], gap="large")
    with left:
        st.markdown("the board to draw on")
    with right:
        stage(st.session_state.get("event"), st.session_state.get("number", 0))
    reaction_table()
    event_log()


if get_script_run_ctx(suppress_warning=True) is None:  # as in app.py
    app = App(__file__, middleware=[Middleware(FrontPage)])
else:
    page()
