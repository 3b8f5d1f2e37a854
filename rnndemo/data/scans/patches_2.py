"""One square of 2 x 2 pixels per timestep, left to right, then down."""

from __future__ import annotations

from rnndemo.data.scans.base import Scan
from rnndemo.data.scans.patches import squares, squares_code
from rnndemo.errors import N_

SCAN = Scan(
    N_("patches of 2 × 2"),
    N_("Squares of 2 × 2 pixels: a sequence of 196 timesteps for a drawing."),
    squares(2),
    code=squares_code(2),
)
