"""What every page has around it: style, language switch."""

from __future__ import annotations

import streamlit as st

from rnndemo.data.sets import ASSETS
from rnndemo.ui.i18n import LANGUAGES
from rnndemo.ui.session import _, language, set_language, show_notice


def header() -> None:
    """Draw the head of the page: name, promise, language."""
    st.html(ASSETS / "app.css")
    with st.container(horizontal=True, vertical_alignment="center", key="page_head"):
        st.markdown(f"**{_('Row by Row')}** · {_('see how a recurrent network reads a picture')}")
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            default=language(),
            format_func=LANGUAGES.__getitem__,
            key="language_select",
            label_visibility="collapsed",
            required=True,
            on_change=lambda: set_language(st.session_state["language_select"]),
        )
    show_notice()
