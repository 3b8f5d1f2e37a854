"""Explore: a question to many trainings, asked, watched, answered, and opened as a model."""

import streamlit as st

from rnndemo.ui import chrome, explore
from rnndemo.ui.explore_ask import ask
from rnndemo.ui.explore_list import study_list
from rnndemo.ui.explore_live import live
from rnndemo.ui.session import _, show_notices

chrome.enter()
explore.start()
show_notices()
st.title(_("Explore what settings do"))

study = explore.current_study()
space = ask(study)
live(study, space)
study_list(study)
explore.publish()
