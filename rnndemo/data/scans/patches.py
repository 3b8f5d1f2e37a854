"""One square of pixels per timestep, left to right, then down; a scan for each size of squares."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from rnndemo.data.scans.base import Scan, in_rows
from rnndemo.errors import N_, InputError

PLAIN = 4  # side of the squares of the scan "patches"; the others have theirs in their names

# side of a square in pixels -> label and text: all that cut drawings (28 x 28) or photographs
# (64 x 64) into at least two by two
PATCHES = {
    2: (
        N_("patches of 2 × 2"),
        N_("Squares of 2 × 2 pixels: 196 timesteps for a drawing, 1,024 for a photograph."),
    ),
    PLAIN: (
        N_("patches of 4 × 4"),
        N_(
            "One square of 4 × 4 pixels per timestep, left to right, then down: neighbouring "
            "pixels are read together."
        ),
    ),
    7: (
        N_("patches of 7 × 7"),
        N_("Squares of 7 × 7 pixels: 16 timesteps for a drawing. They do not fit photographs."),
    ),
    8: (
        N_("patches of 8 × 8"),
        N_("Squares of 8 × 8 pixels: 64 timesteps for a photograph. They do not fit drawings."),
    ),
    14: (
        N_("patches of 14 × 14"),
        N_("Squares of 14 × 14 pixels: 4 timesteps for a drawing. They do not fit photographs."),
    ),
    16: (
        N_("patches of 16 × 16"),
        N_("Squares of 16 × 16 pixels: 16 timesteps for a photograph. They do not fit drawings."),
    ),
    32: (
        N_("patches of 32 × 32"),
        N_("Squares of 32 × 32 pixels: 4 timesteps for a photograph. They do not fit drawings."),
    ),
}


def _name(side: int) -> str:
    return "patches" if side == PLAIN else f"patches-{side}"


def _table(side: int) -> Callable[[int, int], Tensor]:
    """Return the table of a scan by squares of `side` x `side` pixels, for `Scan.table`."""

    def table(height: int, width: int) -> Tensor:
        if height % side or width % side:
            raise _unfit(side, height, width)
        numbers = in_rows(height, width).reshape(height // side, side, width // side, side)
        return numbers.permute(0, 2, 1, 3).reshape(-1, side * side)

    return table


def _unfit(side: int, height: int, width: int) -> InputError:
    """Return that squares of `side` do not tile pictures, and which of `PATCHES` do."""
    pictures = {"scan": _name(side), "height": height, "width": width}
    fit = [f"{_name(s)} ({s} x {s})" for s in PATCHES if not (height % s or width % s)]
    if not fit:
        return InputError(
            "data.scan = {scan}: pictures of {height} x {width} pixels cannot be cut into such "
            "patches; choose another scan, such as rows.",
            **pictures,
        )
    return InputError(
        "data.scan = {scan}: pictures of {height} x {width} pixels cannot be cut into such "
        "patches; these fit: {options}.",
        options=", ".join(fit), **pictures,
    )  # fmt: skip


def _code(side: int) -> str:
    """Return the PyTorch expression of the same, for `Scan.code`."""
    return (
        f"images.unfold(1, {side}, {side}).unfold(2, {side}, {side})"
        ".flatten(3).flatten(1, 2)  # one square a timestep"
    )


SCANS = {
    _name(side): Scan(label, text, _table(side), code=_code(side))
    for side, (label, text) in PATCHES.items()
}
