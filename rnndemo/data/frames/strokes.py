"""Parse and check pen strokes.

A stroke is a list of points ``[x, y]``, y down, in any unit; what follows y, such as the time and
the pressure of the pen, is left out. Drawing from the pen path (`rnndemo.data.frames.pen`) rather
than from screen pixels makes the answer independent of brush, size and place by construction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rnndemo.errors import N_, InputError

Strokes = list[np.ndarray]  # each float64 (points, 2)

POINT = (2, 4)  # numbers of a point: x, y, and at most time and pressure
MAX_STROKES = 500
MAX_POINTS = 50_000
CURVE_STEPS = 6

FORM = N_("Strokes look like [[[x, y], [x, y], …], …]; these do not.")


def parse_strokes(content: Any) -> Strokes:
    """Return `content`, ``[[[x, y], …], …]`` or ``[[[x, y, time], …], …]``, as arrays.

    Raises
    ------
    InputError
        If it has another form, is too long, or contains a number that is not finite.
    """
    if not isinstance(content, Sequence) or isinstance(content, (str, bytes)):
        raise InputError(FORM)
    if len(content) > MAX_STROKES:
        raise InputError("A drawing may have up to {most} strokes.", most=MAX_STROKES)
    strokes = []
    for stroke in content:
        try:
            points = np.asarray(stroke, dtype=float)
        except (TypeError, ValueError, OverflowError):
            raise InputError(FORM) from None
        if points.size == 0:
            continue
        if points.ndim != 2 or not POINT[0] <= points.shape[1] <= POINT[1]:
            raise InputError(FORM)
        points = points[:, :2]
        if not np.isfinite(points).all() or np.abs(points).max() > 1e9:
            raise InputError("A stroke has a coordinate that is not a usable number.")
        strokes.append(points)
    if sum(map(len, strokes)) > MAX_POINTS:
        raise InputError("A drawing may have up to {most} points.", most=MAX_POINTS)
    return strokes


def strokes_from_canvas(json_data: Mapping[str, Any] | None) -> Strokes:
    """Return the strokes in the ``json_data`` of streamlit-drawable-canvas.

    A free-hand stroke is a fabric.js path: ``M`` starts it, ``Q`` is a quadratic Bézier segment
    (control point, end point), ``L`` a line.

    Raises
    ------
    InputError
        If a path has another form, or a number that is not finite.
    """
    strokes = []
    for item in (json_data or {}).get("objects", []):
        if str(item.get("type", "")).lower() != "path":
            continue
        points: list[list[float]] = []
        try:
            for command, *numbers in item["path"]:
                if command == "Q" and points:
                    points += _quadratic(points[-1], numbers[:2], numbers[2:4])
                elif numbers:
                    points.append(numbers[-2:])
        except (KeyError, TypeError, ValueError, OverflowError):
            raise InputError(FORM) from None
        strokes.append(points)
    return parse_strokes(strokes)


def rotation(angle: float) -> np.ndarray:
    """Return the matrix ``(2, 2)`` that rotates column vectors by `angle` in radians."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]])


def _quadratic(start: list[float], control: list[float], end: list[float]) -> list[list[float]]:
    points = []
    for step in range(1, CURVE_STEPS + 1):
        t = step / CURVE_STEPS
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points.append([a * p + b * q + c * r for p, q, r in zip(start, control, end, strict=True)])
    return points
