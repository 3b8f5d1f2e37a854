"""A set of scenes as tensors: pictures, class and object of a pixel, box and class of an object."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

NOTHING = -1  # of a pixel: on no object; of a place for an object: there is none
INK = 64  # from this level on, of 255, a pixel belongs to a digit


@dataclass(frozen=True)
class Scenes:
    """N scenes of at most M objects.

    Objects of a scene stand in reading order: by the middles of their boxes, from the left.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, H, W)``, light ink on dark.
    owners : Tensor
        int8 ``(N, H, W)``: the place of the object whose ink is on a pixel (of several, the one
        with the most), `NOTHING` for the ground.
    boxes : Tensor
        float32 ``(N, M, 4)``: left, top, right and bottom of all ink of an object, hidden or not,
        in pixels; right and bottom lie beyond the last pixel. Zeros where there is none.
    labels : Tensor
        int64 ``(N, M)``, indices into the classes, `NOTHING` after the last object.
    """

    images: Tensor
    owners: Tensor
    boxes: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.images)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of every scene."""
        return self.images.shape[1], self.images.shape[2]

    @property
    def masks(self) -> Tensor:
        """The class of every pixel, int64 ``(N, H, W)``, `NOTHING` for the ground."""
        owner = self.owners.long().flatten(1)
        classes = self.labels.gather(1, owner.clamp_min(0))
        return classes.where(owner >= 0, NOTHING).view_as(self.images)

    def numbers(self) -> list[list[int]]:
        """Return the classes of each scene's objects from left to right."""
        return [[label for label in row if label != NOTHING] for row in self.labels.tolist()]

    def take(self, index: Tensor | slice) -> Scenes:
        """Return the scenes at `index`."""
        return Scenes(*(getattr(self, part.name)[index] for part in fields(self)))


def join(parts: list[Scenes]) -> Scenes:
    """Return several sets, which have room for as many objects, as one."""
    return Scenes(*(torch.cat([getattr(p, f.name) for p in parts]) for f in fields(Scenes)))
