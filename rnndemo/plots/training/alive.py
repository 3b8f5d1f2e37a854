"""What a run tells of its network while it trains, as the drawing of the network takes it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnndemo.storage.log import Event
from rnndemo.training.history import History

LEAST, MOST = 0.5, 3.5  # times the usual width: what a drawing has room for


@dataclass(frozen=True, eq=False)
class Alive:
    """The weights and states of a network after a step.

    Parameters
    ----------
    grown : mapping of str to float
        Part, such as "layer0.hh" -> how large its weights are, in times of those at the start.
    states : ndarray
        ``(time, units)`` in [-1, 1]: hidden states of the last layer for the digit of the film, at
        timesteps that are evenly spread. May be empty.
    """

    grown: Mapping[str, float]
    states: np.ndarray

    def width(self, part: str) -> float:
        """Return by how much an arrow along weights is wider than usual."""
        return min(MOST, max(LEAST, self.grown.get(part, 1.0)))

    def state(self, timestep: int, time: int, units: int) -> np.ndarray:
        """Return the first `units` hidden states at a timestep of `time`; empty if unknown."""
        if not len(self.states):
            return self.states.reshape(-1)
        row = round(timestep * (len(self.states) - 1) / max(1, time - 1))
        found: np.ndarray = self.states[row, :units]
        return found


def alive_of(history: History) -> Alive:
    """Return what a run has reported last."""
    grown: dict[str, float] = {}
    if history.histograms:
        first, last = history.histograms[0]["weights"], history.histograms[-1]["weights"]
        for part, spread in last.items():
            start, now = size_of(first.get(part, spread)), size_of(spread)
            grown[part] = now / start if start else 1.0
    frames = history.frames[-1:]
    states = frames[0].values / 127 if frames else np.zeros((0, 0))
    return Alive(grown, states)


def size_of(spread: Event) -> float:
    """Return the root mean square of values by their histogram."""
    shares = np.array(spread["shares"], dtype=float)
    edges = np.linspace(spread["low"], spread["high"], len(shares) + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    return math.sqrt(float(shares @ middles**2))
