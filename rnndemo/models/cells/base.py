"""The description of a recurrent cell, and cells that run one timestep at a time.

The fast ``torch.nn`` kernels serve training and most analyses. A `StepwiseCell` computes the same
numbers from the same weights, but names every gate and allows a hidden state to be changed inside
the loop. Tests check that values and gradients of both are equal.

Letters: x_t input, h_t hidden state, c_t cell state, σ the logistic function, ⊙ elementwise
product. W_x (gates * hidden_size, features), W_h (gates * hidden_size, hidden_size) and the biases
b_x, b_h have one block per gate, in torch's order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rnndemo.config import ModelConfig
from rnndemo.errors import N_
from rnndemo.kinds import Kind

Gates = dict[str, Tensor]

# (t, h_t (batch, hidden_size)) -> the h_t that is used instead
StateHook = Callable[[int, Tensor], Tensor]

ENDS = ("l0", "l0_reverse")  # suffixes of a layer's weights, one per direction


class CellState(NamedTuple):
    """The state between two timesteps, each tensor ``(batch, hidden_size)``."""

    hidden: Tensor
    cell: Tensor | None = None


@dataclass(frozen=True)
class Unrolled:
    """The states and gates of one direction of one layer, ``(batch, time, hidden_size)`` each."""

    hidden: Tensor
    cell: Tensor | None
    gates: Gates


class StepwiseCell:
    """One direction of a layer, run one timestep at a time with the layer's own weights.

    Parameters
    ----------
    direction : int
        0 reads forward, 1 backward.
    """

    def __init__(self, layer: nn.Module, direction: int = 0) -> None:
        end = ENDS[direction]
        self.layer, self.backward = layer, direction == 1
        self.W_x, self.b_x = getattr(layer, f"weight_ih_{end}"), getattr(layer, f"bias_ih_{end}")
        self.W_h, self.b_h = getattr(layer, f"weight_hh_{end}"), getattr(layer, f"bias_hh_{end}")

    def initial_state(self, batch: int) -> CellState:
        """Return the state before the first timestep: zeros."""
        return CellState(self.W_h.new_zeros(batch, self.W_h.shape[1]))

    def gates(self, x: Tensor, h: Tensor) -> Gates:
        """Return the gates by name, each ``(…, hidden_size)``.

        Parameters
        ----------
        x : Tensor
            x_t ``(…, features)``: one timestep, or all of them ``(batch, time, features)``.
        h : Tensor
            h_{t-1} ``(…, hidden_size)``.
        """
        return {}

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        """Read x_t ``(batch, features)``; return the new state and the gates that made it."""
        raise NotImplementedError

    def cell_states(self, gates: Gates) -> Tensor | None:
        """Return every c_t ``(batch, time, hidden_size)`` from the gates, None if there is none."""
        return None

    def read(
        self, x: Tensor, hook: StateHook | None = None, lengths: Tensor | None = None
    ) -> Unrolled:
        """Read sequences ``(batch, time, features)`` of ``lengths (batch,)``, by default `time`.

        `hook` receives every new h_t, and returns the one that the next timestep reads instead.
        """
        batch, time, _ = x.shape
        state, rows = self.initial_state(batch), x.unbind(1)
        steps: list[tuple[CellState, Gates]] = [(state, {})] * time
        for t in reversed(range(time)) if self.backward else range(time):
            state, gates = self.step(rows[t], state)
            if hook is not None:
                state = state._replace(hidden=hook(t, state.hidden))
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
            {name: torch.stack([gates[name] for _, gates in steps], 1) for name in steps[0][1]},
        )


class LoopedLayer(nn.Module):
    """A layer of cells without a torch kernel, which runs in a Python loop, in training too.

    Weights, arguments and results are named and shaped as in torch's layers.
    """

    def __init__(
        self,
        cell: Cell,
        features: int,
        hidden_size: int,
        bidirectional: bool = False,
        nonlinearity: str = "tanh",
    ) -> None:
        super().__init__()
        self.stepwise, self.nonlinearity = cell.stepwise, nonlinearity
        self.hidden_size, self.bidirectional = hidden_size, bidirectional
        wide = max(1, len(cell.gates)) * hidden_size
        for end in ENDS[: 1 + bidirectional]:
            for name, shape in {
                "weight_ih": (wide, features), "weight_hh": (wide, hidden_size),
                "bias_ih": (wide,), "bias_hh": (wide,),
            }.items():  # fmt: skip
                weight = torch.empty(shape).uniform_(-(hidden_size**-0.5), hidden_size**-0.5)
                self.register_parameter(f"{name}_{end}", nn.Parameter(weight))

    def forward(self, sequence: Tensor, lengths: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return every h_t, and the last of each direction ``(directions, batch, hidden_size)``."""
        hidden = [
            self.stepwise(self, direction).read(sequence, lengths=lengths).hidden
            for direction in range(1 + self.bidirectional)
        ]
        last = torch.stack([hidden[0][:, -1], *(backward[:, 0] for backward in hidden[1:])])
        return torch.cat(hidden, -1), last


Layer = nn.RNNBase | LoopedLayer  # a recurrent layer of any cell


