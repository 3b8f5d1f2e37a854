"""The pen path as a picture: one row per point, from the first to the last.

A stroke resampled to equidistant points (as in Wobbrock, Wilson, Li 2007) reads the same however
fast it was drawn. Each point gives its position relative to the first and the direction of the pen;
apart from the scale, nothing depends on what is drawn later.
"""

from __future__ import annotations

import numpy as np

from rnndemo.data.frames import ink
from rnndemo.data.frames.marks import BLANK
from rnndemo.data.frames.seen import Seen
from rnndemo.data.frames.strokes import Strokes
from rnndemo.errors import InputError

POINTS = 64
MARGIN = 0.15  # around a path that is drawn for people, of its longer side
FEATURES = ("x", "y", "cos", "sin", "pen up")


def from_strokes(strokes: Strokes, board: float | None = None) -> Seen:
    """Return pen strokes as a pen path.

    Parameters
    ----------
    board : float, optional
        As in `rnndemo.data.frames.ink.from_strokes`.

    Returns
    -------
    Seen
        Of size ``(POINTS, len(FEATURES))``; values from -1 to 1 lie in [0, 1], 0 at 1/2.

    Raises
    ------
    InputError
        If there is no stroke, or only a dot.
    """
    if not strokes or np.ptp(np.concatenate(strokes), axis=0).max() == 0:
        raise InputError(BLANK)
    return Seen.after(drawn=ink.sketch(strokes, board), path=picture(strokes))


def picture(strokes: Strokes) -> np.ndarray:
    """Return the `features` as a picture, float32 ``(POINTS, 5)`` in [0, 1]."""
    return (features(strokes) + 1) / 2


def sketch(picture: np.ndarray) -> np.ndarray:
    """Return what a pen path ``(POINTS, 5)`` in [0, 1] draws, in the middle, for people to see."""
    strokes = strokes_in(picture) or [np.zeros((2, 2))]  # as little as a dot, in any array
    points = np.concatenate(strokes)
    middle, size = (points.min(0) + points.max(0)) / 2, np.ptp(points, axis=0).max() or 1.0
    moved = [(stroke - middle) / size + 0.5 + MARGIN for stroke in strokes]
    return ink.sketch(moved, 1 + 2 * MARGIN)


def strokes_in(picture: np.ndarray) -> Strokes:
    """Return the strokes that a pen path ``(POINTS, 5)`` in [0, 1] shows.

    They are those of which `picture` would make it, moved and scaled, and simpler between its
    points.
    """
    begins = np.flatnonzero(picture[:, 4] > 0.5)
    pieces = np.split(2 * picture[:, :2].astype(float) - 1, begins)
    return [piece for piece in pieces if len(piece) > 1]  # alone, a point is one of a lifted pen


def features(strokes: Strokes) -> np.ndarray:
    """Return the `FEATURES` of each point, float32 ``(POINTS, 5)`` in [-1, 1].

    x and y are relative to the first point, in units of the drawing's longer side; cos and sin give
    the direction from the previous point; "pen up" is 1 between two strokes and otherwise -1.
    """
    points, up = places(strokes)
    steps = np.diff(points, axis=0)
    steps = np.concatenate([steps[:1], steps])
    length = _lengths(steps)[:, None]
    size = np.ptp(np.concatenate(strokes), axis=0).max()
    return np.concatenate(
        [
            (points - points[0]) / size,
            steps / np.maximum(length, 1e-9),
            np.where(up, 1.0, -1.0)[:, None],
        ],
        1,
    ).astype(np.float32)


def places(strokes: Strokes) -> tuple[np.ndarray, np.ndarray]:
    """Return where the pen is at each of `POINTS` points, and whether it was up before it.

    Returns
    -------
    points : ndarray
        ``(POINTS, 2)``, in the unit of the strokes.
    up : ndarray
        bool ``(POINTS,)``.
    """
    points, at, up = _whole_path(strokes)
    wanted = np.linspace(0, at[-1], POINTS)
    edge = np.clip(np.searchsorted(at, wanted) - 1, 0, len(up) - 1)
    return np.stack([np.interp(wanted, at, axis) for axis in points.T], 1), up[edge]


def _whole_path(strokes: Strokes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all points, the path length up to each, and for each edge whether the pen is up.

    Points equal to the previous one are left out.
    """
    points = np.concatenate(strokes)
    up = np.zeros(len(points), bool)
    up[np.cumsum([len(stroke) for stroke in strokes])[:-1]] = True
    lengths = _lengths(np.diff(points, axis=0))
    moved = lengths > 0
    fresh = np.concatenate([[True], moved])
    return points[fresh], np.concatenate([[0.0], np.cumsum(lengths[moved])]), up[1:][moved]


def _lengths(steps: np.ndarray) -> np.ndarray:
    """Return the length of each of ``(N, 2)``: unlike `hypot`, the same bits in any language."""
    x, y = steps.T
    return np.asarray(np.sqrt(x * x + y * y))
