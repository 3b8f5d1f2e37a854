"""The words of a page on which one network reads: it reads rows, points or other timesteps."""

from __future__ import annotations

import streamlit as st

from rnndemo.models.store import Model
from rnndemo.plots.look.theme import Look
from rnndemo.reading.steps import kind_of, speaking_of
from rnndemo.ui.shell import session

_KIND = "steps_kind"


def begin(model: Model) -> None:
    """Let the page speak of what `model` reads at a timestep."""
    st.session_state[_KIND] = kind_of(model.frame, model.config.data.scan)


def kind() -> str:
    """Return what the network reads at a timestep: "row", "point" or "timestep"."""
    return str(st.session_state.get(_KIND, "row"))


def _(message: str) -> str:
    """Return `message` in the visitor's language, with the words of the network's timesteps."""
    return speaking_of(kind(), session._)(message)


def look() -> Look:
    """Return theme and language of the visitor's page, with the words of the timesteps."""
    seen = session.look()
    return Look(seen.dark, speaking_of(kind(), seen.translate))
