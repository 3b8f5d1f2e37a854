"""The recurrent cells by hand: one timestep each, with its equations, and the loop over time.

The fast ``torch.nn`` kernels do the training and most of the watching. These cells compute the
same numbers from the same weights, one timestep at a time, so that every gate has a name and a
hidden state can be changed on its way. The tests hold both to the same values and gradients.

Letters: x_t input, h_t hidden state, c_t cell state, σ the logistic function, ⊙ elementwise
product. W_x (gates * hidden_size, features), W_h (gates * hidden_size, hidden_size) and the biases
b_x, b_h hold one block a gate, in torch's order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnndemo.models.classifier import SequenceClassifier

Gates = dict[str, Tensor]

# (layer, direction, t, h_t (batch, hidden_size)) -> the h_t with which the network goes on
Hook = Callable[[int, int, int, Tensor], Tensor]


class CellState(NamedTuple):
    """What a cell carries from one timestep to the next, each ``(batch, hidden_size)``."""

    hidden: Tensor
    cell: Tensor | None = None


class _Cell:
    """The weights of one direction of a single-layer ``torch.nn`` kernel, shared and not copied.

    Parameters
    ----------
    kernel : nn.RNNBase
    direction : int
        0 reads from the first timestep on, 1 from the last one back.
    """

    gate_names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, kernel: nn.RNNBase, direction: int = 0) -> None:
        end = "l0_reverse" if direction else "l0"
        self.kernel = kernel
        self.W_x, self.b_x = getattr(kernel, f"weight_ih_{end}"), getattr(kernel, f"bias_ih_{end}")
        self.W_h, self.b_h = getattr(kernel, f"weight_hh_{end}"), getattr(kernel, f"bias_hh_{end}")

    def start(self, batch: int) -> CellState:
        """Return the state before the first timestep: zeros."""
        return CellState(self.W_h.new_zeros(batch, self.kernel.hidden_size))

    def gates(self, x: Tensor, h: Tensor) -> Gates:
        """Return the gates by name, each ``(…, hidden_size)``.

        Parameters
        ----------
        x : Tensor
            x_t ``(…, features)``: one timestep, or all of them ``(batch, time, features)``.
        h : Tensor
            h_{t-1} ``(…, hidden_size)``.
        """
        raise NotImplementedError

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        """Read x_t ``(batch, features)``; return the new state and the gates that made it."""
        raise NotImplementedError


# Elman 1990, "Finding structure in time"
#
#   h_t = tanh(W_x x_t + b_x + W_h h_{t-1} + b_h)        or relu(…)
class RNNCell(_Cell):
    """Elman's cell: no gates, tanh or relu as its kernel says."""

    def gates(self, x: Tensor, h: Tensor) -> Gates:
        return {}

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        a = F.linear(x, self.W_x, self.b_x) + F.linear(state.hidden, self.W_h, self.b_h)
        return CellState(torch.relu(a) if self.kernel.nonlinearity == "relu" else torch.tanh(a)), {}


