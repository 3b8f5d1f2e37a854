"""Gaps in curves: points that lie far apart are not joined.

A line between two points says that the curve ran along it. Where the points are further apart than
`MAX_GAP` of the run, nobody has measured that.
"""

from __future__ import annotations

from collections.abc import Sequence

MAX_GAP = 0.1  # of the steps of the run so far


def is_gap(before: int, after: int, last: int) -> bool:
    """Return whether no line joins the points at two steps of a run that has made `last` steps.

    One step and the next are always joined: nothing lies between them.
    """
    return after - before > max(1, MAX_GAP * last)


def broken(
    steps: Sequence[int], values: Sequence[float | None], last: int
) -> tuple[list[int], list[float | None]]:
    """Return a curve over ascending steps with None in each of its gaps, see `is_gap`."""
    x: list[int] = []
    y: list[float | None] = []
    for step, value in zip(steps, values, strict=True):
        if x and is_gap(x[-1], step, last):
            x.append(x[-1] + 1)
            y.append(None)
        x.append(step)
        y.append(value)
    return x, y
