"""Clean shapes from rough ones: a rough circle becomes a circle of the same place and size.

Coordinates are those of a board of side 1, y down. A closed shape is fitted to the points of all
strokes of a gesture together; an open one may have several lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Point = tuple[float, float]
Lines = tuple[tuple[Point, ...], ...]

ROUND = 72  # corners of a circle: at 170 pixels' radius less than a fifth of a pixel off
ELONGATED = 1.3  # ratio of the axes from which on a circle is meant as an ellipse
STRAIGHT = 0.08  # smaller bends, relative to the size of the gesture, are no corners
DENSE = 128  # points to which a stroke is resampled
SMOOTH = 3.0  # standard deviation of the smoothing, in points of 48 along a stroke
FLAT = 1e-5  # area below which a gesture encloses nothing
WING = 0.28  # of an arrow's length
INNER = (3 - 5**0.5) / 2  # radius of a regular star's inner corners, the outer being at 1


@dataclass(frozen=True)
class Shape:
    """A shape on the board.

    Parameters
    ----------
    kind : str
        "circle", "ellipse", "rectangle", "triangle", "star", "arrow" or "line".
    lines : tuple of tuple of (float, float)
        A closed shape has one line, whose last point is joined to its first.
    """

    kind: str
    lines: Lines

    @property
    def closed(self) -> bool:
        """Whether it has an inside."""
        return self.kind not in ("arrow", "line")


def clean(label: str, strokes: Sequence[np.ndarray]) -> Shape:
    """Return the clean shape of a gesture of class `label`.

    Parameters
    ----------
    strokes : sequence of ndarray
        Each ``(n, 2)``; together at least one point.
    """
    points = np.concatenate(list(strokes))
    fit = FITS.get(label)
    if fit is not None and (label == "arrow" or _area(hull(points)) > FLAT):
        return fit(points)
    clean_line = smoothed if label in CURVED else straightened
    return Shape("line", tuple(_pairs(clean_line(stroke)) for stroke in strokes if len(stroke)))


def circle(points: np.ndarray) -> Shape:
    """Return the circle through points ``(n, 2)``, or an ellipse where they are clearly elongated.

    The centre is that of the area of their hull, which neither the speed of the pen nor a gap or
    overlap at the ends shifts. The radius of a circle is their mean distance; an ellipse has the
    second moments of the hull, a²/4 and b²/4 along its axes.
    """
    centre, moments = _moments(hull(points))
    squares, axes = np.linalg.eigh(moments)
    short, long = 2 * np.sqrt(np.maximum(squares, 0))
    angles = 2 * np.pi * np.arange(ROUND) / ROUND
    if long > ELONGATED * short:
        kind, unit = "ellipse", axes * [short, long]
    else:
        radius = np.linalg.norm(evenly(points, DENSE) - centre, axis=1).mean()
        kind, unit = "circle", radius * np.eye(2)
    around = np.stack([np.cos(angles), np.sin(angles)], 1)
    return Shape(kind, (_pairs(centre + around @ unit.T),))


def rectangle(points: np.ndarray) -> Shape:
    """Return the bounding box of points ``(n, 2)``."""
    (left, top), (right, bottom) = points.min(0), points.max(0)
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    return Shape("rectangle", (_pairs(corners),))


def triangle(points: np.ndarray) -> Shape:
    """Return the largest triangle with corners among points ``(n, 2)``."""
    around = hull(points)
    if len(around) > DENSE // 2:
        around = around[np.linspace(0, len(around) - 1, DENSE // 2).astype(int)]
    to = around[None] - around[:, None]  # (i, j, 2)
    areas = np.abs(
        to[:, :, None, 0] * to[:, None, :, 1] - to[:, :, None, 1] * to[:, None, :, 0]
    )  # (i, j, k)
    corners = sorted(np.unravel_index(areas.argmax(), areas.shape))
    return Shape("triangle", (_pairs(around[corners]),))


def star(points: np.ndarray) -> Shape:
    """Return the regular upright five-pointed star that best fills the box of points ``(n, 2)``.

    A star of radius r is 2 r sin 72° wide and r (1 + cos 36°) high.
    """
    low, high = points.min(0), points.max(0)
    width, height = high - low
    fifth = 2 * np.pi / 5
    across, down = 2 * np.sin(fifth), 1 + np.cos(fifth / 2)
    radius = (width / across + height / down) / 2
    middle = (low + high) / 2 + [0, radius * (1 - down / 2)]
    angles = fifth / 2 * np.arange(10)
    reach = radius * np.where(np.arange(10) % 2, INNER, 1)
    tips = np.stack([np.sin(angles), -np.cos(angles)], 1) * reach[:, None]
    return Shape("star", (_pairs(middle + tips),))


def arrow(points: np.ndarray) -> Shape:
    """Return the arrow from the first of points ``(n, 2)`` to the one farthest from it."""
    tail = points[0]
    tip = points[np.linalg.norm(points - tail, axis=1).argmax()]
    back = WING * (tail - tip)
    turn = np.array([[3**0.5 / 2, -0.5], [0.5, 3**0.5 / 2]])  # by 30°
    return Shape(
        "arrow", (_pairs([tail, tip]), _pairs([tip + turn @ back, tip, tip + back @ turn]))
    )


FITS: dict[str, Callable[[np.ndarray], Shape]] = {
    "circle": circle,
    "rectangle": rectangle,
    "triangle": triangle,
    "star": star,
    "arrow": arrow,
}
CURVED = ("left_curly_brace", "right_curly_brace", "pigtail", "circle")


def straightened(stroke: np.ndarray) -> np.ndarray:
    """Return the corners of a stroke by the algorithm of Douglas and Peucker (1973)."""
    points = evenly(stroke, DENSE)
    least = STRAIGHT * float(np.linalg.norm(np.ptp(points, axis=0)))
    corners, open_parts = {0, DENSE - 1}, [(0, DENSE - 1)]
    while open_parts:
        first, last = open_parts.pop()
        between = points[first : last + 1]
        away = distances(between, between[[0, -1]])
        corner = first + int(away.argmax())
        if away.max() > least:
            corners.add(corner)
            open_parts += [(first, corner), (corner, last)]
    return points[sorted(corners)]


def smoothed(stroke: np.ndarray) -> np.ndarray:
    """Return a stroke as a smooth curve of 48 points with the same ends."""
    count, reach = 48, int(3 * SMOOTH)
    points = evenly(stroke, count)
    # point reflections continue the stroke beyond its ends, so that smoothing does not move these
    before = 2 * points[0] - points[reach:0:-1]
    after = 2 * points[-1] - points[-2 : -reach - 2 : -1]
    weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * SMOOTH**2))
    long = np.concatenate([before, points, after])
    smooth = [np.convolve(axis, weights / weights.sum(), "valid") for axis in long.T]
    return np.stack(smooth, 1)


def evenly(stroke: np.ndarray, count: int) -> np.ndarray:
    """Return `count` equidistant points along a stroke ``(n, 2)``, including both ends."""
    steps = np.linalg.norm(np.diff(stroke, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, length[-1], count)
    return np.stack([np.interp(at, length, axis) for axis in stroke.T], 1)


def distances(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Return the distance ``(n,)`` of points ``(n, 2)`` from a line through points ``(m, 2)``."""
    if len(line) == 1:
        return np.linalg.norm(points - line[0], axis=1)
    start, along = line[:-1], np.diff(line, axis=0)
    from_start = points[:, None] - start  # (n, m - 1, 2)
    squares = np.maximum((along**2).sum(1), 1e-12)
    share = np.clip((from_start * along).sum(2) / squares, 0, 1)
    return np.linalg.norm(from_start - share[..., None] * along, axis=2).min(1)


