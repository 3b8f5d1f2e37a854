"""Explore: ask a question, train many networks, watch the answer form, open one as a model."""

import streamlit as st

from rnndemo.ui.explore import state
from rnndemo.ui.explore.ask import ask
from rnndemo.ui.explore.live import live
from rnndemo.ui.explore.studies import study_list
from rnndemo.ui.shell import chrome, url
from rnndemo.ui.shell.session import _

chrome.enter(state.LINK)
st.title(_("Explore what settings do"))

with st.container(key="explore_gone"):
    study = state.current_study()
space = ask(study)
live(study, space)
study_list(study)
url.publish()
