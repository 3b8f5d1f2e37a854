"""The way of the pen as a picture: one line a point, from the first to the last.

A stroke that is resampled to points at equal distances (as in Wobbrock, Wilson, Li 2007) reads the
same however fast it was drawn. Each point says where it lies, seen from the first, and which way
the pen goes; nothing in it depends on what is drawn later but the scale.
"""

from __future__ import annotations

import numpy as np

from rnndemo.data.frames import ink
from rnndemo.data.frames.ink import BLANK
from rnndemo.data.frames.seen import Seen, Step
from rnndemo.data.frames.strokes import Strokes
from rnndemo.errors import InputError

POINTS = 64
FEATURES = ("x", "y", "cos", "sin", "pen up")


def from_strokes(strokes: Strokes, board: float | None = None) -> Seen:
    """Bring pen strokes to the way of the pen.

    Parameters
    ----------
    strokes : list of ndarray
        Of one drawing, in the order in which they were drawn.
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
    image = picture(strokes)
    sketch = ink.sketch(strokes, board)
    return Seen(image, (Step("drawn", sketch), Step("path", image)))


def picture(strokes: Strokes) -> np.ndarray:
    """Return the `features` as a picture, float32 ``(POINTS, 5)`` in [0, 1]."""
    return (features(strokes) + 1) / 2


def features(strokes: Strokes) -> np.ndarray:
    """Return the `FEATURES` of each point, float32 ``(POINTS, 5)`` in [-1, 1].

    x and y are seen from the first point, the longer side of the drawing being 1; cos and sin give
    the direction from the point before; "pen up" is 1 between two strokes and else -1.
    """
    points, up = places(strokes)
    steps = np.diff(points, axis=0)
    steps = np.concatenate([steps[:1], steps])
    length = np.hypot(*steps.T)[:, None]
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
    """Return where the pen is at each of the `POINTS`, and whether it was up on the way there.

    Returns
    -------
    points : ndarray
        ``(POINTS, 2)``, in the unit of the strokes.
    up : ndarray
        bool ``(POINTS,)``.
    """
    points, at, up = _whole_way(strokes)
    wanted = np.linspace(0, at[-1], POINTS)
    edge = np.clip(np.searchsorted(at, wanted) - 1, 0, len(up) - 1)
    return np.stack([np.interp(wanted, at, axis) for axis in points.T], 1), up[edge]


def _whole_way(strokes: Strokes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all points, how far along the way each lies, and for each edge whether the pen is up.

    Points that lie on the one before are left out: the way does not go on there.
    """
    points = np.concatenate(strokes)
    up = np.zeros(len(points), bool)
    up[np.cumsum([len(stroke) for stroke in strokes])[:-1]] = True
    lengths = np.hypot(*np.diff(points, axis=0).T)
    moved = lengths > 0
    kept = np.concatenate([[True], moved])
    return points[kept], np.concatenate([[0.0], np.cumsum(lengths[moved])]), up[1:][moved]
