"""Buttons and choices as all pages have them, and the undo of a deletion."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import streamlit as st

from rnndemo.errors import N_
from rnndemo.jobs.job import Job
from rnndemo.jobs.machine import slots
from rnndemo.reading.percent import PERCENT
from rnndemo.ui.shell.session import _, errors_to, note

# what a run, a study or a comparison is doing -> the same for people
STATUS_WORDS = {
    "idle": N_("idle"),
    "queued": N_("queued"),
    "running": N_("running"),
    "paused": N_("paused"),
    "stopped": N_("stopped"),
    "done": N_("done"),
    "failed": N_("failed"),
}

TABLE_KEYS = N_("By keyboard: arrow keys go to a row, Shift and Space together choose it.")


def status_word(status: str) -> str:
    """Return the status of a job in the visitor's language."""
    return _(STATUS_WORDS[status])


def percent_format(digits: int) -> str:
    """Return how a slider or a table writes a percentage, for the number's own formatting."""
    return _(PERCENT).replace("%", "%%").format(number=f"%.{digits}f")


def queue_text(place: int) -> str:
    """Return where a job that is queued stands; at place 0, its process is just beginning."""
    if not place:
        return _("it is about to start")
    text = _("place {place} in the queue; this machine trains up to {slots} at once")
    return text.format(place=place, slots=slots())


def file_name(title: str, otherwise: str) -> str:
    """Return a title as the name of a file, `otherwise` if nothing is left of it."""
    return re.sub(r"[^\w.]+", "-", title).strip("-.") or otherwise


def act_button(
    key: str, label: str, icon: str, disabled: bool, act: Callable[[], Any], **more: Any
) -> None:
    """Draw a button that acts and reruns the page, which then says what went wrong."""
    if st.button(label, icon=f":material/{icon}:", key=key, disabled=disabled, **more):
        with errors_to(note):
            act()
        st.rerun()


def small_button(key: str, label: str, icon: str, **more: Any) -> bool:
    """Draw a button without a frame; return whether it was pressed."""
    return st.button(label, icon=f":material/{icon}:", key=key, type="tertiary", **more)


def rough_time(seconds: float) -> str:
    """Return a rough time, for example "2 min"."""
    for unit, size in ((N_("{count} h"), 3600), (N_("{count} min"), 60)):
        if seconds >= 1.5 * size:
            return _(unit).format(count=f"{seconds / size:.0f}")
    return _("{count} s").format(count=max(5, round(seconds / 5) * 5))


def choice(key: str, label: str, texts: Mapping[str, str], **more: Any) -> str:
    """Draw a choice of one, which outlasts a change of page, and return its name.

    Parameters
    ----------
    label : str
        What is chosen; only screen readers get it unless `more` says otherwise.
    texts : mapping
        name -> English message.
    """
    look: dict[str, Any] = {"label_visibility": "collapsed", "persist_state": "session", **more}
    return str(
        st.segmented_control(
            label, list(texts), format_func=lambda name: _(texts[name]), key=key, required=True,
            **look,
        )
    )  # fmt: skip


def switch(label: str, key: str, about: str, **more: Any) -> bool:
    """Draw a switch with a "?" beside it that says what it is `about`; return whether it is on.

    A finger that taps on the "?" of ``st.toggle`` turns the switch, and reads nothing.
    """
    with st.container(
        horizontal=True, vertical_alignment="center", width="content", gap="xsmall",
        key=f"{key}_place",
    ):  # fmt: skip
        on = st.toggle(label, key=key, width="content", **more)
        st.markdown("", help=about, width="content")
    return bool(on)


def list_key(key: str, things: Sequence[Job]) -> str:
    """Return the key of a table of things, another for other things.

    So a list that has changed, here or in another tab, begins without a choice: what is chosen is
    known by the number of its row alone.
    """
    names = " ".join(one.name for one in things)
    return f"{key}_{sha256(names.encode()).hexdigest()[:12]}"


def delete_all(key: str, delete: Callable[[str], Any], names: Sequence[str]) -> None:
    """Delete things, and remember those that are, for the `undo_button` with that key."""
    deleted: list[str] = []
    try:
        for name in names:
            delete(name)
            deleted.append(name)
    finally:
        if deleted:
            st.session_state[_names(key)] = deleted


def undo_button(key: str, undelete: Callable[[str], Any]) -> None:
    """Say how many were deleted, and offer to restore them."""
    deleted = st.session_state.get(_names(key), [])

    def restore() -> None:
        while left := st.session_state.get(_names(key)):
            undelete(left[0])  # what cannot be restored now may be later
            st.session_state[_names(key)] = left[1:]

    with st.container(horizontal=True, vertical_alignment="center"):
        if not deleted:
            return
        st.markdown(_("Deleted: {count}.").format(count=len(deleted)), width="content")
        act_button(key, _("Undo"), "undo", False, restore, type="tertiary")


def _names(key: str) -> str:
    return f"deleted_{key}"
