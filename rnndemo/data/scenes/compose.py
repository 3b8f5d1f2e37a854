"""Make scenes of a kind from pictures of single digits."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from rnndemo.data.augment.people import thickness
from rnndemo.data.augment.warp import Ranges, bent_grid, sample
from rnndemo.data.scenes.clutter import Clutter
from rnndemo.data.scenes.kinds.base import GLYPH, SceneKind
from rnndemo.data.scenes.layout import Patches, Places, in_line, scattered
from rnndemo.data.scenes.scene import INK, NOTHING, Scenes, join
from rnndemo.data.scenes.shades import Shades, shades_of, stacked
from rnndemo.data.sets import ImageSet

SIDE = 48  # of the patch in which a varied digit is drawn
WRITERS = Ranges(math.radians(10), shear=0.3, log_scale=0.15, shift=0.0, grid=6, elastic=0.05)
AT_ONCE = 250  # scenes, so that memory is bounded


class Composer:
    """Makes scenes of one kind.

    Parameters
    ----------
    glyphs : ImageSet
        The digits to choose from; classes that have none are not in scenes.
    """

    def __init__(self, kind: SceneKind, glyphs: ImageSet) -> None:
        self.kind = kind
        order = glyphs.labels.argsort(stable=True)
        self.glyphs = glyphs.take(order)
        self.counts = glyphs.labels.bincount()
        self.starts = self.counts.cumsum(0) - self.counts
        self.classes = self.counts.nonzero()[:, 0]

    def scenes(self, count: int, generator: Generator, at_once: int = AT_ONCE) -> Scenes:
        """Return `count` new scenes.

        Parameters
        ----------
        at_once : int, optional
            How many are made together: fewer take less memory; with another number, the same
            generator makes other scenes.
        """
        parts = [at_once] * (count // at_once) + [count % at_once]
        return join([self._made(part, generator) for part in parts if part or not count])

    def _made(self, count: int, generator: Generator) -> Scenes:
        kind, (low, high) = self.kind, self.kind.objects
        labels = self._labels(count, generator)
        index = torch.rand(labels.shape, generator=generator) * self.counts[labels]
        chosen = self.starts[labels] + index.long()  # (N, M)
        pictures = self.glyphs.images[chosen.flatten()].float() / 255
        if kind.varied:
            pictures = _varied(pictures, kind, generator)
        wanted = torch.arange(high) < torch.randint(low, high + 1, (count, 1), generator=generator)
        inks = pictures.unflatten(0, (count, high))
        boxes = _boxes(inks)
        frames = torch.tensor([0, 0, *inks.shape[:1:-1]]).float().expand_as(boxes)
        patches = Patches(boxes, boxes if kind.varied else frames, wanted)
        places = self._laid_out(patches, generator)
        board = (kind.height, kind.width)
        shades = shades_of(kind.greys, count, high, generator) if kind.greys else None
        scenes = _drawn(inks, frames if kind.framed else boxes, labels, places, board, shades)
        return Clutter(kind, self.glyphs).added(scenes, generator)

    def _labels(self, count: int, generator: Generator) -> Tensor:
        """Return random classes ``(count, M)``."""
        classes, most = len(self.classes), self.kind.objects[1]
        if self.kind.distinct:
            order = torch.rand(count, classes, generator=generator).argsort(1)
            return self.classes[order[:, :most]]
        return self.classes[torch.randint(classes, (count, most), generator=generator)]

    def _laid_out(self, patches: Patches, generator: Generator) -> Places:
        kind, board = self.kind, (self.kind.height, self.kind.width)
        anywhere = scattered(patches, board, kind.overlap, generator)
        if not kind.in_line:
            return anywhere
        line = in_line(patches, board, generator)
        chosen = torch.rand(len(patches.ink), generator=generator) < kind.in_line
        return Places(
            line.corners.where(chosen[:, None, None], anywhere.corners),
            line.placed.where(chosen[:, None], anywhere.placed),
        )


def _varied(pictures: Tensor, kind: SceneKind, generator: Generator) -> Tensor:
    """Return digits as other people write them, ``(n, SIDE, SIDE)``, of the kind's sizes."""
    margin = (SIDE - pictures.shape[-1]) // 2
    padded = F.pad(thickness(pictures, generator), (margin,) * 4)
    low, high = (math.log(size) for size in kind.sizes)
    size = torch.empty(len(pictures)).uniform_(low, high, generator=generator).exp()
    grid = bent_grid(padded, generator, WRITERS) * (GLYPH / size)[:, None, None, None]
    return sample(padded, grid)


def _boxes(inks: Tensor) -> Tensor:
    """Return the box of the ink in each picture ``(N, M, h, w)``; of no size if there is none."""
    marks = (inks * 255).round() >= INK  # as they will be drawn
    ends = []
    for axis in (-2, -1):  # over columns: x, then y
        line = marks.any(axis).int()
        size, empty = line.shape[-1], ~line.any(-1)
        first = line.argmax(-1)
        last = size - line.flip(-1).argmax(-1)
        ends.append((first, last.where(~empty, first)))
    (left, right), (top, bottom) = ends
    return torch.stack([left, top, right, bottom], -1).float()


def _drawn(
    inks: Tensor,
    boxes: Tensor,
    labels: Tensor,
    places: Places,
    board: tuple[int, int],
    shades: Shades | None,
) -> Scenes:
    """Return the scenes in which patches of ink ``(N, M, h, w)`` lie at their places."""
    boxes = boxes + places.corners.repeat(1, 1, 2)
    middle = (boxes[..., 0] + boxes[..., 2]).where(places.placed, torch.inf)
    order = middle.argsort(dim=1, stable=True)  # from the left, those without a place last
    each = torch.arange(len(inks))[:, None]
    placed = places.placed[each, order]
    layers = (
        _pasted(inks[each, order], places.corners[each, order], board) * placed[..., None, None]
    )
    level, owner = stacked(layers, shades) if shades else layers.max(1)
    levels = (level * 255).round()
    return Scenes(
        levels.to(torch.uint8),
        owner.where(levels >= INK, NOTHING).to(torch.int8),
        boxes[each, order] * placed[..., None],
        labels[each, order].where(placed, NOTHING),
    )


def _pasted(inks: Tensor, corners: Tensor, board: tuple[int, int]) -> Tensor:
    """Return each patch on a board of its own, ``(N, M, H, W)``; what lies beyond is cut off."""
    height, width = board
    x = corners[..., 0, None] + torch.arange(inks.shape[-1])  # (N, M, w)
    y = corners[..., 1, None] + torch.arange(inks.shape[-2])
    inside = ((x >= 0) & (x < width))[..., None, :] & ((y >= 0) & (y < height))[..., :, None]
    beyond = height * width  # a pixel for all that lies beyond
    index = (y[..., :, None] * width + x[..., None, :]).where(inside, beyond)
    boards = inks.new_zeros(*inks.shape[:2], beyond + 1)
    boards.scatter_(2, index.flatten(2), inks.flatten(2))
    return boards[..., :beyond].unflatten(2, board)
