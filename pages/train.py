"""Train: prepare the data, set the layers, start, watch it learn, test it."""

import streamlit as st

from rnndemo.ui.shell import chrome, url
from rnndemo.ui.train import experiment, setup
from rnndemo.ui.train.bar import restart_if_wanted, state_of
from rnndemo.ui.train.live import current_run, live_view
from rnndemo.ui.train.report import test_report
from rnndemo.ui.train.runs import compared, model_of, run_details, run_list

chrome.enter(experiment.LINK)

setup.presets()
setup.to_scenes()
with st.container():
    restart_if_wanted(current_run())
    run = current_run()
    others = compared(run)
with st.container(key="train_screen"):
    settings, live = st.columns([0.32, 0.68], gap="medium")
    with settings, st.container(key="train_settings"):
        setup.steps()
    with live, st.container(key="train_live"):
        live_view(run, others)

details, report = st.container(), st.container()
if run is not None:
    with details:
        model = model_of(run)
        run_details(run, model)
    if model is not None and not state_of(run).active:
        with report:
            test_report(run, model)

run_list(run)
url.publish()
