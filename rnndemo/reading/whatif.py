"""What-if experiments: a forward pass, and the same pass with one thing changed.

Units are silenced or clamped inside the hand-written cells, or a row of the input is spoilt. Both
passes are returned, so that a page can show where they diverge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rnndemo.errors import N_, InputError
from rnndemo.models.classifier import SequenceClassifier, prefixes
from rnndemo.models.network import evaluating
from rnndemo.models.unroll import Hook, last_hidden, unroll
from rnndemo.reading.traces import as_sequence

NO_LAYER = N_("There is no layer {value}: layers are numbered from 0 to {last}.")
NO_DIRECTION = N_("There is no direction {value}: directions are numbered from 0 to {last}.")
NO_UNIT = N_("There is no unit {value}: units are numbered from 0 to {last}.")
NO_ROW = N_("There is no row {value}: rows are numbered from 0 to {last}.")


@dataclass(frozen=True)
class UnitChange:
    """Hold one unit's h at a value; everything counts from 0.

    Parameters
    ----------
    t : int, default 0
        The first timestep held. A backward direction reads on from there to t = 0.
    value : float, default 0
        0 silences the unit.
    direction : int, default 0
        0 forward, 1 backward.
    """

    layer: int
    unit: int
    t: int = 0
    value: float = 0.0
    direction: int = 0

    def holds_at(self, t: int) -> bool:
        """Return whether the unit is held at timestep t."""
        return t <= self.t if self.direction else t >= self.t


@dataclass(frozen=True)
class Pass:
    """Input, hidden states and readouts of one forward pass.

    Parameters
    ----------
    input : ndarray
        ``(batch, time, features)``.
    hidden : ndarray
        ``(batch, layers, directions, time, hidden_size)``.
    probabilities : ndarray
        The readout at every t, ``(batch, time, classes)``; the answer is the last.
    """

    input: np.ndarray
    hidden: np.ndarray
    probabilities: np.ndarray


@dataclass(frozen=True)
class Passes:
    """The unchanged and the changed pass."""

    before: Pass
    after: Pass

    @property
    def distance(self) -> np.ndarray:
        """The distance between the two h_t, ``(batch, layers, directions, time)``."""
        return np.linalg.norm(self.after.hidden - self.before.hidden, axis=-1)


def change_units(
    model: SequenceClassifier,
    pictures: Tensor,
    scan: str | None,
    changes: Sequence[UnitChange],
    *,
    temperature: float = 1.0,
) -> Passes:
    """Return the passes without and with units silenced or clamped.

    Parameters
    ----------
    pictures : Tensor
        ``(batch, height, width)``, or with ``scan=None`` sequences ``(batch, time, features)``.
    changes : sequence of UnitChange
        Where two hold the same unit, the later one wins.

    Raises
    ------
    InputError
        If a change names a layer, direction, unit or timestep that does not exist.
    """
    sequence = as_sequence(model, pictures, scan)
    for change in changes:
        _check_change(model, sequence.shape[1], change)

    def hold(layer: int, direction: int, t: int, h: Tensor) -> Tensor:
        for c in changes:
            if (c.layer, c.direction) == (layer, direction) and c.holds_at(t):
                h = h.index_fill(1, torch.tensor([c.unit], device=h.device), c.value)
        return h

    return Passes(
        _run(model, sequence, None, temperature), _run(model, sequence, hold, temperature)
    )


# name -> (row (batch, features), generator) -> the row that is read instead
SPOILINGS: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "zeros": lambda row, generator: torch.zeros_like(row),
    "noise": lambda row, generator: torch.rand(row.shape, generator=generator).to(row),
    "inverse": lambda row, generator: 1 - row,
}


def spoil_row(
    model: SequenceClassifier,
    pictures: Tensor,
    scan: str | None,
    row: int,
    spoiling: str = "zeros",
    *,
    temperature: float = 1.0,
) -> Passes:
    """Return the passes without and with the input at one timestep replaced.

    Parameters
    ----------
    pictures : Tensor
        ``(batch, height, width)``, or with ``scan=None`` sequences ``(batch, time, features)``.
    row : int
        The timestep, from 0.
    spoiling : str, default "zeros"
        A key of `SPOILINGS`: zeros, noise (uniform in [0, 1], always equal), or the inverse 1 − x.

    Raises
    ------
    InputError
        If that row or spoiling does not exist.
    """
    sequence = as_sequence(model, pictures, scan)
    _check_range(NO_ROW, row, sequence.shape[1])
    if spoiling not in SPOILINGS:
        raise InputError(
            "{value!r} is not a way to spoil a row; choose one of {options}.",
            value=spoiling, options=", ".join(SPOILINGS),
        )  # fmt: skip
    spoilt = sequence.clone()
    spoilt[:, row] = SPOILINGS[spoiling](sequence[:, row], torch.Generator().manual_seed(0))
    return Passes(_run(model, sequence, None, temperature), _run(model, spoilt, None, temperature))


def _check_change(model: SequenceClassifier, time: int, change: UnitChange) -> None:
    config = model.config
    for message, value, count in (
        (NO_LAYER, change.layer, len(model.kinds)),
        (NO_DIRECTION, change.direction, 2 if config.bidirectional else 1),
        (NO_UNIT, change.unit, config.hidden_size),
        (NO_ROW, change.t, time),
    ):
        _check_range(message, value, count)
    if not np.isfinite(change.value):
        raise InputError(
            "A unit cannot be held at {value}; give a finite number.", value=change.value
        )


def _check_range(message: str, value: int, count: int) -> None:
    if not 0 <= value < count:
        raise InputError(message, value=value, last=count - 1)


def _run(
    model: SequenceClassifier, sequence: Tensor, hook: Hook | None, temperature: float
) -> Pass:
    # The unchanged pass takes the hand-written cells too: equal states must differ by exactly 0.
    with evaluating(model), torch.no_grad():
        layers = unroll(model, sequence, hook)
        if model.config.bidirectional:
            logits = _prefix_readouts(model, sequence, hook)
        else:
            logits = model.head(model.pool(last_hidden(layers)))
        hidden = torch.stack(
            [torch.stack([path.hidden for path in paths], 1) for paths in layers], 1
        )
        probabilities = model.probabilities(logits, temperature)
    return Pass(*(value.cpu().numpy() for value in (sequence, hidden, probabilities)))


def _prefix_readouts(model: SequenceClassifier, sequence: Tensor, hook: Hook | None) -> Tensor:
    parts = []
    for states, lengths in prefixes(sequence):
        hidden = last_hidden(unroll(model, states, hook, lengths.to(sequence.device)))
        logits = model.readouts_at(hidden, lengths)
        parts.append(logits.reshape(len(sequence), -1, model.classes))
    return torch.cat(parts, 1)
