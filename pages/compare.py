"""Compare: recurrent networks, networks that see the picture at once, classical methods."""

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.ui.compare import own_runs, results
from rnndemo.ui.compare.again import measure_again
from rnndemo.ui.compare.answers import same_drawing
from rnndemo.ui.compare.stumbles import one_alone, stumbles
from rnndemo.ui.compare.table import claim, prices
from rnndemo.ui.shell import chrome, url
from rnndemo.ui.shell.session import _, warn

chrome.enter(results.LINK, own_runs.LINK)
st.title(_("Compare"))

with st.container():
    try:
        with st.container():
            shown = results.shown()
            comparison = own_runs.with_own_runs(shown)
            test = results.pictures(shown)
    except InputError as problem:
        warn(problem)
        results.choice()
    else:
        same_drawing(shown, comparison, test)
        st.header(_("Who is best, and at what price?"), anchor="prices")
        with st.container():
            results.choice()
            own_runs.own_choice()
        prices(comparison)
        claim(comparison, results.others(shown))
        stumbles(comparison, test)
        one_alone(comparison, test)
measure_again()
url.publish()
