"""Replace every pixel by the median of the three by three around it."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from rnndemo.errors import N_
from rnndemo.hardening.defences.base import Defence

SIDE = 3


def _apply(pictures: Tensor) -> Tensor:
    around = F.pad(pictures[:, None], [SIDE // 2] * 4, mode="replicate")
    patches = F.unfold(around, SIDE)  # (N, 9, pixels)
    return patches.median(1).values.view_as(pictures)


DEFENCE = Defence(
    N_("median"),
    N_("every pixel becomes the median of the nine around it, which removes specks"),
    _apply,
    hides_gradients=False,  # that of the pixel in the middle of the nine is exact
)
