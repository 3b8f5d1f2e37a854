"""Times as people read them: in the timezone of their browser."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st


def local_time(seconds: float) -> datetime:
    """Return a time, in seconds since 1970, in the visitor's timezone."""
    return datetime.fromtimestamp(seconds, _timezone())


def time_text(seconds: float) -> str:
    """Return a time, in seconds since 1970, as text in the visitor's timezone."""
    return f"{local_time(seconds):%Y-%m-%d %H:%M}"


def _timezone() -> tzinfo:
    """Return the browser's timezone; UTC if it says none that is known here."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (KeyError, ValueError, OSError):
        return UTC
