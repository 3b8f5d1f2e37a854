"""An uploader that is empty again as soon as its files are taken, and loses none meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rnndemo.ui.drawing.uploads import forget


@dataclass
class Turns:
    """Two uploaders take turns.

    Parameters
    ----------
    number : int
        Of the one that people see; the one before is still there, hidden.
    seen : set of str
        The files that were taken.
    """

    number: int = 1
    seen: set[str] = field(default_factory=set)

    def at(self, place: int) -> int:
        """Return the number of the uploader at a place, 0 or 1: it never moves to the other."""
        return self.number - (self.number - place) % 2

    def take(self, number: int, files: list[UploadedFile]) -> list[UploadedFile]:
        """Return the files of an uploader that are new; another one has its turn then."""
        new = [file for file in files if file.file_id not in self.seen]
        self.seen.update(file.file_id for file in new)
        if new and number == self.number:
            self.number += 1
        return new


def new_files(key: str, draw: Callable[[str], Any]) -> list[UploadedFile]:
    """Draw an uploader; return the files that have just come, each once.

    Files may be on their way to the uploader whose files are being taken. Were it replaced by an
    empty one, they would be lost with it: so it stays, hidden, until the next one has had files.

    Parameters
    ----------
    key : str
        Of the pair.
    draw : callable
        Draws an uploader with the key that it gets.
    """
    turns: Turns = st.session_state.setdefault(f"{key}_turns", Turns())
    hidden = f":has(> .st-key-{key}_place_{(turns.number - 1) % 2})"
    st.html(f"<style>{hidden} {{ display: none; }}</style>")
    found = []
    for place in (0, 1):
        with st.container(key=f"{key}_place_{place}"):
            number = turns.at(place)
            sent = draw(f"{key}_{number}")
            files = sent if isinstance(sent, list) else [sent] if sent is not None else []
            found.append((number, files))
    taken = [file for number, files in found for file in turns.take(number, files)]
    for file in taken:  # it holds its content; the server needs no second one
        forget(file.file_id)
    return taken
