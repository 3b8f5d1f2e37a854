"""Compare: recurrent networks, networks that see the picture at once, classical processing."""

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.ui import chrome, compare_own, compare_results
from rnndemo.ui.compare_again import measure_again
from rnndemo.ui.compare_answers import same_drawing
from rnndemo.ui.compare_stumbles import one_alone, stumbles
from rnndemo.ui.compare_table import claim, prices
from rnndemo.ui.session import _, show_notices, warn

chrome.enter()
compare_results.start()
compare_own.start()
show_notices()
st.title(_("Compare"))

try:
    shown = compare_results.shown()
    comparison = compare_own.with_own_runs(shown)
except InputError as problem:
    warn(problem)
    compare_results.choice()
else:
    test = compare_results.pictures(shown)
    same_drawing(shown, comparison, test)
    st.subheader(_("Who is best, and at what price?"), anchor="prices")
    compare_results.choice()
    compare_own.own_choice()
    prices(comparison)
    claim(comparison)
    stumbles(comparison, test)
    one_alone(comparison, test)
measure_again()
compare_results.publish()
compare_own.publish()
