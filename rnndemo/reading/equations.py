"""How one unit gets its numbers: every equation of its cell, and every term of its sums.

The cell says its equations (`rnndemo.models.cells`), a trace has their values, and the layer has
the weights; here they come together for one unit, at all timesteps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from rnndemo.models.cells.base import Equation, StepwiseCell, Sum
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.unroll import cells_of
from rnndemo.reading.traces import DIRECTIONS, Trace


@dataclass(frozen=True)
class WeightedSum:
    """The weights of one sum of one unit.

    Parameters
    ----------
    x, h : ndarray or None
        Of the input ``(features,)`` and of the state before ``(hidden_size,)``; None if the sum
        does not read it.
    bias : float
        Added to them.
    """

    x: np.ndarray | None
    h: np.ndarray | None
    bias: float


@dataclass(frozen=True)
class UnitEquations:
    """One unit's equations with all that their numbers are made of.

    Parameters
    ----------
    equations : tuple of Equation
        In the order of computation; their forms name the nonlinearity.
    values : dict of str to ndarray (time,)
        Every number of the unit by its letter, ``h0`` and ``c0`` before the timestep, and what
        does not change in time.
    sums : dict of str to dict of str to WeightedSum
        By the letter of the equation, then by the name of the sum.
    x, h : ndarray
        What sums read: the input ``(time, features)``, the state before ``(time, hidden_size)``.
    """

    equations: tuple[Equation, ...]
    values: dict[str, np.ndarray]
    sums: dict[str, dict[str, WeightedSum]]
    x: np.ndarray
    h: np.ndarray

    def terms(self, letter: str, name: str) -> np.ndarray:
        """Return the terms of a sum ``(time, inputs)``, the bias last; a row adds up to the sum."""
        one = self.sums[letter][name]
        parts = [
            weights * read
            for weights, read in ((one.x, self.x), (one.h, self.h))
            if weights is not None
        ]
        return np.concatenate([*parts, np.full((len(self.x), 1), one.bias)], 1)


def unit_equations(
    model: SequenceClassifier, read: Trace, layer: int, unit: int, direction: str = "forward"
) -> UnitEquations:
    """Return the equations of one unit for the first sequence of a trace of `model`."""
    cell = cells_of(model)[layer][DIRECTIONS.index(direction)]
    kind = model.kinds[layer]
    equations = tuple(_with_nonlinearity(one, model.config.nonlinearity) for one in kind.equations)
    sums = {
        one.letter: {name: _weights(cell, which, unit) for name, which in one.sums.items()}
        for one in equations
    }
    return UnitEquations(
        equations,
        dict(_values(read, layer, unit, direction)) | _constants(cell, read, unit),
        sums,
        _input(read, layer),
        _before(read.hidden(layer, direction)[0], direction),
    )


def _with_nonlinearity(equation: Equation, name: str) -> Equation:
    form = equation.form.replace("φ", {"relu": "ReLU"}.get(name, name))
    return Equation(equation.letter, form, equation.sums)


def _weights(cell: StepwiseCell, which: Sum, unit: int) -> WeightedSum:
    row = which.block * cell.size + unit
    x, h = "x" in which.reads, "h" in which.reads
    biases = [one for one, used in ((cell.b_x, x), (cell.b_h, h)) if used and len(one)]
    bias = float(sum(one[row] for one in biases))
    return WeightedSum(
        _array(cell.W_x[row]) if x else None, _array(cell.W_h[row]) if h else None, bias
    )


def _constants(cell: StepwiseCell, read: Trace, unit: int) -> dict[str, np.ndarray]:
    time = read["input"].shape[1]
    return {
        letter: np.repeat(_array(one[unit : unit + 1]), time)
        for letter, one in cell.constants().items()
    }


def _values(read: Trace, layer: int, unit: int, direction: str) -> Iterator[tuple[str, np.ndarray]]:
    start = f"layer{layer}.{direction}."
    states = {"h": read.get(start + "hidden"), "c": read.get(start + "cell")}
    for letter, gate in read.gates(layer, direction).items():
        yield letter, gate[0, :, unit]
    for letter, state in states.items():
        if state is not None:
            yield letter, state[0, :, unit]
            yield f"{letter}0", _before(state[0, :, unit], direction)


def _input(read: Trace, layer: int) -> np.ndarray:
    """Return what a layer reads, ``(time, features)``: the directions below it side by side."""
    if layer == 0:
        return read["input"][0]
    return np.concatenate([read.hidden(layer - 1, one)[0] for one in read.directions], -1)


def _before(states: np.ndarray, direction: str) -> np.ndarray:
    """Return `states` ``(time, …)`` moved by one timestep: at t, that before t is read."""
    zero = np.zeros_like(states[:1])
    parts = [states[1:], zero] if direction == "backward" else [zero, states[:-1]]
    return np.concatenate(parts)


def _array(weights: Tensor) -> np.ndarray:
    return weights.detach().cpu().numpy()
