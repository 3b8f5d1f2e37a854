"""What lies about in a scene and is no digit: bits of pens, lines, grain."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from rnndemo.data.scenes.kinds.base import SceneKind
from rnndemo.data.scenes.scene import NOTHING, Scenes
from rnndemo.data.sets import ImageSet

BITS, LINES = 8, 3  # at most, at full clutter
SIDE = 8  # of a bit of a digit, in pixels
GRAIN = 0.25  # standard deviation of the noise, at most
WIDTHS = (0.5, 1.5)  # half widths of lines


class Clutter:
    """Adds what a kind of scene has besides its digits.

    Parameters
    ----------
    glyphs : ImageSet
        The digits, of which bits lie about.
    """

    def __init__(self, kind: SceneKind, glyphs: ImageSet) -> None:
        self.kind, self.glyphs = kind, glyphs

    def added(self, scenes: Scenes, generator: Generator) -> Scenes:
        """Return `scenes` with clutter and noise; what is true of their digits stays."""
        if not self.kind.clutter and not self.kind.noise:
            return scenes
        levels = scenes.images.float()
        if self.kind.clutter:
            amount = torch.rand(len(scenes), generator=generator) * self.kind.clutter
            levels = torch.maximum(levels, self._bits(levels, amount, generator))
            levels = torch.maximum(levels, _lines(levels, amount, generator))
        owners = scenes.owners.where(levels <= scenes.images, NOTHING)
        grain = torch.rand(len(scenes), 1, 1, generator=generator) * self.kind.noise * GRAIN
        levels = levels + torch.randn(levels.shape, generator=generator) * grain * 255
        images = levels.clamp(0, 255).round().to(torch.uint8)
        return Scenes(images, owners, scenes.boxes, scenes.labels)

    def _bits(self, levels: Tensor, amount: Tensor, generator: Generator) -> Tensor:
        """Return small pieces of digits, ``(N, H, W)``."""
        n, height, width = levels.shape
        index = torch.randint(len(self.glyphs), (n, BITS), generator=generator)
        middle = (self.glyphs.images.shape[-1] - SIDE) // 2
        pieces = self.glyphs.images[index.flatten()][:, middle:, middle:][:, :SIDE, :SIDE]
        present = torch.rand(n, BITS, generator=generator) < amount[:, None]
        x = torch.randint(width - SIDE + 1, (n, BITS, 1), generator=generator)
        y = torch.randint(height - SIDE + 1, (n, BITS, 1), generator=generator)
        side = torch.arange(SIDE)
        place = (y + side)[..., None] * width + (x + side)[..., None, :]  # (N, BITS, SIDE, SIDE)
        values = pieces.float().unflatten(0, (n, BITS)) * present[..., None, None]
        board = torch.zeros(n, height * width)
        board.scatter_reduce_(1, place.flatten(1), values.flatten(1), "amax")
        return board.view_as(levels)


def _lines(levels: Tensor, amount: Tensor, generator: Generator) -> Tensor:
    """Return straight strokes, ``(N, H, W)``."""
    n, height, width = levels.shape
    size = torch.tensor([width, height]).float()
    start, end = (torch.rand(n, LINES, 1, 2, generator=generator) * size for _ in range(2))
    end = start + (end - start) * torch.rand(n, LINES, 1, 1, generator=generator)
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    points = torch.stack([x, y], -1).flatten(0, 1).float() + 0.5  # (H * W, 2)
    along = end - start
    share = ((points - start) * along).sum(-1) / along.square().sum(-1).clamp_min(1e-6)
    nearest = start + share.clamp(0, 1)[..., None] * along
    distance = (points - nearest).norm(dim=-1)  # (N, LINES, H * W)
    wide = torch.empty(n, LINES, 1).uniform_(*WIDTHS, generator=generator)
    present = torch.rand(n, LINES, 1, generator=generator) < amount[:, None, None]
    ink = (wide + 0.5 - distance).clamp(0, 1) * present * 255
    return ink.amax(1).view_as(levels)
