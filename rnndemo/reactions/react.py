"""Apply a recognised gesture to a stage: one pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnndemo.reactions.table import NOTHING, REACTIONS

# why a gesture did or did not act, as written to the log
ACTED, REJECTED, UNASSIGNED = "acted", "rejected", "nothing assigned"
COOLDOWN, NO_EFFECT = "cooldown", "no effect"


@dataclass(frozen=True)
class Recognised:
    """A gesture as recognised by a network.

    Parameters
    ----------
    label : str
        The most probable class.
    probability : float
        Its probability, in [0, 1].
    rejected : bool
        Whether the network is not sure enough to answer.
    strokes : sequence of ndarray
        Each ``(n, 2)``, on a board of side 1, y down.
    reader : str
        The name of the network.
    """

    label: str
    probability: float
    rejected: bool
    strokes: Sequence[np.ndarray]
    reader: str


@dataclass(frozen=True)
class Stage:
    """What gestures act on.

    Parameters
    ----------
    name : str
        A key of `rnndemo.reactions.table.REACTIONS`.
    acted : float or None
        Time of the last change, on the clock of `now` in `react`.
    """

    name: str
    state: Any
    acted: float | None = None


@dataclass(frozen=True)
class ReactionOutcome:
    """The effect of a gesture.

    Parameters
    ----------
    stage : Stage
        After the gesture.
    reaction : str or None
        The reaction assigned to the gesture, whether or not it acted.
    reason : str
        `ACTED`, or why it did not act.
    """

    stage: Stage
    reaction: str | None
    reason: str


def react(
    stage: Stage,
    gesture: Recognised,
    assigned: Mapping[str, str],
    cooldown: float,
    now: float,
) -> ReactionOutcome:
    """Return the effect of a gesture on a stage.

    Parameters
    ----------
    assigned : mapping of str to str
        Gesture -> key of a reaction, for this stage.
    cooldown : float
        Seconds after a reaction in which no other is set off.
    now : float
        Seconds on a monotonic clock.
    """
    if gesture.rejected:
        return ReactionOutcome(stage, None, REJECTED)
    key = assigned.get(gesture.label, NOTHING)
    if key == NOTHING:
        return ReactionOutcome(stage, None, UNASSIGNED)
    if stage.acted is not None and now - stage.acted < cooldown:
        return ReactionOutcome(stage, key, COOLDOWN)
    state = REACTIONS[stage.name][key].act(stage.state, gesture.label, gesture.strokes)
    if state == stage.state:
        return ReactionOutcome(stage, key, NO_EFFECT)
    return ReactionOutcome(Stage(stage.name, state, now), key, ACTED)
