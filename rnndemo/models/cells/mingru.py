r"""Feng et al. 2024, "Were RNNs all we needed?": a GRU whose gate sees x_t alone.

z_t = σ(W_z x_t + b_z)                 gate: how much of the state is new
n_t = W_n x_t + b_n                    candidate
h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ n_t
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from rnndemo.errors import N_
from rnndemo.models.cells.base import (
    SIGMA,
    TIMES,
    Cell,
    CellState,
    Equation,
    Gates,
    Signal,
    Sum,
)
from rnndemo.models.cells.linear import LinearCell, LinearLayer


class MinGRUCell(LinearCell):
    """Minimal GRU: its state is a mixture of the last one and what is read now."""

    @classmethod
    def shapes(cls, features: int, hidden_size: int, blocks: int) -> dict[str, tuple[int, ...]]:
        """Return the weights of one direction of a layer: name -> shape."""
        every = super().shapes(features, hidden_size, blocks)
        return {name: shape for name, shape in every.items() if name.endswith("ih")}

    def gates(self, x: Tensor, h: Tensor) -> Gates:
        """Return z and n; h is not read."""
        z, n = F.linear(x, self.W_x, self.b_x).chunk(2, -1)
        return {"z": z.sigmoid(), "n": n}

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        """Read x_t ``(batch, features)``; return the new state and the gates that made it."""
        gates = self.gates(x, state.hidden)
        z, n = gates.values()
        return CellState((1 - z) * state.hidden + z * n), gates

    def coefficients(self, x: Tensor) -> tuple[Tensor, Tensor]:
        z, n = self.gates(x, x).values()
        return 1 - z, z * n

    def cell_states(self, x: Tensor, gates: Gates) -> Tensor | None:
        """Return None: the state is real."""
        return None


CELL = Cell(
    "minGRU",
    N_(
        "Minimal GRU: its one gate looks at what is read and not at the old state, so that all "
        "timesteps can be computed at once."
    ),
    MinGRUCell,
    formula=r"""z_t &= \sigma(W x_t + b)\\
n_t &= W_n x_t + b_n\\
h_t &= (1 - z_t) \odot h_{t-1} + z_t \odot n_t""",
    letters=(
        N_("n_t: the new state that the row proposes."),
        N_("W, b: learnt in training; W weighs what is read, and b is added. Nothing here reads "
           "the state before."),
        SIGMA,
        TIMES,
    ),
    equations=(
        Equation("z", "σ({s})", {"s": Sum(0, "x")}),
        Equation("n", "{s}", {"s": Sum(1, "x")}),
        Equation("h", "(1 − {z}) · {h0} + {z} · {n}"),
    ),
    gates={
        "z": Signal(
            N_("gate z"), N_("How much of the state is new: 1 replaces it, 0 keeps the old one.")
        ),
        "n": Signal(
            N_("candidate n"), N_("The new state that this row proposes."), signed=True,
            bounded=False,
        ),
    },
    keeps={"z": -1},
    loop=LinearLayer,
    code="""gates, candidates = (x @ weight("weight_ih").T + weight("bias_ih")).chunk(2, -1)
        state, hidden = 0, []
        for z, n in zip(gates.sigmoid().unbind(1), candidates.unbind(1)):
            state = (1 - z) * state + z * n
            hidden.append(state)""",
    timestep_seconds=60e-6,
)  # fmt: skip
