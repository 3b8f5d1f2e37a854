"""Scenes: draw several digits; a network finds them, marks them and reads the number."""

import streamlit as st

from rnndemo.reading.scenes import read_scene
from rnndemo.ui.components.sweeps import sweeps
from rnndemo.ui.scenes.failures import failures_section
from rnndemo.ui.scenes.live import train_section
from rnndemo.ui.scenes.models import LINK, scene_model
from rnndemo.ui.scenes.peers import peers_section
from rnndemo.ui.scenes.result import number_said, overlap_allowed, result, settings
from rnndemo.ui.scenes.sources import scene_input
from rnndemo.ui.shell import chrome
from rnndemo.ui.shell.session import _

chrome.enter(LINK)
model = scene_model()
st.title(_("Draw several digits"))
st.markdown(
    _(
        "The network sweeps the board row by row and column by column, says of every pixel what "
        "it belongs to, puts a box around each digit, and reads the number."
    )
)
with st.container(key="scene_place"):
    left, right = st.columns(2, gap="large")
with left:
    given = scene_input(model)
    reading = read_scene(model, given.picture, overlap_allowed(model)) if given else None
with right:
    number_said(model, reading)
    result(model, reading)
settings(model)
sweeps("scene_sweeps", model, reading)
failures_section(model)
peers_section()
train_section(given.picture if given else None)
