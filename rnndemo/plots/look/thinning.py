"""Thin long curves without changing how they look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MAX_POINTS = 600  # of a line; a chart is seldom wider than twice as many pixels


def thin(
    x: Sequence[float], y: Sequence[float | None], most: int = MAX_POINTS
) -> tuple[list[float], list[float | None]]:
    """Return at most `most` of the points, chosen so that the curve looks the same.

    The first and the last point stay. Those between are divided into buckets of equal size, of
    which the lowest and the highest value stay: a spike of a single step is never lost. A bucket
    without any value stays as a gap; a gap shorter than a bucket may close.

    Parameters
    ----------
    x : sequence of float
        Ascending.
    y : sequence of float or None
        Of equal length; None, NaN and infinity are gaps.
    most : int
        At least 2.

    Raises
    ------
    ValueError
        If `x` and `y` differ in length, or `most` is below 2.
    """
    if len(x) != len(y) or most < 2:
        raise ValueError(f"{len(x)} x for {len(y)} y, of which {most} may stay")
    if len(y) <= most:
        return list(x), list(y)
    chosen = [0, *_extremes(np.array(y[1:-1], dtype=float), (most - 2) // 2) + 1, len(y) - 1]
    return [x[i] for i in chosen], [y[i] for i in chosen]


def _extremes(values: np.ndarray, buckets: int) -> np.ndarray:
    """Return the indices of the lowest and the highest value of every bucket, ascending."""
    if buckets == 0:
        return np.empty(0, dtype=int)
    size = -(-len(values) // buckets)
    table = np.full((buckets, size), np.nan)
    table.flat[: len(values)] = values
    lowest = np.where(np.isfinite(table), table, np.inf).argmin(axis=1)
    highest = np.where(np.isfinite(table), table, -np.inf).argmax(axis=1)
    places = np.concatenate([lowest, highest]) + np.tile(np.arange(buckets) * size, 2)
    return np.unique(places[places < len(values)])
