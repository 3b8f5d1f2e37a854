"""How well one number tells two kinds of pictures apart, at every threshold.

The pictures of a network's classes should score high, all others low. What scores below the
threshold is turned away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Z = 1.959963984540054  # 97.5 % of a normal distribution lie below it
HALVINGS = 60  # of the range in which an end of the interval is looked for


@dataclass(frozen=True)
class RocCurve:
    """Which shares are turned away at every threshold.

    Parameters
    ----------
    thresholds : ndarray
        float ``(T,)``, ascending; the first turns nothing away, the last (infinity) everything.
    inside, outside : ndarray
        float ``(T,)`` in [0, 1], ascending: the shares of the pictures of the classes, and of the
        others, that are turned away.
    """

    thresholds: np.ndarray
    inside: np.ndarray
    outside: np.ndarray


def roc_curve(inside: np.ndarray, outside: np.ndarray) -> RocCurve:
    """Return the curve of scores ``(N,)`` and ``(M,)``, neither empty."""
    thresholds = np.append(np.unique(np.concatenate([inside, outside])), np.inf)
    return RocCurve(thresholds, share_below(inside, thresholds), share_below(outside, thresholds))


def share_below(scores: np.ndarray, thresholds: np.ndarray | float) -> np.ndarray:
    """Return the share of `scores` that lies below each threshold: they are turned away."""
    below: np.ndarray = np.searchsorted(np.sort(scores), thresholds, side="left") / len(scores)
    return below


def area(inside: np.ndarray, outside: np.ndarray) -> float:
    """Return the area under the curve.

    It is the probability that a picture of a class scores higher than another one; of a draw, half
    counts: the statistic U of Mann and Whitney (1947), over the number of pairs.
    """
    others = np.sort(outside)
    below, not_above = (np.searchsorted(others, inside, side) for side in ("left", "right"))
    return float((below + not_above).sum() / (2 * len(inside) * len(outside)))


def area_interval(found: float, n: int, m: int) -> tuple[float, float]:
    """Return the 95 % interval of an area from `n` and `m` pictures.

    Newcombe (2006), method 5: the areas θ that lie within 1.96 of their own standard errors, by
    Hanley and McNeil (1982), of what was found. An area of 1 has an interval too.
    """
    return _end(found, n, m, 0.0), _end(found, n, m, 1.0)


def _end(found: float, n: int, m: int, far: float) -> float:
    """Return the end of the interval on the side of `far`, by bisection."""
    near = found
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        if abs(middle - found) <= Z * _deviation(middle, n, m):
            near = middle
        else:
            far = middle
    return near


def _deviation(theta: float, n: int, m: int) -> float:
    """Return the standard deviation of an area whose true value is `theta`."""
    more = (n + m) / 2 - 1
    spread = 1 + more * ((1 - theta) / (2 - theta) + theta / (1 + theta))
    return float(np.sqrt(max(0.0, theta * (1 - theta) * spread / (n * m))))
