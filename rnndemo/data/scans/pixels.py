"""One pixel per timestep, left to right, then down."""

from __future__ import annotations

from torch import Tensor

from rnndemo.data.scans.base import Scan, in_rows
from rnndemo.errors import N_


def _table(height: int, width: int) -> Tensor:
    return in_rows(height, width).reshape(-1, 1)


SCAN = Scan(
    N_("pixel by pixel"),
    N_(
        "One pixel per timestep, left to right, then down: a very long sequence, slow to read and "
        "hard to remember."
    ),
    _table,
    code="images.flatten(1).unsqueeze(2)  # one pixel a timestep",
)
