r"""Cho et al. 2014, "Learning phrase representations"; the reset gate acts after W_hn, as in torch.

r_t = σ(W_xr x_t + b_xr + W_hr h_{t-1} + b_hr)        reset gate: how much of h the candidate sees
z_t = σ(W_xz x_t + b_xz + W_hz h_{t-1} + b_hz)        update gate: how much of h remains
n_t = tanh(W_xn x_t + b_xn + r_t ⊙ (W_hn h_{t-1} + b_hn))     candidate
h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t-1}
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


class GRUCell(StepwiseCell):
    """Gated recurrent unit: its state is a mixture of the last one and a candidate."""

    def gates(self, x: Tensor, h: Tensor) -> Gates:
        r_x, z_x, n_x = F.linear(x, self.W_x, self.b_x).chunk(3, -1)
        r_h, z_h, n_h = F.linear(h, self.W_h, self.b_h).chunk(3, -1)
        r, z = (r_x + r_h).sigmoid(), (z_x + z_h).sigmoid()
        return {"r": r, "z": z, "n": torch.tanh(n_x + r * n_h)}

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        gates = self.gates(x, state.hidden)
        _, z, n = gates.values()
        return CellState((1 - z) * n + z * state.hidden), gates


CELL = Cell(
    "GRU",
    N_(
        "Gated recurrent unit: two gates mix its old state with a new one; it has fewer weights "
        "than an LSTM of the same size."
    ),
    GRUCell,
    formula=r"""r_t, z_t &= \sigma(W x_t + U h_{t-1} + b)\\
n_t &= \tanh(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + b'_n))\\
h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}""",
    letters=(N_("n_t: the new state that the row proposes."), LEARNT, SIGMA, TANH, TIMES),
    equations=(
        Equation("r", "σ({s})", {"s": Sum(0)}),
        Equation("z", "σ({s})", {"s": Sum(1)}),
        Equation("n", "tanh({s_x} + {r} · {s_h})", {"s_x": Sum(2, "x"), "s_h": Sum(2, "h")}),
        Equation("h", "(1 − {z}) · {n} + {z} · {h0}"),
    ),
    gates={
        "r": Signal(N_("reset gate r"), N_("How much of the old state the candidate can see.")),
        "z": Signal(
            N_("update gate z"), N_("How much of the old state is kept: 1 keeps, 0 replaces.")
        ),
        "n": Signal(N_("candidate n"), N_("The new state that this row proposes."), signed=True),
    },
    keeps={"z": 1},
    kernel=nn.GRU,
    # z r n; the reset gate acts after W_hn
    onnx=OnnxOperator("GRU", (1, 0, 2), {"linear_before_reset": 1}),
    timestep_seconds=90e-6,
)
