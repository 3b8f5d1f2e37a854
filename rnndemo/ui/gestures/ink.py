"""Which strokes on the board make up the gesture.

A gesture is a single stroke; but one that follows at once on a stroke that was not understood
belongs to it: an x in two strokes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

TOGETHER = 2.5  # seconds between two strokes of one gesture


@dataclass
class Ink:
    """What lies on the board.

    Parameters
    ----------
    objects : list of dict
        The strokes of the gesture as the canvas holds them.
    number : int
        Counts gestures and strokes that were added to one.
    at : float
        When the last stroke came, on a clock of its own.
    understood : bool
        Whether the gesture was answered.
    shown : list of dict
        What the canvas was last made to show; strokes that a person has drawn since lie over it.
    edition : int
        Counts how often it was made to begin with an empty board: else it would not notice.
    """

    objects: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0
    at: float = 0.0
    understood: bool = True
    shown: list[dict[str, Any]] = field(default_factory=list)
    edition: int = 0


def with_new(kept: Ink, objects: Sequence[dict[str, Any]], now: float) -> list[dict[str, Any]]:
    """Return the strokes that make up the gesture now.

    Parameters
    ----------
    kept : Ink
        What lay on the board before.
    objects : sequence of dict
        What the canvas has sent: that, and at least one new stroke behind it.
    now : float
        On the clock of ``kept.at``.
    """
    if kept.objects and not kept.understood and now - kept.at < TOGETHER:
        return list(objects)
    return list(objects[len(kept.objects) :])  # those that come together belong together
