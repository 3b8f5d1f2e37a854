"""What the URL carries: a link opens a page as the person who sent it saw it.

Streamlit forgets query parameters when the page changes, so the session remembers what they say.
Each part of the app has a `Part` beside its own code; only here is a URL read and written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

_PARTS, _WRITTEN = "url_parts", "url_written"


@dataclass(frozen=True)
class Part:
    """The query parameters of one part of the app.

    Parameters
    ----------
    names : tuple of str
        All of its parameters.
    read : callable
        Remembers what a link says: name -> value of those that it carries, perhaps none. It is
        called before anything of the part is drawn, and not for what `write` has returned.
    write : callable
        Returns name -> value of what is remembered.
    """

    names: tuple[str, ...]
    read: Callable[[dict[str, str]], None]
    write: Callable[[], dict[str, str]]


def parameter(name: str, read: Callable[[str], None], write: Callable[[], str]) -> Part:
    """Return the part of one parameter; while its value is "", the URL does not have it."""

    def read_one(asked: dict[str, str]) -> None:
        if name in asked:
            read(asked[name])

    def write_one() -> dict[str, str]:
        value = write()
        return {name: value} if value else {}

    return Part((name,), read_one, write_one)


def start(*parts: Part) -> None:
    """Begin a page that has these parts, and no others yet."""
    st.session_state[_PARTS] = ()
    add(*parts)


def add(*parts: Part) -> None:
    """Let these parts read what is new in the URL, and write what is remembered into it."""
    st.session_state[_PARTS] += parts
    written = st.session_state.setdefault(_WRITTEN, {})
    for part in parts:
        asked = {name: st.query_params[name] for name in part.names if name in st.query_params}
        if asked != written.get(part.names):
            part.read(asked)
    publish()


def publish() -> None:
    """Write into the URL what the parts of this page remember."""
    written = {part.names: part.write() for part in st.session_state[_PARTS]}
    st.session_state[_WRITTEN].update(written)
    before = dict(st.query_params.items())
    wanted = {
        name: value
        for name, value in before.items()
        if not any(name in names for names in written)
    }  # fmt: skip
    for values in written.values():
        wanted |= values
    if wanted != before:
        st.query_params.from_dict(wanted)
