"""Times as people read them: in the timezone of their browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st


def local_time(seconds: float) -> datetime:
    """Return a time, in seconds since 1970, in the visitor's timezone."""
    return datetime.fromtimestamp(seconds, _timezone())


def time_text(seconds: float) -> str:
    """Return a time, in seconds since 1970, as text in the visitor's timezone."""
    return f"{local_time(seconds):%Y-%m-%d %H:%M}"


def apart(labels: Mapping[str, str], made: Mapping[str, float] | None = None) -> dict[str, str]:
    """Return labels of options no two of which are equal.

    Streamlit knows an option by its label alone: of equal ones it would take the last.

    Parameters
    ----------
    labels : mapping
        Name of an option -> its label.
    made : mapping, optional
        Name -> when it was made, which is added to labels that are equal; then the end of their
        name is. Without it (the labels say when), that is added at once.
    """
    times = {name: time_text(seconds) for name, seconds in (made or {}).items()}
    timed = _told_apart(labels, times)
    return _told_apart(timed, {name: name[-4:] for name in (labels if made is None else made)})


def _told_apart(labels: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    count = Counter(labels.values())
    return {
        name: f"{label} · {more[name]}" if count[label] > 1 and name in more else label
        for name, label in labels.items()
    }


def _timezone() -> tzinfo:
    """Return the browser's timezone; UTC if it says none that is known here."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (KeyError, ValueError, OSError):
        return UTC
