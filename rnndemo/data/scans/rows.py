"""One row per timestep, from the top."""

from __future__ import annotations

from rnndemo.data.scans.base import Scan, in_rows
from rnndemo.errors import N_

SCAN = Scan(
    N_("rows, from the top"),
    N_("One row per timestep, from top to bottom, as people read lines."),
    in_rows,
    line="row",
    code="images  # one row a timestep, from the top",
)
