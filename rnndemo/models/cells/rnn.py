r"""Elman 1990, "Finding structure in time".

h_t = tanh(W_x x_t + b_x + W_h h_{t-1} + b_h)        or relu(…)
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnndemo.errors import N_
from rnndemo.models.cells.base import (
    LEARNT,
    Cell,
    CellState,
    Equation,
    Gates,
    OnnxOperator,
    StepwiseCell,
    Sum,
)


class RNNCell(StepwiseCell):
    """Elman's cell: no gates, tanh or relu as set in its layer."""

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        a = F.linear(x, self.W_x, self.b_x) + F.linear(state.hidden, self.W_h, self.b_h)
        return CellState(torch.relu(a) if self.layer.nonlinearity == "relu" else torch.tanh(a)), {}


CELL = Cell(
    N_("simple RNN"),
    N_("Elman's cell, without gates: it mixes each input with its old state and forgets quickly."),
    RNNCell,
    formula=r"h_t &= \varphi(W x_t + U h_{t-1} + b)",
    letters=(
        LEARNT,
        N_("φ: tanh, which squeezes any number into −1 to 1; or ReLU, which makes negatives 0."),
    ),
    equations=(Equation("h", "φ({s})", {"s": Sum(0)}),),
    kernel=nn.RNN,
    onnx=OnnxOperator("RNN", (0,)),
    takes_nonlinearity=True,
    timestep_seconds=45e-6,
)
