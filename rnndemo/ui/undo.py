"""What was deleted last can be brought back: one line with a button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from rnndemo.ui.buttons import act_button
from rnndemo.ui.session import _


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
