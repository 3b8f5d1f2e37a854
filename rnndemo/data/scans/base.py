"""What an order of reading says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rnndemo.kinds import Kind


@dataclass(frozen=True)
class Scan(Kind):
    """An order in which pictures are read.

    Parameters
    ----------
    table : callable
        (height, width) -> which pixels are read at each timestep, int64 ``(time, features)``. It
        raises an `InputError` where pictures of that size cannot be read so.
    line : str, default ""
        "row" or "column" where each timestep is a whole one: together they make a picture.
    code : str
        PyTorch, for exported scripts: the sequence of ``images (batch, height, width)``.
    order : callable, optional
        (height, width) -> the tensor that `code` calls ORDER; the table where not given.
    """

    table: Callable[[int, int], Tensor]
    line: str = ""
    code: str = "images.flatten(1)[:, ORDER]  # so many pixels a timestep"
    order: Callable[[int, int], Tensor] | None = None


def in_rows(height: int, width: int) -> Tensor:
    """Return the number of each pixel, ``(height, width)``."""
    return torch.arange(height * width).reshape(height, width)
