"""What every page has around it: navigation, style, language switch."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import Page

from rnndemo.errors import N_
from rnndemo.languages import LANGUAGES
from rnndemo.storage.folders import ASSETS
from rnndemo.ui.server.believed import believe_what_was_offered
from rnndemo.ui.server.front import language_script
from rnndemo.ui.server.unsent import keep_unsent
from rnndemo.ui.shell import session, url
from rnndemo.ui.shell.mine import foot
from rnndemo.ui.shell.session import LANGUAGE, _, show_notices
from rnndemo.ui.shell.widgets import choice

# file -> (title, icon); the first is the home page
PAGES = {
    "pages/draw.py": (N_("Draw"), ":material/draw:"),
    "pages/train.py": (N_("Train"), ":material/model_training:"),
    "pages/inside.py": (N_("Inside"), ":material/visibility:"),
    "pages/gestures.py": (N_("Gestures"), ":material/gesture:"),
    "pages/explore.py": (N_("Explore"), ":material/travel_explore:"),
    "pages/scenes.py": (N_("Scenes"), ":material/filter_center_focus:"),
    "pages/compare.py": (N_("Compare"), ":material/balance:"),
    "pages/robustness.py": (N_("Robustness"), ":material/shield:"),
}


def navigation() -> Page:
    """Declare the app's name and pages; return the page that the visitor is on."""
    keep_unsent()
    believe_what_was_offered()
    # an icon of our own: Streamlit would fetch a page's symbol from the internet
    st.set_page_config(page_icon=str(ASSETS / "icon.png"), layout="wide")
    page = st.navigation(
        [
            st.Page(file, title=_(title), icon=icon, default=number == 0)
            for number, (file, (title, icon)) in enumerate(PAGES.items())
        ],
        position="top",
    )
    name = _("Row by Row")
    st.set_page_config(page_title=f"{page.title} · {name}")
    return page


def enter(*parts: url.Part) -> None:
    """Begin a page: let its `parts` read the URL, and say what is wrong with it.

    If Streamlit has run the page without ``app.py``, this starts over with the whole app. It does
    so for a link to a page on a fresh server: until the navigation has been declared once, it takes
    a folder named ``pages`` for an app of the older kind.
    """
    if not session.started():
        navigation()
        st.rerun()
    if parts:
        url.start(*session.LINK, *parts)
        show_notices()


def header() -> None:
    """Draw the head of the page: name, tagline, language."""
    with st.container(key="page_language"):
        script = language_script(session.language())
        st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
    with st.container(horizontal=True, vertical_alignment="center", key="page_head"):
        name, tagline = _("Row by Row"), _("see how a recurrent network reads a picture")
        st.markdown(f"**{name}** · {tagline}")
        choice(LANGUAGE, _("Language"), LANGUAGES)
    foot()
    show_notices()
