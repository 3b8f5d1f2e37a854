"""Row by Row: the router. Start it with ``make run``."""

import streamlit as st

from rnndemo.data.sets import ASSETS
from rnndemo.ui import chrome, session
from rnndemo.ui.session import _

session.start()
st.set_page_config(page_title=_("Row by Row"), page_icon=str(ASSETS / "icon.png"), layout="wide")
page = st.navigation(
    [
        st.Page("pages/draw.py", title=_("Draw"), icon=":material/draw:", default=True),
        st.Page("pages/inside.py", title=_("Inside"), icon=":material/visibility:"),
    ],
    position="top",
)
chrome.header()
page.run()