def read(layer: Layer, sequence: Tensor) -> tuple[Tensor, Tensor]:
    """Return the hidden states of a layer for sequences ``(batch, time, features)``.

    Returns
    -------
    hidden : Tensor
        Every h_t, ``(batch, time, directions * hidden_size)``.
    last : Tensor
        The final state of each direction, ``(batch, directions * hidden_size)``: the same numbers
        as in `hidden`, but a loss that needs no others has a shorter backward pass.
    """
    hidden, state = layer(sequence)
    last = state[0] if isinstance(state, tuple) else state  # (directions, batch, hidden_size)
    return hidden, torch.cat(last.unbind(0), -1)


@dataclass(frozen=True)
class Signal:
    """The texts of a gate or of the cell state, as gettext keys.

    Parameters
    ----------
    label, text : str
        Its name, and what it does.
    signed : bool, default False
        Whether it lies in (-1, 1) rather than (0, 1).
    """

    label: str
    text: str
    signed: bool = False


@dataclass(frozen=True)
class Sum:
    """A weighted sum in an equation: a bias, and weights times what they weigh.

    Parameters
    ----------
    block : int
        The place of its weights among the blocks of W_x and W_h.
    reads : {"xh", "x", "h"}, default "xh"
        What is weighed: the input, the state before, or both.
    """

    block: int
    reads: str = "xh"


@dataclass(frozen=True)
class Equation:
    """How one number of a unit comes about at a timestep, so that its numbers can be shown.

    Parameters
    ----------
    letter : str
        Of the number: that of a gate, "c" or "h".
    form : str
        What stands to the right of the equals sign: numbers as ``{letter}``, ``{c0}`` and ``{h0}``
        before the timestep, ``{s}`` (or ``{s_x}``, ``{s_h}``) a sum; ``φ`` the nonlinearity.
    sums : mapping, optional
        The sums by their names in `form`.
    """

    letter: str
    form: str
    sums: Mapping[str, Sum] = field(default_factory=dict)


@dataclass(frozen=True)
class OnnxOperator:
    """The ONNX operator of a layer of cells (https://onnx.ai/onnx/operators).

    Parameters
    ----------
    order : tuple of int
        The index of each of its gates among ours.
    attributes : mapping, optional
        Further attributes besides sizes and direction.
    """

    name: str
    order: tuple[int, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell(Kind):
    """A recurrent cell.

    Parameters
    ----------
    stepwise : type
        Its stepwise implementation.
    formula : str
        Its equations for LaTeX's ``aligned``, the last one for h_t.
    letters : tuple of str
        The meaning of the letters in them except x_t and h_t: gettext keys, one a line.
    equations : tuple of Equation
        The same for a single unit, in the order of computation, the last one for h.
    gates : mapping, optional
        Each gate and candidate by letter, in the order of their blocks of weights.
    memory : Signal, optional
        Its cell state, if it has one besides the hidden state.
    open_gate : str, default ""
        The letter of the gate that starts open, so that gradients reach far from the first step on.
    kernel : callable, optional
        torch's layer of these cells; without one a `LoopedLayer` is used, in training too.
    onnx : OnnxOperator, optional
        ONNX's layer of these cells; without one they cannot be exported to ONNX.
    takes_nonlinearity : bool, default False
        Whether it uses ``model.nonlinearity``.
    gains_by_bfloat16 : bool, default False
        Whether its kernel uses a processor's bfloat16 units.
    timestep_seconds : float
        The time of a layer's timestep in training, forward and backward, without matrix products.
    """

    stepwise: type[StepwiseCell]
    formula: str
    letters: tuple[str, ...]
    equations: tuple[Equation, ...]
    gates: Mapping[str, Signal] = field(default_factory=dict)
    memory: Signal | None = None
    open_gate: str = ""
    kernel: Callable[..., nn.RNNBase] | None = None
    onnx: OnnxOperator | None = None
    takes_nonlinearity: bool = False
    gains_by_bfloat16: bool = False
    timestep_seconds: float = 300e-6

    def layer(self, features: int, config: ModelConfig, bidirectional: bool) -> Layer:
        """Return a layer of these cells that reads ``(batch, time, features)``."""
        size, more = config.hidden_size, {}
        if self.takes_nonlinearity:
            more["nonlinearity"] = config.nonlinearity
        if self.kernel is None:
            return LoopedLayer(self, features, size, bidirectional, **more)
        return self.kernel(features, size, batch_first=True, bidirectional=bidirectional, **more)

    def initialise(self, layer: Layer) -> None:
        """Set initial weights: orthogonal recurrent and Xavier input weights, forget bias 1.

        Orthogonal matrices after Saxe et al. 2014, the forget bias after Jozefowicz et al. 2015.
        """
        for name, weight in layer.named_parameters():
            blocks = weight.data.split(layer.hidden_size)  # one gate at a time
            if name.startswith("weight"):
                init = nn.init.orthogonal_ if "_hh_" in name else nn.init.xavier_uniform_
                for block in blocks:
                    init(block)
            else:
                nn.init.zeros_(weight)
                if self.open_gate and name.startswith("bias_ih"):
                    blocks[list(self.gates).index(self.open_gate)].fill_(1.0)


# The meaning of letters that several cells use
LEARNT = N_(
    "W, U, b: learnt in training; W weighs what is read, U weighs the state of the row before, "
    "and b is added."
)
SIGMA = N_(
    "σ: squeezes any number into 0 to 1 and so makes *gates*, from closed (0) to open (1); each "
    "gate has a W, U and b of its own."
)
TANH = N_("tanh: squeezes any number into −1 to 1.")
TIMES = N_("⊙: multiplies unit by unit, so that each gate lets its own share through.")
