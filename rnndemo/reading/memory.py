"""How long the units of a linear recurrent layer remember, and how they turn meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from rnndemo.models.cells.lru import LRUCell
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.two_speed import PixelLRUCell
from rnndemo.models.unroll import cells_of
from rnndemo.reading.traces import Trace


@dataclass(frozen=True)
class Turning:
    """Units that are numbers in the complex plane, multiplied by λ at every timestep: they turn.

    Parameters
    ----------
    factor : ndarray
        complex ``(units,)``: λ; |λ| < 1.
    of_pixels : bool, default False
        Whether they turn at every pixel of a timestep instead.
    """

    factor: np.ndarray
    of_pixels: bool = field(default=False, kw_only=True)

    @property
    def half_lives(self) -> np.ndarray:
        """Turns after which half of what a unit has read is gone, ``(units,)``."""
        return np.log(0.5) / np.log(np.clip(np.abs(self.factor), 1e-12, 1 - 1e-9))

    @property
    def periods(self) -> np.ndarray:
        """Turns in which a unit comes once round, ``(units,)``; infinite if it does not."""
        angles = np.abs(np.angle(self.factor))
        with np.errstate(divide="ignore"):
            return 2 * np.pi / angles


@dataclass(frozen=True)
class TurningUnits(Turning):
    """The same while they read.

    Parameters
    ----------
    states : ndarray
        complex ``(turns, units)``: z after each turn in one reading.
    each : int, default 1
        How often they turn in a timestep.
    """

    states: np.ndarray
    each: int = 1

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
    factor = LRUCell.factor(cell).detach().to(torch.complex128).numpy()
    if isinstance(cell, PixelLRUCell):  # it reads the input itself, not the layer below
        with torch.no_grad():
            states = cell.pixel_states(torch.from_numpy(read["input"][:1]))[0]
        return TurningUnits(factor, states.numpy(), cell.ticks, of_pixels=True)
    start = f"layer{number}.forward."
    return TurningUnits(factor, read[start + "hidden"][0] + 1j * read[start + "cell"][0])


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
