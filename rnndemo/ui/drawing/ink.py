"""What lies on a board: strokes that stay over pages, and can be taken away from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from rnndemo.data.frames.strokes import Strokes, strokes_from_canvas
from rnndemo.errors import InputError
from rnndemo.ui.shell.session import warn


@dataclass
class Ink:
    """What lies on a board.

    Parameters
    ----------
    objects : list of dict
        The strokes as the canvas holds them.
    shown : list of dict
        What the canvas was last made to show; strokes that a person has drawn since lie over it.
    edition : int
        Counts how often it was made to show fewer: else it would not notice, if it was given the
        same before.
    """

    objects: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    edition: int = 0

    def take(self, objects: Sequence[dict[str, Any]]) -> None:
        """Take what the canvas has sent: all that lies on it."""
        self.objects = list(objects)

    def keep(self, count: int) -> None:
        """Take all strokes off the board but the first `count`."""
        self.objects = self.objects[:count]
        self.shown = list(self.objects)
        self.edition += 1

    @property
    def strokes(self) -> Strokes:
        """The strokes, in pixels of the board; what cannot be used of them is explained."""
        try:
            return strokes_from_canvas({"objects": self.objects})
        except InputError as problem:
            warn(problem)
            return []


def ink_on(key: str) -> Ink:
    """Return what lies on the board `key` of this session, at first nothing."""
    ink: Ink = st.session_state.setdefault(f"ink_on_{key}", Ink())
    return ink
