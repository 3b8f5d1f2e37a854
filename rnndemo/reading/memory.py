"""How long the units of a linear recurrent layer remember, and how they turn meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnndemo.models.cells.lru import LRUCell
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.two_speed import PixelLRUCell
from rnndemo.models.unroll import cells_of
from rnndemo.reading.traces import Trace


@dataclass(frozen=True)
class Turning:
    """Units that are numbers in the complex plane, multiplied by λ at every timestep.

    Parameters
    ----------
    factor : ndarray
        complex ``(units,)``: λ; |λ| < 1.
    """

    factor: np.ndarray

    @property
    def half_lives(self) -> np.ndarray:
        """Timesteps after which half of what a unit has read is gone, ``(units,)``."""
        return np.log(0.5) / np.log(np.clip(np.abs(self.factor), 1e-12, 1 - 1e-9))

    @property
    def periods(self) -> np.ndarray:
        """Timesteps in which a unit turns once round, ``(units,)``; infinite if it does not."""
        angles = np.abs(np.angle(self.factor))
        with np.errstate(divide="ignore"):
            return 2 * np.pi / angles


@dataclass(frozen=True)
class TurningUnits(Turning):
    """The same while they read.

    Parameters
    ----------
    states : ndarray
        complex ``(time, units)``: z after each timestep of one reading.
    """

    states: np.ndarray

    def spread(self, count: int) -> np.ndarray:
        """Return `count` units, from the slowest to the fastest turning.

        Of as many equal groups of units by their speed, each gives the one that holds most at the
        end.
        """
        speed = np.argsort(np.abs(np.angle(self.factor)), kind="stable")
        groups = np.array_split(speed, min(count, len(speed)))
        held = np.abs(self.states[-1])
        return np.array([group[held[group].argmax()] for group in groups])


def turning_units(network: SequenceClassifier, read: Trace) -> TurningUnits:
    """Return the last layer's units that turn, forward, for the first sequence of a trace."""
    number, cell = _turning(network)[-1]
    constants = cell.constants()
    real, imaginary = (constants[name].detach().double().numpy() for name in ("λ_re", "λ_im"))
    start = f"layer{number}.forward."
    states = read[start + "hidden"][0] + 1j * read[start + "cell"][0]
    return TurningUnits(real + 1j * imaginary, states)


def turns(network: object) -> bool:
    """Return whether a layer of a network has units that turn."""
    return isinstance(network, SequenceClassifier) and bool(_turning(network))


def _turning(network: SequenceClassifier) -> list[tuple[int, LRUCell]]:
    """Return the layers whose units turn: their numbers, and the cells that read forward."""
    cells = [layer[0] for layer in cells_of(network)]
    return [(number, cell) for number, cell in enumerate(cells) if isinstance(cell, LRUCell)]


def factors(network: SequenceClassifier, time: int) -> tuple[np.ndarray, int]:
    """Return λ of the last units that turn, complex ``(units,)``, and how often they turn.

    Parameters
    ----------
    time : int
        Timesteps of a sequence. Units that read the pixels of one in turn do so at each pixel.
    """
    cell = _turning(network)[-1][1]
    each = cell.ticks if isinstance(cell, PixelLRUCell) else 1
    return LRUCell.factor(cell).detach().numpy(), time * each
