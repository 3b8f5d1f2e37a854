"""What a session remembers of own classes: which set, which class, and what went wrong where."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from rnndemo.data.own.sets import OwnSet
from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import InputError
from rnndemo.ui.shell import url
from rnndemo.ui.shell.session import errors_to, warn
from rnndemo.ui.shell.sets import shelf

SET = "set"  # the parameter that names the set

CLASS = "own_class"  # the widget that chooses a class

_CHOSEN, _PROBLEMS = "own_set_shown", "own_problems"


def chosen(sets: list[OwnSetFolder]) -> OwnSetFolder | None:
    """Return the set that the page shows: the chosen one, else the newest of `sets`."""
    name = _chosen_id()
    found = next((one for one in sets if one.id == name), None)
    if found is None and name:
        found = attempt("set", shelf().find, name)
    found = found or (sets[0] if sets else None)
    choose(found.id if found else "")
    return found


def choose(name: str) -> None:
    """Show another set, or none for ""."""
    st.session_state[_CHOSEN] = name


def _chosen_id() -> str:
    return str(st.session_state.get(_CHOSEN, ""))


LINK = url.parameter(SET, choose, _chosen_id)


def label_of(content: OwnSet) -> str:
    """Return the class that the page shows, "" if there is none."""
    names = [one.name for one in content.classes]
    label = str(st.session_state.get(CLASS, ""))
    return label if label in names else next(iter(names), "")


def choose_label(name: str) -> None:
    """Show another class; call it before the widget is drawn."""
    st.session_state[CLASS] = name


def attempt(place: str, act: Callable[..., Any], *given: Any) -> Any:
    """Return what `act` returns; if it fails, show the error at `place` and return None."""
    with errors_to(partial(complain, place)):
        return act(*given)
    return None


def change(
    place: str, own_set: OwnSetFolder, act: Callable[[OwnSet], OwnSet]
) -> OwnSetFolder | None:
    """Return the changed set; if the change fails, show the error at `place` and return None."""
    changed: OwnSetFolder | None = attempt(place, shelf().change, own_set.id, act)
    return changed


def complain(place: str, problem: InputError) -> None:
    """Store what went wrong until `complaints` shows it at `place`."""
    st.session_state.setdefault(_PROBLEMS, {}).setdefault(place, []).append(problem)


def complaints(place: str) -> None:
    """Show what went wrong at `place`, once."""
    with st.container():  # drawn even if it stays empty: what follows keeps its place
        for problem in st.session_state.get(_PROBLEMS, {}).pop(place, []):
            warn(problem)
