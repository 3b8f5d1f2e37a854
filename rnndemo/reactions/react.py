"""From a recognised gesture to what it sets off: one pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnndemo.reactions.table import NOTHING, REACTIONS

# Why a gesture did or did not act; the log says the same words
ACTED, REJECTED, UNASSIGNED = "acted", "rejected", "nothing assigned"
COOLDOWN, VAIN = "cooldown", "no effect"


@dataclass(frozen=True)
class Recognised:
    """A gesture as a network has read it.

    Parameters
    ----------
    label : str
        The most probable class.
    probability : float
        Its probability, in [0, 1].
    rejected : bool
        Whether the reader does not answer, because it is not sure enough.
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
    """Something that gestures act on.

    Parameters
    ----------
    name : str
        A key of `rnndemo.reactions.table.REACTIONS`.
    state : Deck or Board
    acted : float or None
        When it was last changed, on the clock of `now` in `react`.
    """

    name: str
    state: Any
    acted: float | None = None


@dataclass(frozen=True)
class ReactionOutcome:
    """What became of a gesture.

    Parameters
    ----------
    stage : Stage
        As it is now.
    reaction : str or None
        The reaction that the gesture stands for, whether or not it acted.
    reason : str
        `ACTED`, or why not.
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
    """Let a gesture act on a stage, unless it is noise.

    Parameters
    ----------
    stage : Stage
    gesture : Recognised
    assigned : mapping of str to str
        Gesture -> key of a reaction, for this stage.
    cooldown : float
        Seconds after a reaction in which no other is set off. What set off nothing starts none.
    now : float
        Seconds on a clock that never goes back.
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
        return ReactionOutcome(stage, key, VAIN)
    return ReactionOutcome(Stage(stage.name, state, now), key, ACTED)
