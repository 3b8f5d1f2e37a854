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
    _check_points(sum(len(stroke) for stroke in content if isinstance(stroke, Sequence)))
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
    return strokes


def _check_points(count: int) -> None:
    if count > MAX_POINTS:
        raise InputError("A drawing may have up to {most} points.", most=MAX_POINTS)


def strokes_from_canvas(json_data: Any) -> Strokes:
    """Return the strokes in the ``json_data`` of streamlit-drawable-canvas.

    A free-hand stroke is a fabric.js path: ``M`` starts it, ``Q`` is a quadratic Bézier segment
    (control point, end point), ``L`` a line.

    Raises
    ------
    InputError
        If it has another form, is too long, or contains a number that is not finite.
    """
    return parse_strokes([_points(path) for path in canvas_paths(json_data)])


def canvas_paths(json_data: Any) -> list[list[Any]]:
    """Return the paths of the free-hand strokes in a canvas, which are not looked into yet.

    Raises
    ------
    InputError
        If it has another form, or its strokes have too many points: they are counted first.
    """
    objects = json_data.get("objects", []) if isinstance(json_data, Mapping) else json_data or []
    if not isinstance(objects, list) or not all(isinstance(one, Mapping) for one in objects):
        raise InputError(FORM)
    if len(objects) > MAX_STROKES:
        raise InputError("A drawing may have up to {most} strokes.", most=MAX_STROKES)
    paths = [one.get("path", []) for one in objects if _is_path(one)]
    checked = [path for path in paths if isinstance(path, list)]
    if len(checked) < len(paths):
        raise InputError(FORM)
    _check_points(sum(CURVE_STEPS if _is_curve(one) else 1 for path in checked for one in path))
    return checked


def _is_path(item: Mapping[str, Any]) -> bool:
    kind = item.get("type")
    return isinstance(kind, str) and kind.lower() == "path"


def _is_curve(command: Any) -> bool:
    return isinstance(command, list) and command[:1] == ["Q"]


def _points(path: list[Any]) -> list[list[float]]:
    """Return the points of a path."""
    points: list[list[float]] = []
    try:
        for command, *numbers in path:
            if command == "Q" and points:
                points += _quadratic(points[-1], numbers[:2], numbers[2:4])
            elif numbers:
                points.append(numbers[-2:])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise InputError(FORM) from None
    return points


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