def inside(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Return which points ``(n, 2)`` lie in a polygon ``(m, 2)``, bool ``(n,)``: even-odd rule."""
    x, y = points[:, :1], points[:, 1:]
    (ax, ay), (bx, by) = corners.T, np.roll(corners, -1, 0).T
    rising = np.where(by == ay, 1.0, by - ay)  # a level edge is never crossed
    crossed = ((ay > y) != (by > y)) & (x < ax + (y - ay) * (bx - ax) / rising)
    return crossed.sum(1) % 2 == 1


def hull(points: np.ndarray) -> np.ndarray:
    """Return the corners ``(h, 2)`` of the convex hull of points ``(n, 2)`` (Andrew, 1979)."""
    ordered = sorted({(float(x), float(y)) for x, y in points})
    if len(ordered) < 3:
        return np.array(ordered)
    return np.array(_chain(ordered) + _chain(ordered[::-1]))


def _chain(ordered: list[Point]) -> list[Point]:
    chain: list[Point] = []
    for x, y in ordered:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2:]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain[:-1]


def _crosses(corners: np.ndarray) -> np.ndarray:
    after = np.roll(corners, -1, 0)
    return corners[:, 0] * after[:, 1] - corners[:, 1] * after[:, 0]


def _area(corners: np.ndarray) -> float:
    return abs(float(_crosses(corners - corners[0]).sum())) / 2


def _moments(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return centre ``(2,)`` and second moments ``(2, 2)`` of the area within a polygon."""
    p, q = corners - corners[0], np.roll(corners, -1, 0) - corners[0]
    cross = _crosses(p)
    middle = ((p + q) * cross[:, None]).sum(0) / (3 * cross.sum())
    p, q = p - middle, q - middle
    cross = _crosses(p)
    own = np.einsum("n,ni,nj->ij", cross, p, p) + np.einsum("n,ni,nj->ij", cross, q, q)
    mixed = np.einsum("n,ni,nj->ij", cross, p, q)
    moments = (own + (mixed + mixed.T) / 2) / (6 * cross.sum())
    return corners[0] + middle, moments


def _pairs(points: Sequence[np.ndarray] | np.ndarray) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in points)