# Hochreiter & Schmidhuber 1997, "Long short-term memory"; forget gate: Gers et al. 2000
#
#   i_t = σ(W_xi x_t + b_xi + W_hi h_{t-1} + b_hi)        input gate: what enters the cell
#   f_t = σ(W_xf x_t + b_xf + W_hf h_{t-1} + b_hf)        forget gate: what stays in it
#   g_t = tanh(W_xg x_t + b_xg + W_hg h_{t-1} + b_hg)     candidate
#   o_t = σ(W_xo x_t + b_xo + W_ho h_{t-1} + b_ho)        output gate: what is shown of it
#   c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
#   h_t = o_t ⊙ tanh(c_t)
class LSTMCell(_Cell):
    """Long short-term memory: a cell state that gates write, keep and show."""

    gate_names = ("i", "f", "g", "o")

    def start(self, batch: int) -> CellState:
        zero = super().start(batch).hidden
        return CellState(zero, zero)

    def gates(self, x: Tensor, h: Tensor) -> Gates:
        a = F.linear(x, self.W_x, self.b_x) + F.linear(h, self.W_h, self.b_h)
        i, f, g, o = a.chunk(4, -1)
        return {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        assert state.cell is not None, "an LSTM has a cell state: begin with start()"
        gates = self.gates(x, state.hidden)
        i, f, g, o = gates.values()
        c = f * state.cell + i * g
        return CellState(o * torch.tanh(c), c), gates


# Cho et al. 2014, "Learning phrase representations"; the reset gate acts after W_hn, as in torch
#
#   r_t = σ(W_xr x_t + b_xr + W_hr h_{t-1} + b_hr)        reset gate: what the candidate sees of h
#   z_t = σ(W_xz x_t + b_xz + W_hz h_{t-1} + b_hz)        update gate: what stays of h
#   n_t = tanh(W_xn x_t + b_xn + r_t ⊙ (W_hn h_{t-1} + b_hn))     candidate
#   h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t-1}
class GRUCell(_Cell):
    """Gated recurrent unit: one state, mixed of its past and a candidate."""

    gate_names = ("r", "z", "n")

    def gates(self, x: Tensor, h: Tensor) -> Gates:
        r_x, z_x, n_x = F.linear(x, self.W_x, self.b_x).chunk(3, -1)
        r_h, z_h, n_h = F.linear(h, self.W_h, self.b_h).chunk(3, -1)
        r, z = (r_x + r_h).sigmoid(), (z_x + z_h).sigmoid()
        return {"r": r, "z": z, "n": torch.tanh(n_x + r * n_h)}

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        gates = self.gates(x, state.hidden)
        _, z, n = gates.values()
        return CellState((1 - z) * n + z * state.hidden), gates


@dataclass(frozen=True)
class Unrolled:
    """What one direction of one layer did, each tensor ``(batch, time, hidden_size)``."""

    hidden: Tensor
    cell: Tensor | None
    gates: Gates


def cells_of(model: SequenceClassifier) -> list[list[_Cell]]:
    """Return the hand-written cells that share the weights of `model`: ``[layer][direction]``."""
    kind: Callable[..., _Cell] = CELLS[model.config.cell]
    directions = 2 if model.config.bidirectional else 1
    return [[kind(layer, d) for d in range(directions)] for layer in model.layers]


def unroll(
    model: SequenceClassifier,
    sequence: Tensor,
    hook: Hook | None = None,
    lengths: Tensor | None = None,
) -> list[list[Unrolled]]:
    """Run all recurrent layers of `model` in a Python loop over time.

    Parameters
    ----------
    model : SequenceClassifier
    sequence : Tensor
        ``(batch, time, features)``.
    hook : callable, optional
        Sees every new h_t and returns the one that the next timestep and layer read instead.
    lengths : Tensor, optional
        ``(batch,)``: where each sequence ends; states are zero from there on.

    Returns
    -------
    list of list of Unrolled
        ``[layer][direction]``; `last_hidden` puts the last layer's together for the head.
    """
    layers: list[list[Unrolled]] = []
    for i, cells in enumerate(cells_of(model)):
        x = model.between(last_hidden(layers)) if i else sequence
        layers.append([_read(cell, x, i, d, hook, lengths) for d, cell in enumerate(cells)])
    return layers


def last_hidden(layers: list[list[Unrolled]]) -> Tensor:
    """Return the last layer's hidden states ``(batch, time, directions * hidden_size)``."""
    return torch.cat([path.hidden for path in layers[-1]], -1)


def _read(
    cell: _Cell, x: Tensor, layer: int, direction: int, hook: Hook | None, lengths: Tensor | None
) -> Unrolled:
    batch, time, _ = x.shape
    state, rows = cell.start(batch), x.unbind(1)
    steps: list[tuple[CellState, Gates]] = [(state, {})] * time
    for t in reversed(range(time)) if direction else range(time):
        state, gates = cell.step(rows[t], state)
        if hook is not None:
            state = state._replace(hidden=hook(layer, direction, t, state.hidden))
        if lengths is not None:
            read = (t < lengths).to(x).unsqueeze(1)  # (batch, 1)
            state = CellState(
                state.hidden * read, None if state.cell is None else state.cell * read
            )
        steps[t] = state, gates
    memory = [state.cell for state, _ in steps if state.cell is not None]
    return Unrolled(
        torch.stack([state.hidden for state, _ in steps], 1),
        torch.stack(memory, 1) if memory else None,
        {name: torch.stack([gates[name] for _, gates in steps], 1) for name in cell.gate_names},
    )


# name -> hand-written cell with its equations, the oracle of the tests and the engine of "what if"
CELLS: dict[str, type[_Cell]] = {
    "rnn": RNNCell,
    "lstm": LSTMCell,
    "gru": GRUCell,
}
