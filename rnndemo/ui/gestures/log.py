"""The log of gestures on the page: the last events, the log as a file, how to follow it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import streamlit as st

from rnndemo.reactions.log import EVENTS, last_events, whole
from rnndemo.storage.folders import HOME
from rnndemo.storage.log import Event
from rnndemo.ui.gestures.table import folder
from rnndemo.ui.gestures.words import SHORT, gesture_name, reaction_name
from rnndemo.ui.shell.clock import local_time
from rnndemo.ui.shell.session import _, model_label, sure

SHOWN = 12


def event_log() -> None:
    """Draw the last events, and say how another program can follow them."""
    st.header(_("What has happened so far?"))
    st.caption(
        _(
            "Each gesture is written to a file at once, one per line. Another program can follow "
            "this file, for example with this command:"
        )
    )
    st.code(
        f'tail -F "${HOME}/reactions/{folder().name}/{EVENTS}"', language="bash", wrap_lines=True
    )
    events, damaged = last_events(folder(), SHOWN)
    with st.container():
        if damaged:
            text = _("Lines of this file that cannot be read, and are left out here: {count}.")
            st.caption(text.format(count=damaged))
    if not events:
        st.caption(_("Nothing yet."))
        return
    st.dataframe(
        [_row(event) for event in events],
        key="gesture_events",
        hide_index=True,
        column_config={_("time"): st.column_config.DatetimeColumn(format="HH:mm:ss")},
    )
    st.download_button(
        _("The whole log"), partial(whole, folder()), EVENTS, "application/jsonl",
        key="gesture_log_download", on_click="ignore", icon=":material/download:", type="tertiary",
    )  # fmt: skip


def _row(event: Event) -> dict[str, Any]:
    """Return an event's row of the table; a damaged file may hold anything."""
    probability = event.get("probability")
    why = str(event.get("why_not", ""))
    try:
        time = local_time(datetime.fromisoformat(str(event.get("time"))).timestamp())
    except (ValueError, OverflowError, OSError):
        time = None
    return {
        _("time"): time,
        _("gesture"): gesture_name(event["gesture"]),
        _("sure"): sure(probability) if isinstance(probability, float) else "",
        _("reaction"): reaction_name(str(event.get("reaction", ""))),
        _("why not"): _(SHORT.get(why, why)),
        _("network"): model_label(str(event.get("reader", ""))),
    }
