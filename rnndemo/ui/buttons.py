"""A button that does something which may not be possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.ui.session import note


def act_button(
    key: str, label: str, icon: str, disabled: bool, act: Callable[[], Any], **more: Any
) -> None:
    """Draw a button that acts, and lets the whole page follow; what keeps it from it is said."""
    if st.button(label, icon=f":material/{icon}:", key=key, disabled=disabled, **more):
        try:
            act()
        except InputError as problem:
            note(problem)
        st.rerun()
