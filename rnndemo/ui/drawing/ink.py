"""The strokes on a board: they outlast a change of page, and the app can remove them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from rnndemo.data.frames.strokes import Strokes, strokes_from_canvas
from rnndemo.ui.shell.session import errors_to, warn


@dataclass
class Ink:
    """The strokes on a board.

    Parameters
    ----------
    objects : list of dict
        The strokes as the canvas holds them.
    shown : list of dict
        What the app last gave the canvas to show; what a person has drawn since lies over it.
    edition : int
        Goes up whenever the app removes strokes: the canvas ignores data that it was given before.
    """

    objects: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    edition: int = 0

    def take(self, objects: Sequence[dict[str, Any]]) -> None:
        """Take what the canvas has sent: all that lies on it."""
        self.objects = list(objects)

    def keep(self, count: int) -> None:
        """Remove all strokes but the first `count`."""
        self.objects = self.objects[:count]
        self.shown = list(self.objects)
        self.edition += 1

    @property
    def strokes(self) -> Strokes:
        """The strokes, in pixels of the board; if they cannot be used, say why and return none."""
        with errors_to(warn):
            return strokes_from_canvas({"objects": self.objects})
        return []


def ink_on(key: str) -> Ink:
    """Return the ink on the board `key` of this session, empty at first."""
    ink: Ink = st.session_state.setdefault(f"ink_on_{key}", Ink())
    return ink
