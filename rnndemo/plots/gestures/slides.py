"""Decorative drawings for the slides on how a network reads a gesture, as SVG."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnndemo.data.drawn.gestures import example
from rnndemo.plots.look.colors import ACCENT
from rnndemo.plots.look.theme import Look
from rnndemo.reactions.shapes import evenly, smoothed

WIDTH, HEIGHT = 400, 100
BANDS = 10  # rows of the picture read row by row
SURE, UNSURE = (0.12, 0.95, 0.08, 0.1), (0.45, 0.3, 0.5, 0.35)
THRESHOLD = 0.7


def slide_picture(number: int, look: Look) -> str:
    """Return the drawing of slide `number`, below ``len(PICTURES)``, as an ``<svg>`` element."""
    return (
        f'<svg class="slide-picture" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" '
        'preserveAspectRatio="xMinYMid" fill="none" stroke-linecap="round" '
        f'stroke-linejoin="round">{PICTURES[number](look.ink, look.muted)}</svg>'
    )


def _in_time(strong: str, faint: str) -> str:
    """Return a line whose points appear one after the other."""
    points = evenly(smoothed(_placed("pigtail", 10, 300)), 24)
    dots = (
        _dot(point, 4.2, strong, 0.15 + 0.85 * share)
        for point, share in zip(points, np.linspace(0, 1, 24), strict=True)
    )
    return _line(points, faint, 1.5) + "".join(dots)


def _rows(strong: str, faint: str) -> str:
    """Return a caret of which the upper rows are read."""
    high, read = 92 / BANDS, 6
    bands = "".join(
        f'<rect x="10" y="{4 + row * high:.1f}" width="120" height="{high - 1.6:.1f}" rx="2" '
        f'fill="{ACCENT if row < read else faint}" fill-opacity="{0.3 if row < read else 0.35}"/>'
        for row in range(BANDS)
    )
    arrow = _arrow((152, 6), (152, 4 + read * high), ACCENT)
    return bands + _line(_placed("caret", 28, 84), strong, 4) + arrow


def _points(strong: str, faint: str) -> str:
    """Return a caret along which the pen is followed."""
    points = evenly(_placed("caret", 20, 190), 17)
    read = 11
    dots = "".join(_dot(point, 4.6, ACCENT, 1) for point in points[:read])
    later = "".join(_dot(point, 3, faint, 1) for point in points[read:])
    return _line(points, faint, 1.5) + dots + later + _arrow(points[read - 1], points[read], strong)


def _other_way(strong: str, faint: str) -> str:
    """Return two equal carets, begun at opposite ends."""
    first, second = _placed("caret", 14, 110), _placed("caret", 190, 110)[::-1]
    parts = []
    for points in (first, second):
        start, tip = points[0], points[-1]
        parts += [
            _line(points, strong, 3.5),
            _dot(start, 6, ACCENT, 1),
            _arrow(tip - 0.3 * (tip - points[1]), tip, strong, 3.5),
        ]
    return "".join(parts)


def _sure(strong: str, faint: str) -> str:
    """Return two answers: one with a gesture that is sure enough, and one without."""
    parts = []
    for left, values in ((14, SURE), (200, UNSURE)):
        line = 96 - 88 * THRESHOLD
        parts += [
            f'<rect x="{left + 8 + 32 * k}" y="{96 - 88 * value:.1f}" width="22" rx="3" '
            f'height="{88 * value:.1f}" fill="{ACCENT if value > THRESHOLD else faint}"/>'
            for k, value in enumerate(values)
        ]
        parts.append(
            f'<path d="M{left} {line:.1f}H{left + 142}" stroke="{strong}" stroke-width="1.6" '
            'stroke-dasharray="5 5"/>'
        )
    return "".join(parts)


def _neat(strong: str, faint: str) -> str:
    """Return a rough circle that becomes a circle."""
    angles = np.linspace(-1.5, 5.0, 60)
    radii = 40 + 3.5 * np.sin(3 * angles) + 2 * np.cos(5 * angles + 1)
    rough = [56, 50] + radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    circle = f'<circle cx="236" cy="50" r="40" stroke="{ACCENT}" stroke-width="4.5"/>'
    return _line(rough, strong, 3.5) + _arrow((124, 50), (170, 50), strong) + circle


# one per slide: (colour of ink, faint colour) -> elements of an SVG
PICTURES: tuple[Callable[[str, str], str], ...] = (
    _in_time,
    _rows,
    _points,
    _other_way,
    _sure,
    _neat,
)


def _placed(label: str, left: float, width: float) -> np.ndarray:
    """Return the plainest drawing of a gesture, fitted into a box of the picture."""
    (stroke,) = example(label)
    low, extent = stroke.min(0), np.ptp(stroke, axis=0)
    return (stroke - low) / extent * [width, 80] + [left, 10]


def _line(points: np.ndarray, color: str, wide: float) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{path}" stroke="{color}" stroke-width="{wide}"/>'


def _dot(point: np.ndarray, radius: float, color: str, opacity: float) -> str:
    x, y = point
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{color}" '
        f'fill-opacity="{opacity:.2f}"/>'
    )


def _arrow(
    start: np.ndarray | tuple[float, float],
    end: np.ndarray | tuple[float, float],
    color: str,
    wide: float = 2.6,
) -> str:
    tail, tip = np.array(start, float), np.array(end, float)
    along = (tip - tail) / np.linalg.norm(tip - tail)
    across = np.array([-along[1], along[0]])
    wings = [tip - 10 * along + side * 6 * across for side in (1, -1)]
    return _line(np.array([tail, tip]), color, wide) + _line(
        np.array([wings[0], tip, wings[1]]), color, wide
    )
