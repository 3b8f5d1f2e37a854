"""One pixel per timestep, in a random order, the same for every picture."""

from __future__ import annotations

import torch
from torch import Tensor

from rnndemo.data.scans.base import Scan
from rnndemo.errors import N_

SEED = 784


def _table(height: int, width: int) -> Tensor:
    order = torch.randperm(height * width, generator=torch.Generator().manual_seed(SEED))
    return order.unsqueeze(1)


SCAN = Scan(
    N_("pixels in a permuted order"),
    N_(
        "One pixel per timestep, in a random order that is the same for every picture: what "
        "belongs together is hundreds of timesteps apart."
    ),
    _table,
    code="images.flatten(1)[:, ORDER]  # one pixel a timestep, in a random order",
)
