"""A network of two speeds: a layer that ticks at every pixel, below layers that tick once a row.

After Koutník et al. 2014, "A Clockwork RNN", whose parts tick at different speeds. The fast part is
linear (Orvieto et al. 2023) and therefore costs no more than a row: what a row of pixels does to
its state is one matrix product. The slow part has gates, which choose what to keep of that.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from rnndemo.config import ModelConfig
from rnndemo.models.cells.base import Cell, Equation, Layer, Sum
from rnndemo.models.cells.linear import scan
from rnndemo.models.cells.lru import CELL, LRUCell
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.starts import Length, begin, suits


class PixelLRUCell(LRUCell):
    """A linear recurrent unit that reads the numbers of a timestep one after the other.

    Each unit weighs every pixel alike: it has one complex weight, however many a timestep has. λ
    and W are seen by the timestep here: λ^n for n pixels, and what each of them has become by the
    last one, λ^k γ W. With these, all equations of the cell hold.
    """

    def __init__(self, layer: nn.Module, direction: int = 0) -> None:
        super().__init__(layer, direction)
        self.ticks: int = layer.features  # type: ignore[assignment]
        weight = self.pixel_weight()
        after = torch.arange(self.ticks, device=weight.device)  # pixels that are read after each
        after = after if self.backward else after.flip(0)
        turn = super().factor().to(torch.complex128).log()
        weights = (after[:, None] * turn).exp().to(weight.dtype) * weight  # (ticks, hidden_size)
        self.W_x = torch.cat([weights.real, weights.imag], 1).T

    @classmethod
    def shapes(cls, features: int, hidden_size: int, blocks: int) -> dict[str, tuple[int, ...]]:
        """Return the weights of one direction of a layer: name -> shape."""
        return super().shapes(1, hidden_size, blocks)

    def pixel_weight(self) -> Tensor:
        """Return γ W, what each unit multiplies a pixel with, complex ``(1, hidden_size)``."""
        real, imaginary = self.weight("weight_ih").T.chunk(2, 1)
        return super().scale() * torch.complex(real, imaginary)

    def pixel_states(self, x: Tensor) -> Tensor:
        """Return z after each pixel, complex ``(batch, time * features, hidden_size)``.

        Parameters
        ----------
        x : Tensor
            ``(batch, time, features)``.
        """
        return scan(super().factor(), x.flatten(1)[..., None] * self.pixel_weight(), self.backward)

    def factor(self) -> Tensor:
        """Return λ of a whole timestep ``(hidden_size,)``, complex."""
        one = super().factor()
        return (self.ticks * one.to(torch.complex128).log()).exp().to(one.dtype)

    def scale(self) -> Tensor:
        """Return ones: γ is in the weights."""
        return torch.ones_like(super().scale())


FAST = replace(
    CELL,
    stepwise=PixelLRUCell,
    equations=(
        Equation("c", "{λ_im} · {h0} + {λ_re} · {c0} + {s}", {"s": Sum(1, "x")}),
        Equation("h", "{λ_re} · {h0} − {λ_im} · {c0} + {s}", {"s": Sum(0, "x")}),
    ),
)


class TwoSpeed(SequenceClassifier):
    """A layer that reads pixel by pixel, and above it the layers of a `SequenceClassifier`.

    These read the state of the first at the end of each timestep.
    """

    def cells(self, config: ModelConfig) -> list[Cell]:
        return [FAST, *super().cells(config)]

    def start(self, length: Length | None) -> None:
        """Let each layer start as `config` says, if that suits its cells."""
        wanted = self.config.start
        time = (length or Length()).time
        pixels = Length(time * self.features, self.features)
        for number, (cell, layer) in enumerate(zip(self.kinds, self.layers, strict=True)):
            assert isinstance(layer, Layer)
            name = wanted if wanted != "auto" and suits(wanted, cell) else "auto"
            begin(cell, layer, name, length if number else pixels)
