"""How the weights of recurrent layers start: `model.start`.

Input weights start after Glorot and Bengio 2010 and biases at zero, but for what a start says. What
the state is multiplied with decides for how long a gradient lasts:

============== ================================================================================
orthogonal     Saxe et al. 2014: turns states without stretching them; gates that keep start open
               (Jozefowicz et al. 2015)
normal         independent normal weights, of standard deviation hidden_size^(-1/2)
identity       Le, Jaitly, Hinton 2015 (IRNN): each unit begins by keeping its own state
chrono         Tallec and Ollivier 2018: orthogonal, and gates keep for 1 to T timesteps
ring           Orvieto et al. 2023: eigenvalues on a ring close to the unit circle, at any angle
harmonics      on the same ring, at the angles of whole turns a picture and a line of it
short-ring     at these angles, on a ring so small that half of a state is gone after `HALVES`
============== ================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rnndemo.config import ModelConfig
from rnndemo.errors import InputError
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import Cell, Layer

STEPS = 28  # of a sequence whose length is not known
MEMORY = (0.16, 1.2)  # sequences that pass until a unit's state is e times smaller: 1 / these
HALVES = (14.0, 28.0)  # timesteps until half of a state is gone, on a ring that forgets
INPUT = 5.0  # size of an LRU's input weights: strokes fill a small part of a picture
LINES = 8.0 / 10.5  # turns a line for each turn a picture, where harmonics are few


@dataclass(frozen=True)
class Length:
    """What is known of the sequences that a layer reads.

    Parameters
    ----------
    time : int
        Timesteps of one.
    line : int
        Timesteps until a line of the picture ends, 1 if a timestep is one.
    """

    time: int = STEPS
    line: int = 1

    @classmethod
    def of(cls, time: int, features: int) -> Length:
        """Return it for sequences ``(time, features)`` of square pictures."""
        return cls(time, math.isqrt(time) if features == 1 else 1)


Start = Callable[[Cell, Layer, Length], None]


def initialise(config: ModelConfig, layer: Layer, length: Length | None = None) -> None:
    """Set the initial weights of a layer of the cells of `config`.

    Raises
    ------
    InputError
        If these cells cannot start so.
    """
    cell = CELLS[config.cell]
    if config.start != "auto" and not suits(config.start, cell):
        suit = [one for one in STARTS if suits(one, cell)]
        raise InputError(
            "model.start = {start}: {cell} cells cannot start so; choose one of {options}.",
            start=config.start, cell=config.cell, options=", ".join(["auto", *suit]),
        )  # fmt: skip
    begin(cell, layer, config.start, length)


def suits(start: str, cell: Cell) -> bool:
    """Return whether cells can start as `start`, one of `STARTS`, says."""
    return SUITS[start](cell)


def begin(cell: Cell, layer: Layer, start: str = "auto", length: Length | None = None) -> None:
    """Set the initial weights of a layer of these cells, whom the start suits."""
    STARTS[cell.start if start == "auto" else start](cell, layer, length or Length())


def _gated(recurrent: Callable[[Tensor], object]) -> Start:
    def start(cell: Cell, layer: Layer, length: Length) -> None:
        for name, weight in layer.named_parameters():
            blocks = weight.data.split(layer.hidden_size)  # one gate at a time
            if name.startswith("weight"):
                init = recurrent if "_hh_" in name else nn.init.xavier_uniform_
                for block in blocks:
                    init(block)
            else:
                nn.init.zeros_(weight)
                if cell.open_gate and name.startswith("bias_ih"):
                    blocks[list(cell.gates).index(cell.open_gate)].fill_(1.0)

    return start


_orthogonal = _gated(nn.init.orthogonal_)


def _chrono(cell: Cell, layer: Layer, length: Length) -> None:
    """Let gates keep for times that are spread evenly from 1 to T timesteps."""
    _orthogonal(cell, layer, length)
    letters, size = list(cell.gates), layer.hidden_size
    for name, weight in layer.named_parameters():
        if name.startswith("bias_ih"):
            blocks = weight.data.split(size)
            times = torch.empty(size).uniform_(1.0, max(2.0, length.time - 1.0))
            for letter, sign in cell.keeps.items():
                blocks[letters.index(letter)].copy_(sign * times.log())


def _of_sequence(length: Length) -> list[float]:
    """Return |λ|² within which a state lasts about as long as a sequence."""
    return [math.exp(-2 * share / length.time) for share in MEMORY[::-1]]


def _of_a_line(length: Length) -> list[float]:
    """Return |λ|² within which half of a state is gone after `HALVES`, however long a sequence."""
    return [0.25 ** (1 / half) for half in HALVES]


def _eigenvalues(
    angles: Callable[[int, Length], Tensor],
    sizes: Callable[[Length], list[float]] = _of_sequence,
) -> Start:
    def start(cell: Cell, layer: Layer, length: Length) -> None:
        weights = dict(layer.named_parameters())
        for end in [name.removeprefix("nu") for name in weights if name.startswith("nu")]:
            pairs, size = -(-layer.hidden_size // 2), layer.hidden_size
            low, high = sizes(length)
            # two units share an eigenvalue, a quarter of a turn apart: together they know its phase
            square = torch.empty(pairs).uniform_(low, high).repeat_interleave(2)[:size]  # |λ|²
            angle = angles(pairs, length).repeat_interleave(2)[:size]
            weights["nu" + end].data.copy_((-square.log() / 2).log())
            weights["theta" + end].data.copy_(angle.log())
            weights["gamma" + end].data.copy_((1 - square).log() / 2)
            _turned(weights["weight_ih" + end].data)

    return start


def _turned(weight: Tensor) -> None:
    """Fill complex W: pairs of units read the same, the second a quarter of a turn later."""
    units, features = len(weight) // 2, weight.shape[1]
    pairs = -(-units // 2)
    if features == 1:
        real, imaginary = torch.ones(pairs, 1), torch.zeros(pairs, 1)
    else:
        real, imaginary = torch.randn(2, pairs, features) / math.sqrt(2 * features)
    both = torch.stack([torch.stack([real, imaginary], 1), torch.stack([imaginary, -real], 1)], 1)
    turned = both.flatten(0, 1)[:units]  # (units, real and imaginary part, features)
    weight.copy_(INPUT * turned.transpose(0, 1).flatten(0, 1))


def _anywhere(count: int, length: Length) -> Tensor:
    return math.pi * torch.rand(count) + 1e-3


def _harmonics(count: int, length: Length) -> Tensor:
    """Return the lowest angles 2π (k / line + j / time), k and j whole numbers."""
    time, line = length.time, length.line
    if line == 1:  # j / 2 where there are more units than turns
        return math.pi * torch.arange(1, count + 1) * min(2.0, (time - 1) / count) / time
    reach = time // line // 2
    places = [
        (k, j) for k in range(line // 2 + 1) for j in range(-reach, reach + 1)
        if k / line + j / time > 0
    ]  # fmt: skip
    places.sort(key=lambda place: (max(place[0] / LINES, abs(place[1])), place))
    turns = torch.tensor([k / line + j / time for k, j in places[:count]])
    more = torch.rand(count - len(turns)) / 2
    return 2 * math.pi * torch.cat([turns, more])


STARTS: dict[str, Start] = {
    "orthogonal": _orthogonal,
    "normal": _gated(lambda block: nn.init.normal_(block, std=len(block) ** -0.5)),
    "identity": _gated(nn.init.eye_),
    "chrono": _chrono,
    "ring": _eigenvalues(_anywhere),
    "harmonics": _eigenvalues(_harmonics),
    "short-ring": _eigenvalues(_harmonics, _of_a_line),
}

# which cells each is for
_DENSE = ("orthogonal", "normal", "identity")
SUITS: dict[str, Callable[[Cell], bool]] = {
    **dict.fromkeys(_DENSE, lambda cell: cell.start != "ring"),
    "chrono": lambda cell: bool(cell.keeps),
    "ring": lambda cell: cell.start == "ring",
    "harmonics": lambda cell: cell.start == "ring",
    "short-ring": lambda cell: cell.start == "ring",
}
