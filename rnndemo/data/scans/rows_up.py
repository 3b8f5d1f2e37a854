"""One row per timestep, from the bottom."""

from __future__ import annotations

from torch import Tensor

from rnndemo.data.scans.base import Scan, in_rows
from rnndemo.errors import N_


def _table(height: int, width: int) -> Tensor:
    return in_rows(height, width).flip(0)


SCAN = Scan(
    N_("rows, from the bottom"),
    N_("One row per timestep, from bottom to top."),
    _table,
    line="row",
    code="images.flip(1)  # one row a timestep, from the bottom",
)
