"""The strokes on a board: they outlast a change of page, and the app can remove them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from rnndemo.data.frames.strokes import Strokes, canvas_paths, strokes_from_canvas
from rnndemo.errors import InputError
from rnndemo.ui.shell.session import errors_to, warn

MAX_ADDED = 20  # drawings that are taken out of one message; a browser sends the others again
MAX_NUMBER = 2**53  # up to this, numbers are whole in a browser


@dataclass
class Ink:
    """The strokes on a board.

    The browser numbers them in the order in which they are drawn, and sends all that lie on the
    board. What it sends may be older than what the app has decided since: numbers tell.

    Parameters
    ----------
    objects : list of dict
        The strokes as the canvas holds them.
    first : int
        The app is done with the strokes before this one: the board removes them, and only them.
    last : int
        The greatest number that a stroke has had.
    added : list of dict
        Drawings that a person has handed in, with what they are ``about`` and their ``strokes``.
    taken : int
        The number of the last of them.
    problem : InputError, optional
        Why what the browser sent last was not taken; the strokes before it stay.
    """

    objects: list[dict[str, Any]] = field(default_factory=list)
    first: int = 1
    last: int = 0
    added: list[dict[str, Any]] = field(default_factory=list)
    taken: int = 0
    problem: InputError | None = None

    def receive(self, sent: Mapping[str, Any], adds: bool = True) -> None:
        """Take what a browser has sent, which may be anything.

        Parameters
        ----------
        adds : bool
            Whether drawings are handed in on this board; else nobody takes them.
        """
        room = MAX_ADDED - len(self.added) if adds else 0
        for drawing in _numbered(sent.get("added"))[: max(0, room)]:
            if drawing["number"] > self.taken:
                self.added.append({**drawing, "strokes": _objects(drawing.get("strokes"))})
                self.taken = drawing["number"]
        strokes = [one for one in _numbered(sent.get("strokes")) if one["number"] >= self.first]
        self.problem = None
        try:
            canvas_paths(strokes)
        except InputError as problem:
            self.problem = problem
            return
        self.take(strokes)
        self.last = max([self.last, *(one["number"] for one in strokes)])

    def take(self, objects: Sequence[dict[str, Any]]) -> None:
        """Take all strokes that lie on the board."""
        self.objects = list(objects)

    def handed_in(self) -> list[dict[str, Any]]:
        """Return once each drawing that a person has handed in, as the browser sent it."""
        drawings, self.added = self.added, []
        return drawings

    @property
    def numbers(self) -> list[int]:
        """The numbers of the strokes."""
        return [one.get("number", 0) for one in self.objects]

    @property
    def strokes(self) -> Strokes:
        """The strokes, in pixels of the board; if they cannot be used, say why and return none."""
        if self.problem is not None:
            warn(self.problem)
        with errors_to(warn):
            return strokes_from_canvas({"objects": self.objects})
        return []


def _numbered(sent: object) -> list[dict[str, Any]]:
    """Return what has a number of those that a browser has sent."""
    return [one for one in _objects(sent) if _is_number(one.get("number"))]


def _objects(sent: object) -> list[dict[str, Any]]:
    """Return the objects in a list that a browser has sent."""
    many = sent if isinstance(sent, list) else []
    return [one for one in many if isinstance(one, dict)]


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_NUMBER


def ink_on(key: str) -> Ink:
    """Return the ink on the board `key` of this session, empty at first."""
    ink: Ink = st.session_state.setdefault(f"ink_on_{key}", Ink())
    return ink
