"""Take the lines of ruled and squared paper out of a drawing.

They run from edge to edge, nearly straight, and are thinner than the pen, or fainter. Across a
line, ink is short; where the pen crosses it, ink is long, and stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial
from scipy import ndimage

from rnndemo.data.frames.ground import SCENE, threshold
from rnndemo.data.frames.seen import MIN_CONTRAST
from rnndemo.data.frames.shapes import half_width

# percentile of a line's contrast: that of its middle; what is stronger by this factor is ink
INNER, ABOVE = 75, 1.3
LOW = 0.5  # of the threshold: a faint line is found from this contrast on
STRONG = 0.6  # of the strongest ink: the pen alone is above it
THIN, FAINT = 0.6, 0.75  # of the pen: a line is at most so thick, or else at most so strong
THINNEST = 3  # pixels of a pen, below which a thinner line cannot be told from it
WIDEST = 0.012  # of the picture's longer side: no line is wider

# of the picture: how far a line is traced at least, which gaps other lines and the pen make in it,
# which share of its length is seen, and how much of a parallel line
SPAN, GAP, SEEN, SHORT = 0.5, 0.06, 0.5, 0.12
TILT = 0.3  # slope of a line at most
BLUR = 2  # pixels by which a line is wider at a low contrast
STRAIGHT = 0.005  # of the picture: half of a line may lie further off
BEND = 3  # degree of a line on paper that bends
LEFT = 0.02  # share of the ink that is no line: else the lines are the drawing


@dataclass(frozen=True)
class _Pen:
    """What a line is compared with: its width in pixels at most, thickness and contrast."""

    widest: int
    thin: float
    faint: float


def without_rules(contrast: np.ndarray) -> np.ndarray:
    """Return the contrast of a drawing, ``(H, W)``, with that of the lines set to 0."""
    least = threshold(contrast)
    ink = contrast > least
    if not ink.any():
        return contrast
    strongest = float(np.percentile(contrast[ink], 95))
    thickness = 2 * half_width(contrast > max(least, STRONG * strongest)) - 1
    if thickness < THINNEST or min(contrast.shape) < SCENE:
        return contrast
    widest = int(min(thickness + BLUR, WIDEST * max(contrast.shape) + 1))
    pen = _Pen(widest, THIN * thickness, FAINT * strongest)
    marks = contrast > max(LOW * least, MIN_CONTRAST / 2)
    level, upright = _level_rules(marks, contrast, pen), _level_rules(marks.T, contrast.T, pen).T
    rules = level | upright | _crossings(level, upright, widest)
    if not rules.any() or (ink & ~rules).sum() <= LEFT * ink.sum():
        return contrast
    return np.where(rules, 0, contrast)


@dataclass(frozen=True)
class _Line:
    """The pixels of a line from left to right, its course, and the contrast that none exceeds."""

    pixels: tuple[np.ndarray, np.ndarray]
    course: Polynomial
    bend: float
    most: float

    @classmethod
    def through(cls, y: np.ndarray, x: np.ndarray, contrast: np.ndarray, pen: _Pen) -> _Line | None:
        """Return the line through pixels, or None if they make no line of paper."""
        width, columns = contrast.shape[1], len(np.unique(x))
        if columns < max(SEEN * width, BEND + 1):
            return None
        course = Polynomial.fit(x, y, BEND)
        off = np.abs(y - course(x))
        bend, near = float(np.median(off)), off <= pen.widest
        straight = bend <= STRAIGHT * width + pen.widest / 4
        if not straight or abs(course(width) - course(0)) > TILT * width:
            return None
        y, x = y[near], x[near]
        inner = float(np.percentile(contrast[y, x], INNER))
        if len(x) >= pen.thin * columns and inner >= pen.faint:
            return None
        below = contrast[y, x] < ABOVE * inner
        return cls((y[below], x[below]), course, bend, ABOVE * inner)


def _level_rules(marks: np.ndarray, contrast: np.ndarray, pen: _Pen) -> np.ndarray:
    """Return which of `marks` are lines from left to right."""
    width = marks.shape[1]
    rules = np.zeros_like(marks)
    if marks.any(0).sum() < SEEN * width:
        return rules
    low = marks & ~ndimage.binary_opening(marks, np.ones((pen.widest + 1, 1), bool))
    bridged = ndimage.maximum_filter(low, (3, max(9, round(GAP * width))))
    parts, _ = ndimage.label(bridged)
    lines = []
    for number, box in enumerate(ndimage.find_objects(parts), 1):
        if box[1].stop - box[1].start < SPAN * width:
            continue
        y, x = np.nonzero((parts[box] == number) & low[box])
        line = _Line.through(y + box[0].start, x + box[1].start, contrast, pen)
        if line is not None:
            rules[line.pixels] = True
            lines.append(line)
    if lines:
        straightest = min(lines, key=lambda line: line.bend)
        rules |= _parallel(low & (contrast < straightest.most), straightest.course)
    return rules


def _crossings(level: np.ndarray, upright: np.ndarray, widest: int) -> np.ndarray:
    """Return where level and upright lines cross: there is a line on both sides, either way."""
    bar = np.ones((1, widest + 2), bool)
    return np.asarray(ndimage.binary_closing(level, bar) & ndimage.binary_closing(upright, bar.T))


def _parallel(low: np.ndarray, course: Polynomial) -> np.ndarray:
    """Return which pixels lie on lines parallel to a course: many at one distance from it."""
    y, x = np.nonzero(low)
    if not y.size:
        return low
    away = np.round(y - course(x)).astype(int)
    away -= away.min()
    often = np.convolve(np.bincount(away), np.ones(3), "same") > 2 * SHORT * low.shape[1]
    on = ndimage.binary_dilation(often)[away]
    rules = np.zeros_like(low)
    rules[y[on], x[on]] = True
    return rules
