"""Robustness: change the drawing a little, and see at which row the answer tips."""

import streamlit as st

from rnndemo.ui.drawing import sources
from rnndemo.ui.robustness.parts import part, shown_drawing
from rnndemo.ui.shell import chrome, session, steps
from rnndemo.ui.shell.session import _

chrome.enter()
model = session.model()
steps.begin(model)
st.title(_("Can you fool it?"))
with st.container(key="robustness_place"):
    left, right = st.columns([0.36, 0.64], gap="large")
with left:
    drawing = sources.drawing_input()
    session.model_select()
with right:
    part(model, shown_drawing(model, drawing))
