"""What every scan provides."""

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
        (height, width) -> the pixels read at each timestep, int64 ``(time, features)``. It raises
        an `InputError` if pictures of that size cannot be read.
    line : str, default ""
        "row" or "column" if each timestep is a whole one.
    code : str
        PyTorch expression for exported scripts: sequences of ``images (batch, height, width)``.
    order : callable, optional
        (height, width) -> the tensor called ORDER in `code`; by default the table.
    """

    table: Callable[[int, int], Tensor]
    line: str = ""
    code: str = "images.flatten(1)[:, ORDER]  # so many pixels a timestep"
    order: Callable[[int, int], Tensor] | None = None


def in_rows(height: int, width: int) -> Tensor:
    """Return the flat number of each pixel, ``(height, width)``."""
    return torch.arange(height * width).reshape(height, width)
