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
SLOWER = 0.1  # the rate at which delicate weights learn, as a share of that of all others


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
        self.end = ENDS[direction]
        self.layer, self.backward = layer, direction == 1
        self.size: int = layer.hidden_size  # type: ignore[assignment]
        self.W_x, self.b_x = self.weight("weight_ih"), self.weight("bias_ih")
        self.W_h, self.b_h = self.weight("weight_hh"), self.weight("bias_hh")

    @classmethod
    def shapes(cls, features: int, hidden_size: int, blocks: int) -> dict[str, tuple[int, ...]]:
        """Return the weights of one direction of a layer: name -> shape; all have weight_ih."""
        wide = blocks * hidden_size
        return {
            "weight_ih": (wide, features), "weight_hh": (wide, hidden_size),
            "bias_ih": (wide,), "bias_hh": (wide,),
        }  # fmt: skip

    def weight(self, name: str) -> Tensor:
        """Return a weight of this direction; one that the cell does not have is empty."""
        found: Tensor | None = getattr(self.layer, f"{name}_{self.end}", None)
        return torch.empty(0) if found is None else found

    def initial_state(self, batch: int) -> CellState:
        """Return the state before the first timestep: zeros."""
        return CellState(self.W_x.new_zeros(batch, self.size))

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

    def cell_states(self, x: Tensor, gates: Gates) -> Tensor | None:
        """Return every c_t ``(batch, time, hidden_size)``, None if there is none.

        Parameters
        ----------
        x : Tensor
            The whole sequence ``(batch, time, features)``.
        gates : dict of str to Tensor
            Every gate at all timesteps, as `gates` returns them.
        """
        return None

    def derived(self, hidden: Tensor, cell: Tensor | None) -> Gates:
        """Return what the states say in another form, by the names in `Cell.derived`."""
        return {}

    def constants(self) -> Gates:
        """Return what does not change with time in the equations, ``(hidden_size,)`` each."""
        return {}

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
        self.delicate = cell.delicate
        self.features, self.hidden_size, self.bidirectional = features, hidden_size, bidirectional
        for end in ENDS[: 1 + bidirectional]:
            for name, shape in cell.shapes(features, hidden_size).items():
                weight = torch.empty(shape).uniform_(-(hidden_size**-0.5), hidden_size**-0.5)
                self.register_parameter(f"{name}_{end}", nn.Parameter(weight))

    def paths(self) -> list[StepwiseCell]:
        """Return the cells of each direction."""
        return [self.stepwise(self, direction) for direction in range(1 + self.bidirectional)]

    def forward(
        self, sequence: Tensor, lengths: Tensor | None = None, only_last: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Return every h_t, and the last of each direction ``(directions, batch, hidden_size)``.

        Parameters
        ----------
        only_last : bool, default False
            Whether the last is all that is wanted: layers that have it sooner return it as h.
        """
        hidden = [cell.read(sequence, lengths=lengths).hidden for cell in self.paths()]
        return torch.cat(hidden, -1), self.ends(hidden)

    @staticmethod
    def ends(hidden: list[Tensor]) -> Tensor:
        """Return the last h of each direction of every h_t of each."""
        return torch.stack([hidden[0][:, -1], *(backward[:, 0] for backward in hidden[1:])])


Layer = nn.RNNBase | LoopedLayer  # a recurrent layer of any cell


def rates(model: nn.Module) -> list[float]:
    """Return for each weight of `model` at which share of the learning rate it learns."""
    delicate = {
        id(weight)
        for layer in model.modules()
        if isinstance(layer, LoopedLayer)
        for name, weight in layer.named_parameters()
        if name.partition("_")[0] in layer.delicate
    }
    return [SLOWER if id(weight) in delicate else 1.0 for weight in model.parameters()]


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
    return hidden, _side_by_side(state)


def read_last(layer: Layer, sequence: Tensor) -> Tensor:
    """Return the final state of each direction, as `read` does, with no other if that is faster."""
    more = {"only_last": True} if isinstance(layer, LoopedLayer) else {}
    return _side_by_side(layer(sequence, **more)[1])


def _side_by_side(state: Tensor | tuple[Tensor, ...]) -> Tensor:
    last = state[0] if isinstance(state, tuple) else state  # (directions, batch, hidden_size)
    return torch.cat(last.unbind(0), -1)


@dataclass(frozen=True)
class Signal:
    """The texts of a gate, of the cell state or of what is derived from states, as gettext keys.

    Parameters
    ----------
    label, text : str
        Its name, and what it does.
    signed : bool, default False
        Whether it has a sign: a gate then lies in (-1, 1) rather than (0, 1).
    bounded : bool, default True
        Whether a gate lies there at all.
    """

    label: str
    text: str
    signed: bool = False
    bounded: bool = True


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
    derived : mapping, optional
        What its states say in another form, by the names of `StepwiseCell.derived`.
    start : str, default "orthogonal"
        How its weights start unless ``model.start`` says otherwise.
    open_gate : str, default ""
        The letter of the gate that starts open, so that gradients reach far from the first step on.
    keeps : mapping, optional
        1 for each gate that keeps the state, -1 for each that replaces it, by letter.
    kernel : callable, optional
        torch's layer of these cells; without one `loop` is used, in training too.
    loop : type, default LoopedLayer
        A layer of these cells without a kernel.
    last_alone : bool, default False
        Whether a layer has its last state without keeping those before.
    delicate : tuple of str, optional
        Weights whose smallest changes show after hundreds of timesteps: they learn at `SLOWER` of
        the rate, and travel in more than 16 bits.
    code : str, default ""
        Lines that read a sequence, for exported scripts where torch has no layer (see
        `rnndemo.export.script`).
    onnx : OnnxOperator, optional
        ONNX's layer of these cells; without one, only linear cells can be exported to ONNX.
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
    derived: Mapping[str, Signal] = field(default_factory=dict)
    start: str = "orthogonal"
    open_gate: str = ""
    keeps: Mapping[str, int] = field(default_factory=dict)
    loop: type[LoopedLayer] = LoopedLayer
    last_alone: bool = False
    kernel: Callable[..., nn.RNNBase] | None = None
    delicate: tuple[str, ...] = ()
    code: str = ""
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
            return self.loop(self, features, size, bidirectional, **more)
        return self.kernel(features, size, batch_first=True, bidirectional=bidirectional, **more)

    def shapes(self, features: int, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """Return the weights of one direction of a layer: name -> shape."""
        return self.stepwise.shapes(features, hidden_size, max(1, len(self.gates)))


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
