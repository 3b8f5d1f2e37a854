"""One square of 4 x 4 pixels per timestep, left to right, then down."""

from __future__ import annotations

from torch import Tensor

from rnndemo.data.scans.base import Scan, in_rows
from rnndemo.errors import N_, InputError

SIDE = 4


def _table(height: int, width: int) -> Tensor:
    if height % SIDE or width % SIDE:
        raise InputError(
            "data.scan = {scan}: pictures of {height} x {width} pixels cannot be cut into patches "
            "of 4 x 4; choose another scan, such as rows.",
            scan="patches", height=height, width=width,
        )  # fmt: skip
    table = in_rows(height, width).reshape(height // SIDE, SIDE, width // SIDE, SIDE)
    return table.permute(0, 2, 1, 3).reshape(-1, SIDE * SIDE)


SCAN = Scan(
    N_("patches of 4 × 4"),
    N_(
        "One square of 4 × 4 pixels per timestep, left to right, then down: neighbouring pixels "
        "are read together."
    ),
    _table,
    code=(
        f"images.unfold(1, {SIDE}, {SIDE}).unfold(2, {SIDE}, {SIDE})"
        ".flatten(3).flatten(1, 2)  # one square a timestep"
    ),
)
