"""Whose browser this is: a random token in a cookie, whose hash names the visitor's runs.

``assets/front.js`` makes the cookie before a page opens its session; the server renews it.
"""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from pathlib import Path

import streamlit as st

from rnndemo.data.scenes.data import reads_scenes
from rnndemo.errors import InputError
from rnndemo.storage.folders import owner_of
from rnndemo.storage.names import WEIGHTS
from rnndemo.storage.visitors import note_visit
from rnndemo.training.runs import Run, Runs
from rnndemo.ui.server.front import COOKIE, TOKEN

VISIT = 3600.0  # seconds that a visit counts, before it is noted again

_TOKEN, _NOTED = "visitor", "visit_noted"


def visitor() -> Runs:
    """Return the runs of this session's visitor."""
    return Runs(owner_of(_token()))


def note() -> None:
    """Remember that this session's visitor is here, so that what is theirs is kept."""
    now = time.monotonic()
    if now - st.session_state.get(_NOTED, float("-inf")) > VISIT:
        st.session_state[_NOTED] = now
        note_visit(owner_of(_token()))


def run_folder(name: str) -> Path | None:
    """Return the folder of anyone's run `name` if it has saved a network, else None."""
    try:
        folder = visitor().find(name).folder
    except InputError:
        return None
    return folder if (folder / WEIGHTS).is_file() else None


def own_models() -> list[Run]:
    """Return this visitor's runs that have saved a network, the newest first."""
    return [run for run in visitor().all() if (run.folder / WEIGHTS).is_file()]


def own_picture_models() -> list[Run]:
    """Return those of `own_models` that read one digit or gesture in a picture, not scenes."""
    return [run for run in own_models() if not is_of_scenes(run)]


def is_of_scenes(run: Run) -> bool:
    """Return whether a run's network reads scenes; of a run that cannot be read, false."""
    with suppress(InputError):
        return reads_scenes(run.config)
    return False


def _token() -> str:
    if _TOKEN not in st.session_state:
        cookie = str(st.context.cookies.get(COOKIE, ""))
        valid = TOKEN.fullmatch(cookie) is not None
        st.session_state[_TOKEN] = cookie if valid else secrets.token_urlsafe(24)
    return str(st.session_state[_TOKEN])
