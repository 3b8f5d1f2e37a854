"""One column per timestep, from the left."""

from __future__ import annotations

from torch import Tensor

from rnndemo.data.scans.base import Scan, in_rows
from rnndemo.errors import N_


def _table(height: int, width: int) -> Tensor:
    return in_rows(height, width).T.contiguous()


SCAN = Scan(
    N_("columns, from the left"),
    N_("One column per timestep, from left to right."),
    _table,
    line="column",
    code="images.transpose(1, 2)  # one column a timestep, from the left",
)
