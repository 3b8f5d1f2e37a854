"""Which strokes on the board make up the gesture.

A gesture is a single stroke; but one that follows at once on a stroke that was not understood
belongs to it: an x in two strokes.
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
    """What lies on the board for gestures.

    Parameters
    ----------
    number : int
        Counts gestures and strokes that were added to one.
    at : float
        When the last stroke came, on a clock of its own.
    understood : bool
        Whether the gesture was answered.
    """

    number: int = 0
    at: float = 0.0
    understood: bool = True

    def take(self, objects: Sequence[dict[str, Any]]) -> None:
        """Take what the canvas has sent: the old ink, and a new stroke behind it.

        When its ink is replaced, it says so as if someone had drawn: that is no new stroke.
        """
        if len(objects) > len(self.objects):
            now = time.monotonic()
            gesture = with_new(self, objects, now)
            if self.objects:  # else the canvas shows just what is new
                self.shown = gesture
            self.objects = gesture
            self.number, self.at = self.number + 1, now
        elif len(objects) < len(self.objects):  # taken back with the board's own tool
            self.objects = list(objects)


def with_new(
    ink: GestureInk, objects: Sequence[dict[str, Any]], now: float
) -> list[dict[str, Any]]:
    """Return the strokes that make up the gesture now.

    Parameters
    ----------
    ink : GestureInk
        What lay on the board before.
    objects : sequence of dict
        What the canvas has sent: that, and at least one new stroke behind it.
    now : float
        On the clock of ``ink.at``.
    """
    if ink.objects and not ink.understood and now - ink.at < TOGETHER:
        return list(objects)
    return list(objects[len(ink.objects) :])  # those that come together belong together


def gesture_ink() -> GestureInk:
    """Return what lies on this session's board."""
    ink: GestureInk = st.session_state.setdefault(_INK, GestureInk())
    return ink
