r"""Orvieto et al. 2023, "Resurrecting recurrent neural networks for long sequences".

z_t = λ ⊙ z_{t-1} + γ ⊙ (W x_t)        complex; each unit on its own: λ turns and shrinks its number
λ = exp(−exp(ν) + i exp(θ))            ν, θ learnt; |λ| < 1 whatever they are
h_t = Re z_t,  c_t = Im z_t            what is read of it, and what only the next timestep reads

γ is learnt as its logarithm and starts at sqrt(1 − |λ|²), so that states of any memory begin at one
scale. The paper reads Re(C z_t) with a complex C; a unit's phase is in W here, and the real matrix
that reads h does the rest. Nothing of it is nonlinear: that is left to what reads h.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnndemo.errors import N_
from rnndemo.models.cells.base import Cell, CellState, Equation, Gates, Signal, Sum
from rnndemo.models.cells.linear import LinearCell, LinearLayer, joined, moved, reaches

MOST_PASSES = 20  # a million timesteps
MOST_DECAY = 30.0  # −log |λ| at most: a state that is gone after one timestep


class LRUCell(LinearCell):
    """Linear recurrent unit: every unit is a number in the complex plane that turns and fades."""

    @classmethod
    def shapes(cls, features: int, hidden_size: int, blocks: int) -> dict[str, tuple[int, ...]]:
        """Return the weights of one direction of a layer: name -> shape."""
        one = (hidden_size,)
        # real and imaginary part of W, then logarithms
        return {"weight_ih": (2 * hidden_size, features), "nu": one, "theta": one, "gamma": one}

    def factor(self) -> Tensor:
        """Return λ ``(hidden_size,)``, complex: by the numbers that a step multiplies with."""
        decay = self.weight("nu").double().exp().clamp(max=MOST_DECAY)
        turn = self.weight("theta").double().exp()
        exact = torch.polar((-decay).exp(), turn)
        return exact.to(torch.complex128 if self.W_x.dtype == torch.float64 else torch.complex64)

    def scale(self) -> Tensor:
        """Return γ ``(hidden_size,)``."""
        return self.weight("gamma").exp()

    def initial_state(self, batch: int) -> CellState:
        """Return the state before the first timestep: zeros."""
        zero = super().initial_state(batch).hidden
        return CellState(zero, zero)

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Gates]:
        """Read x_t ``(batch, features)``; return the new state and the gates that made it."""
        w, v = (self.scale() * part for part in F.linear(x, self.W_x).chunk(2, -1))
        z = self.factor() * joined(state) + torch.complex(w, v)
        return CellState(z.real, z.imag), {}

    def coefficients(self, x: Tensor) -> tuple[Tensor, Tensor]:
        read = F.linear(x, self.W_x).to(self.W_x.dtype)  # autocast knows no complex numbers
        w, v = (self.scale() * part for part in read.chunk(2, -1))
        return self.factor(), torch.complex(w, v)

    def passes(self) -> nn.Module:
        return ComplexPasses(self)

    def last(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ self.kernel(x.shape[1]).flatten(0, 1)

    def kernel(self, time: int) -> Tensor:
        """Return what each number read adds to the last h, ``(time, features, hidden_size)``.

        It is Re(λ^k γ W), k timesteps before the end. λ^(n i + j) is a product of two powers from
        short tables, which are made in double precision.
        """
        n = math.isqrt(time - 1) + 1
        turn = self.factor().to(torch.complex128).log()
        few, many = torch.arange(n, device=turn.device), torch.arange(0, time, n).to(turn.device)
        low = (few[:, None] * turn).exp()  # (n, hidden_size)
        real, imaginary = self.W_x.chunk(2)
        first = self.scale() * torch.complex(real, imaginary).T  # (features, hidden_size)
        high = (many[:, None] * turn).exp()[:, None] * first  # (time / n, features, hidden_size)
        low, high = low.to(first.dtype)[None, :, None], high.to(first.dtype)[:, None]
        powers = (high.real * low.real - high.imag * low.imag).flatten(0, 1)[:time]
        return powers if self.backward else powers.flip(0)

    def derived(self, hidden: Tensor, cell: Tensor | None) -> Gates:
        """Return modulus and phase of z."""
        assert cell is not None, "an LRU has an imaginary part: begin with initial_state()"
        return {"modulus": torch.hypot(hidden, cell), "phase": torch.atan2(cell, hidden)}

    def constants(self) -> Gates:
        """Return λ and γ, ``(hidden_size,)`` each."""
        factor = self.factor()
        return {"λ_re": factor.real, "λ_im": factor.imag, "γ": self.scale()}


class ComplexPasses(nn.Module):
    """What `DoublingPasses` does, in real numbers, by powers of λ made in double precision."""

    weight: Tensor
    powers: Tensor  # (passes, real and imaginary part, hidden_size): λ, λ², λ⁴, …

    def __init__(self, cell: LRUCell) -> None:
        super().__init__()
        self.backward = cell.backward
        scale = cell.scale().detach().repeat(2)
        self.register_buffer("weight", scale[:, None] * cell.W_x.detach())
        powers = [cell.factor().detach().to(torch.complex128)]
        for _ in range(MOST_PASSES - 1):
            powers.append(powers[-1] ** 2)
        parts = [torch.stack([power.real, power.imag]) for power in powers]
        self.register_buffer("powers", torch.stack(parts).to(self.weight.dtype))

    def forward(self, x: Tensor) -> Tensor:
        real, imaginary = F.linear(x, self.weight).chunk(2, -1)
        for number, reach in enumerate(reaches(x.shape[1])):
            (u, v), way = self.powers[number], self.backward
            h, c = moved(real, reach, way), moved(imaginary, reach, way)
            real, imaginary = real + u * h - v * c, imaginary + v * h + u * c
        return real


CELL = Cell(
    "LRU",
    N_(
        "Linear recurrent unit: its numbers turn and fade by a fixed factor, so that they remember "
        "over thousands of timesteps, and training needs no loop; output layers must do the rest."
    ),
    LRUCell,
    formula=r"""\lambda &= e^{-e^{\nu} + i\,e^{\theta}}\\
