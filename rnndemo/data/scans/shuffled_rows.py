"""One row per timestep, in a random order, the same for every picture."""

from __future__ import annotations

import torch
from torch import Tensor

from rnndemo.data.scans.base import Scan, in_rows
from rnndemo.errors import N_

SEED = 28


def _order(height: int, width: int) -> Tensor:
    return torch.randperm(height, generator=torch.Generator().manual_seed(SEED))


def _table(height: int, width: int) -> Tensor:
    return in_rows(height, width)[_order(height, width)]


SCAN = Scan(
    N_("rows in a shuffled order"),
    N_(
        "One row per timestep, in a random order that is the same for every picture: neighbouring "
        "rows are no longer read one after the other."
    ),
    _table,
    line="row",
    code="images[:, ORDER]  # one row a timestep, in a random order",
    order=_order,
)
