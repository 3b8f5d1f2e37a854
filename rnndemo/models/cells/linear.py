"""Cells whose recurrence is linear: z_t = a_t ⊙ z_{t-1} + b_t.

Both a_t and b_t come from x_t alone. No nonlinearity stands between two states, so that a layer
need not step: all states are one scan, whose backward pass is a scan too, and the last state may be
had without the others. z is real, or complex: then its real part is the hidden state, its imaginary
part the cell state.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnndemo.models.cells.base import CellState, Gates, LoopedLayer, StepwiseCell


class LinearCell(StepwiseCell):
    """One direction of a layer whose recurrence is linear."""

    def coefficients(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return a ``(hidden_size,)`` or like b, and b ``(batch, time, hidden_size)``.

        Parameters
        ----------
        x : Tensor
            ``(batch, time, features)``.
        """
        raise NotImplementedError

    def states(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return every z_t ``(batch, time, hidden_size)``, zero after the ends of `lengths`."""
        a, b = self.coefficients(x)
        if lengths is None:
            return scan(a, b, self.backward)
        times = torch.arange(x.shape[1], device=x.device)
        reads = (times < lengths[:, None]).unsqueeze(2)  # (batch, time, 1)
        return scan(a, b * reads, self.backward) * reads

    def passes(self) -> nn.Module:
        """Return what makes of x every h in a few passes over it, for where there are no loops."""
        return DoublingPasses(self)

    def last(self, x: Tensor) -> Tensor:
        """Return h after all of ``x (batch, time, features)`` is read, ``(batch, hidden_size)``."""
        return self.hidden(self.states(x)[:, 0 if self.backward else -1])

    @staticmethod
    def hidden(states: Tensor) -> Tensor:
        """Return h of z."""
        return states.real if states.is_complex() else states

    def cell_states(self, x: Tensor, gates: Gates) -> Tensor | None:
        states = self.states(x)
        return states.imag if states.is_complex() else None


class LinearLayer(LoopedLayer):
    """A layer of linear cells: the numbers of a `LoopedLayer`, without its loop over cells."""

    def forward(
        self, sequence: Tensor, lengths: Tensor | None = None, only_last: bool = False
    ) -> tuple[Tensor, Tensor]:
        paths = [cell for cell in self.paths() if isinstance(cell, LinearCell)]
        if only_last:
            last = torch.stack([cell.last(sequence) for cell in paths])
            return torch.cat(last.unbind(0), -1).unsqueeze(1), last
        hidden = [cell.hidden(cell.states(sequence, lengths)) for cell in paths]
        return torch.cat(hidden, -1), self.ends(hidden)


class DoublingPasses(nn.Module):
    """Every h_t ``(batch, time, hidden_size)`` of a real linear cell, by doubling.

    After pass k, z_t is right if the sequence began 2^k timesteps before t (Hillis and Steele
    1986): log2 T passes instead of T steps.
    """

    def __init__(self, cell: LinearCell) -> None:
        super().__init__()
        self.cell = cell

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.cell.coefficients(x)
        for reach in reaches(x.shape[1]):
            b = b + a * moved(b, reach, self.cell.backward)
            a = a * moved(a, reach, self.cell.backward)
        return b


def reaches(time: int) -> list[int]:
    """Return 1, 2, 4, … below `time`."""
    return [2**k for k in range((time - 1).bit_length())]


def moved(values: Tensor, reach: int, backward: bool) -> Tensor:
    """Return ``(batch, time, hidden_size)`` as it was `reach` timesteps before, zero before all."""
    if backward:
        return F.pad(values, (0, 0, 0, reach))[:, reach:]
    return F.pad(values, (0, 0, reach, 0))[:, :-reach]


def joined(state: CellState) -> Tensor:
    """Return z of its real part h and its imaginary part c."""
    return state.hidden if state.cell is None else torch.complex(state.hidden, state.cell)


def scan(a: Tensor, b: Tensor, backward: bool = False) -> Tensor:
    """Return every z_t of z_t = a_t ⊙ z_{t-1} + b_t with z = 0 before, like `b`.

    Parameters
    ----------
    a : Tensor
        ``(hidden_size,)``, the same at every t, or like `b`.
    b : Tensor
        ``(batch, time, hidden_size)``, real or complex as `a` is.
    backward : bool, default False
        Whether it runs from the last timestep to the first.
    """
    found: Tensor = _Scan.apply(a, b, backward)
    return found


class _Scan(torch.autograd.Function):
    """Two passes over time, which keep the states and nothing else."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor, backward: bool) -> Tensor:
        states = _varying(a, b, backward) if a.dim() == 3 else _fixed(a, b, backward)
        ctx.save_for_backward(a, states)
        ctx.reverse = backward
        return states

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, Tensor, None]:
        a, states = ctx.saved_tensors
        zero = torch.zeros_like(states[:, :1])
        # of the loss by b_t, through all later states: a scan from the other end
        if a.dim() == 3:
            parts = (zero, a[:, :-1].conj()) if ctx.reverse else (a[:, 1:].conj(), zero)
            whole = _varying(torch.cat(parts, 1), slope, not ctx.reverse)
        else:
            whole = _fixed(a.conj(), slope, not ctx.reverse)
        before = (states[:, 1:], zero) if ctx.reverse else (zero, states[:, :-1])
        by_a = whole * torch.cat(before, 1).conj()
        return by_a if a.dim() == 3 else by_a.sum((0, 1)), whole, None


def _varying(a: Tensor, b: Tensor, backward: bool) -> Tensor:
    """Return the scan of a and b ``(batch, time, hidden_size)``, step by step."""
    states = torch.empty_like(b)
    keeps, added, each = a.unbind(1), b.unbind(1), states.unbind(1)
    state = torch.zeros_like(added[0])
    for t in reversed(range(len(added))) if backward else range(len(added)):
        state = torch.addcmul(added[t], keeps[t], state, out=each[t])
    return states


def _fixed(a: Tensor, b: Tensor, backward: bool) -> Tensor:
    """Return the scan where a ``(hidden_size,)`` is the same at every t, in about 2 √time steps.

    Pieces of the sequence are scanned side by side; then what the pieces before leave is added,
    times a power of a.
    """
    if backward:
        return _fixed(a, b.flip(1), False).flip(1)
    batch, time, size = b.shape
    length = math.isqrt(time - 1) + 1
    count = -(-time // length)
    blank = b.new_zeros(batch, count * length - time, size)
    states = torch.cat([b, blank], 1).view(batch, count, length, size)
    each = states.unbind(2)
    for j in range(1, length):
        each[j].addcmul_(a, each[j - 1])
    powers = _powers(a, length)
    left = torch.zeros_like(states[:, :, 0])
    for k in range(1, count):
        left[:, k] = torch.addcmul(each[-1][:, k - 1], powers[-1], left[:, k - 1])
    states.addcmul_(powers, left.unsqueeze(2))
    return states.view(batch, count * length, size)[:, :time]


def _powers(a: Tensor, count: int) -> Tensor:
    """Return a, a², … ``(count, hidden_size)``, made in double precision."""
    wide = a.to(torch.complex128 if a.is_complex() else torch.float64)
    return wide.expand(count, -1).cumprod(0).to(a.dtype)
