"""One square of 4 x 4 pixels per timestep, left to right, then down."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from rnndemo.data.scans.base import Scan, in_rows
from rnndemo.errors import N_, InputError


def squares(side: int) -> Callable[[int, int], Tensor]:
    """Return the table of a scan by squares of `side` x `side` pixels, for `Scan.table`."""

    def table(height: int, width: int) -> Tensor:
        if height % side or width % side:
            raise InputError(
                "data.scan = {scan}: pictures of {height} x {width} pixels cannot be cut into such "
                "patches; choose another scan, such as rows.",
                scan="patches" if side == SIDE else f"patches-{side}", height=height, width=width,
            )  # fmt: skip
        numbers = in_rows(height, width).reshape(height // side, side, width // side, side)
        return numbers.permute(0, 2, 1, 3).reshape(-1, side * side)

    return table


def squares_code(side: int) -> str:
    """Return the PyTorch expression of the same, for `Scan.code`."""
    return (
        f"images.unfold(1, {side}, {side}).unfold(2, {side}, {side})"
        ".flatten(3).flatten(1, 2)  # one square a timestep"
    )


SIDE = 4
SCAN = Scan(
    N_("patches of 4 × 4"),
    N_(
        "One square of 4 × 4 pixels per timestep, left to right, then down: neighbouring pixels "
        "are read together."
    ),
    squares(SIDE),
    code=squares_code(SIDE),
)
