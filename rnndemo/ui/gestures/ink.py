"""Which strokes on the board make up the gesture.

A gesture is a single stroke; but a stroke that soon follows one that was not understood is added
to it, so that an x may have two strokes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from rnndemo.ui.drawing.ink import Ink

TOGETHER = 2.5  # seconds between two strokes of one gesture

_INK = "gesture_ink"


@dataclass
class GestureInk(Ink):
    """The strokes on the board for gestures.

    Parameters
    ----------
    number : int
        Goes up with every new stroke.
    at : float
        When the last stroke came, by `time.monotonic`.
    understood : bool
        Whether the gesture was answered.
    """

    number: int = 0
    at: float = 0.0
    understood: bool = True

    def take(self, objects: Sequence[dict[str, Any]]) -> None:
        """Take all strokes that lie on the board: old ones, then perhaps new ones."""
        self.objects = [one for one in objects if one["number"] <= self.last]
        if len(self.objects) < len(objects):
            now = time.monotonic()
            self.objects = with_new(self, objects, now)
            self.first = self.objects[0]["number"]
            self.number, self.at = self.number + 1, now


def with_new(
    ink: GestureInk, objects: Sequence[dict[str, Any]], now: float
) -> list[dict[str, Any]]:
    """Return the strokes that make up the gesture, now that the canvas has sent `objects`.

    Those are the strokes of `ink`, then at least one new one; `now` is on the clock of ``ink.at``.
    """
    if ink.objects and not ink.understood and now - ink.at < TOGETHER:
        return list(objects)
    return list(objects[len(ink.objects) :])  # those that come together belong together


def gesture_ink() -> GestureInk:
    """Return the ink on this session's board for gestures."""
    ink: GestureInk = st.session_state.setdefault(_INK, GestureInk())
    return ink