z_t &= \lambda \odot z_{t-1} + \gamma \odot (W x_t)\\
c_t &= \mathrm{Im}\, z_t\\
h_t &= \mathrm{Re}\, z_t""",
    letters=(
        N_("z_t: for each unit a complex number, which is an arrow in a plane; h_t and c_t: how "
           "far it reaches along the two axes."),
        N_("λ: at every timestep turns each arrow by its own angle and shortens it a little; ν and "
           "θ are learnt and say how much."),
        N_("W, γ: learnt; W weighs what is read and may turn it, γ scales it."),
        N_("⊙: multiplies unit by unit: no unit reads another's state."),
    ),
    equations=(
        Equation("c", "{λ_im} · {h0} + {λ_re} · {c0} + {γ} · {s}", {"s": Sum(1, "x")}),
        Equation("h", "{λ_re} · {h0} − {λ_im} · {c0} + {γ} · {s}", {"s": Sum(0, "x")}),
    ),
    memory=Signal(
        N_("imaginary part c"),
        N_("The other axis of each unit's number: what is in h now comes here and back as it "
           "turns. It has no fixed limit."),
        signed=True,
        bounded=False,
    ),
    derived={
        "modulus": Signal(
            N_("modulus |z|"), N_("How long each unit's arrow is: how much it still holds."),
            bounded=False,
        ),
        "phase": Signal(
            N_("phase"), N_("Where each unit's arrow points, as an angle from −π to π."),
            signed=True, bounded=False,
        ),
    },
    start="ring",
    loop=LinearLayer,
    last_alone=True,
    delicate=("nu", "theta", "gamma"),
    code="""factor = torch.exp(torch.complex(-weight("nu").exp(), weight("theta").exp()))
        real, imaginary = weight("weight_ih").chunk(2)
        scale, read = weight("gamma").exp(), torch.complex(real, imaginary)
        state, hidden = 0, []
        for x_t in x.to(read.dtype).unbind(1):
            state = factor * state + scale * (x_t @ read.T)
            hidden.append(state.real)""",
    timestep_seconds=2e-6,
)  # fmt: skip
