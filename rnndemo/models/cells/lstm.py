r"""Hochreiter & Schmidhuber 1997, "Long short-term memory"; forget gate: Gers et al. 2000.

i_t = σ(W_xi x_t + b_xi + W_hi h_{t-1} + b_hi)        input gate: what enters the cell
f_t = σ(W_xf x_t + b_xf + W_hf h_{t-1} + b_hf)        forget gate: what stays in it
g_t = tanh(W_xg x_t + b_xg + W_hg h_{t-1} + b_hg)     candidate
o_t = σ(W_xo x_t + b_xo + W_ho h_{t-1} + b_ho)        output gate: what is shown of it
c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
h_t = o_t ⊙ tanh(c_t)
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnndemo.errors import N_
from rnndemo.models.cells.base import (
    LEARNT,
    SIGMA,
    TANH,
    TIMES,
    Cell,
    CellState,
    Equation,
    Gates,
    OnnxOperator,
    Signal,
    StepwiseCell,
    Sum,
)


class LSTMCell(StepwiseCell):
    """Long short-term memory: gates write, retain and output a cell state."""

    def initial_state(self, batch: int) -> CellState:
        zero = super().initial_state(batch).hidden
        return CellState(zero, zero)

    def gates(self, x: Tensor, h: Tensor) -> Gates:
        a = F.linear(x, self.W_x, self.b_x) + F.linear(h, self.W_h, self.b_h)
        i, f, g, o = a.chunk(4, -1)
        return {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        assert state.cell is not None, "an LSTM has a cell state: begin with initial_state()"
        gates = self.gates(x, state.hidden)
        i, f, g, o = gates.values()
        c = f * state.cell + i * g
        return CellState(o * torch.tanh(c), c), gates

    def cell_states(self, x: Tensor, gates: Gates) -> Tensor:
        written, retained = (gates["i"] * gates["g"]).unbind(1), gates["f"].unbind(1)
        states = list(written)
        c = torch.zeros_like(states[0])
        for t in reversed(range(len(states))) if self.backward else range(len(states)):
            c = states[t] = torch.addcmul(written[t], retained[t], c)
        return torch.stack(states, 1)


CELL = Cell(
    "LSTM",
    N_(
        "Long short-term memory: gates decide what a separate cell state takes in, keeps and "
        "shows; it remembers over many timesteps."
    ),
    LSTMCell,
    formula=r"""i_t, f_t, o_t &= \sigma(W x_t + U h_{t-1} + b)\\
g_t &= \tanh(W_g x_t + U_g h_{t-1} + b_g)\\
c_t &= f_t \odot c_{t-1} + i_t \odot g_t\\
h_t &= o_t \odot \tanh(c_t)""",
    letters=(
        N_(
            "c_t: the cell state, the LSTM's inner memory; g_t: what the row proposes to write "
            "there."
        ),
        LEARNT,
        SIGMA,
        TANH,
        TIMES,
    ),
    equations=(
        Equation("i", "σ({s})", {"s": Sum(0)}),
        Equation("f", "σ({s})", {"s": Sum(1)}),
        Equation("g", "tanh({s})", {"s": Sum(2)}),
        Equation("o", "σ({s})", {"s": Sum(3)}),
        Equation("c", "{f} · {c0} + {i} · {g}"),
        Equation("h", "{o} · tanh({c})"),
    ),
    gates={
        "i": Signal(
            N_("input gate i"), N_("How much of the candidate is written into the cell state.")
        ),
        "f": Signal(
            N_("forget gate f"), N_("How much of the old cell state is kept: 1 keeps, 0 erases.")
        ),
        "g": Signal(
            N_("candidate g"),
            N_("What this row proposes to write into the cell state."),
            signed=True,
        ),
        "o": Signal(
            N_("output gate o"), N_("How much of the cell state shows in the hidden state.")
        ),
    },
    memory=Signal(
        N_("cell state c"),
        N_("The LSTM's inner memory: gates write to it and erase it. It has no fixed limit."),
        signed=True,
    ),
    open_gate="f",
    keeps={"f": 1, "i": -1},
    kernel=nn.LSTM,
    onnx=OnnxOperator("LSTM", (0, 3, 1, 2)),  # i o f g
    gains_by_bfloat16=True,
    timestep_seconds=35e-6,
)
