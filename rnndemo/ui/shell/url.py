"""What the URL carries: a link opens a page as the person who sent it saw it.

Streamlit forgets query parameters when the page changes, so the session remembers what they say.
Each part of the app has a `Part` beside its own code; only here is a URL read and written. What
changes in the browser without the server, the moment that Inside shows, the browser writes into its
URL itself (`moment_link.js`); a `Part` reads it, and writes nothing.

With every click, the browser sends its URL, which may still be the one from before what was just
published. Taken for a link, it would undo the click.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

LAG = 4.0  # seconds for which a browser may still send a URL that was replaced

_PARTS, _WRITTEN, _REPLACED = "url_parts", "url_written", "url_replaced"


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
        if asked != written.get(part.names) and not _is_late(part, asked):
            part.read(asked)
            written[part.names] = asked
    publish()


def _is_late(part: Part, asked: dict[str, str]) -> bool:
    """Return whether the browser sends what was in the URL before it was replaced just now."""
    replaced = st.session_state.get(_REPLACED, [])
    now = time.monotonic()
    return any(
        (names, values) == (part.names, asked) and now < until for names, values, until in replaced
    )


def _replace(written: dict[tuple[str, ...], dict[str, str]]) -> None:
    """Remember what the parts have in the URL now, and for a while what they had."""
    before, now = st.session_state[_WRITTEN], time.monotonic()
    left = [entry for entry in st.session_state.get(_REPLACED, []) if now < entry[-1]]
    st.session_state[_REPLACED] = left + [
        (names, before[names], now + LAG)
        for names, values in written.items()
        if before.get(names, values) != values
    ]
    before.update(written)


def publish() -> None:
    """Write into the URL what the parts of this page remember."""
    written = {part.names: part.write() for part in st.session_state[_PARTS]}
    _replace(written)
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
