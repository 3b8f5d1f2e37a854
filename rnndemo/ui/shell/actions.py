"""A button that does something which may not be possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from rnndemo.errors import InputError
from rnndemo.ui.shell.session import _, note


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


def remember(key: str, names: Sequence[str]) -> None:
    """Keep the names of what was deleted, for the button that `offer` draws by that key."""
    st.session_state[_kept(key)] = list(names)


def offer(key: str, undelete: Callable[[str], Any]) -> None:
    """Say how many were deleted, and offer to bring them back."""
    deleted = st.session_state.get(_kept(key), [])
    if not deleted:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("Deleted: {count}.").format(count=len(deleted)), width="content")
        act_button(
            key, _("Undo"), "undo", False, lambda: _bring_back(key, undelete), type="tertiary"
        )


def _bring_back(key: str, undelete: Callable[[str], Any]) -> None:
    for name in st.session_state.pop(_kept(key), []):
        undelete(name)


def _kept(key: str) -> str:
    return f"kept_{key}"
