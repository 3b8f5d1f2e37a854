"""What every page has around it: the way to the others, style, language switch."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import Page

from rnndemo.errors import N_
from rnndemo.storage.folders import ASSETS
from rnndemo.ui.shell import session, url, visitor
from rnndemo.ui.shell.i18n import LANGUAGES
from rnndemo.ui.shell.session import LANGUAGE, _, show_notices

# file -> (title, icon); the first is the home page
PAGES = {
    "pages/draw.py": (N_("Draw"), ":material/draw:"),
    "pages/train.py": (N_("Train"), ":material/model_training:"),
    "pages/inside.py": (N_("Inside"), ":material/visibility:"),
    "pages/gestures.py": (N_("Gestures"), ":material/gesture:"),
    "pages/explore.py": (N_("Explore"), ":material/travel_explore:"),
    "pages/compare.py": (N_("Compare"), ":material/balance:"),
}


def navigation() -> Page:
    """Name the app, declare its pages, and return the one that the visitor is on."""
    # A picture of our own: Streamlit would fetch a page's symbol from the network as its icon
    st.set_page_config(
        page_title=_("Row by Row"), page_icon=str(ASSETS / "icon.png"), layout="wide"
    )
    return st.navigation(
        [
            st.Page(file, title=_(title), icon=icon, default=number == 0)
            for number, (file, (title, icon)) in enumerate(PAGES.items())
        ],
        position="top",
    )


def enter(*parts: url.Part) -> None:
    """Begin a page: take from the URL what its `parts` find there, and say what is wrong with it.

    Where Streamlit has run the page alone, this runs the whole app.
    For the first visitor of a fresh server who comes by a link to a page, a folder named
    ``pages`` means an app of the older kind, until the navigation was declared once.
    """
    if not session.started():
        navigation()
        st.rerun()
    if parts:
        url.start(*session.LINK, *parts)
        show_notices()


def header() -> None:
    """Draw the head of the page: name, promise, language."""
    st.html(ASSETS / "app.css")
    visitor.remember()
    with st.container(horizontal=True, vertical_alignment="center", key="page_head"):
        name, promise = _("Row by Row"), _("see how a recurrent network reads a picture")
        st.markdown(f"**{name}** · {promise}")
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key=LANGUAGE,
            label_visibility="collapsed",
            required=True,
            persist_state="session",
        )
    show_notices()
