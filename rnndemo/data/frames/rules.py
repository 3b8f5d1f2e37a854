"""Take the lines of ruled and squared paper out of a drawing.

They run from edge to edge, nearly straight, and are thinner than the pen, or fainter. Across a
line, ink is short; where the pen crosses it, ink is long, and stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial
from scipy import ndimage

from rnndemo.data.frames.ground import threshold
from rnndemo.data.frames.seen import MIN_CONTRAST
from rnndemo.data.frames.shapes import half_width

LOW = 0.5  # of the threshold: a faint line is found from this contrast on
STRONG = 0.6  # of the strongest ink: the pen alone is above it
THIN, FAINT = 0.6, 0.75  # of the pen: a line is at most so thick, or else at most so strong
WIDEST = 0.012  # of the picture's longer side: no line is wider

# of the picture: how far a line is traced at least, which gaps other lines and the pen make in it,
# which share of its length is seen, and how much of a parallel line
SPAN, GAP, SEEN, SHORT = 0.5, 0.06, 0.5, 0.12
STRAIGHT = 0.005  # of the picture: half of a line may lie further off
BEND = 3  # degree of a line on paper that bends
LEFT = 0.1  # share of the ink that is no line: else the lines are the drawing


@dataclass(frozen=True)
class _Pen:
    """What a line is compared with: its width in pixels at most, its least thickness, contrast."""

    widest: int
    thin: float
    faint: float


def without_rules(contrast: np.ndarray) -> np.ndarray:
    """Return the contrast of a drawing, ``(H, W)``, with that of the lines set to 0."""
    level = threshold(contrast)
    ink = contrast > level
    if not ink.any():
        return contrast
    strongest = float(np.percentile(contrast[ink], 95))
    thickness = 2 * half_width(contrast > max(level, STRONG * strongest)) - 1
    widest = int(min(thickness - 1, WIDEST * max(contrast.shape) + 1))
    if widest < 1:
        return contrast
    pen = _Pen(widest, THIN * thickness, FAINT * strongest)
    marks = contrast > max(LOW * level, MIN_CONTRAST / 2)
    rules = _level_rules(marks, contrast, pen) | _level_rules(marks.T, contrast.T, pen).T
    if not rules.any() or (ink & ~rules).sum() <= LEFT * ink.sum():
        return contrast
    return np.where(rules, 0, contrast)


def _level_rules(marks: np.ndarray, contrast: np.ndarray, pen: _Pen) -> np.ndarray:
    """Return which of `marks` are lines from left to right."""
    width = marks.shape[1]
    rules = np.zeros_like(marks)
    if marks.any(0).sum() < SEEN * width:
        return rules
    low = marks & ~ndimage.binary_opening(marks, np.ones((pen.widest + 1, 1), bool))
    bridged = ndimage.maximum_filter(low, (3, max(9, round(GAP * width))))
    parts, _ = ndimage.label(bridged)
    straightest: tuple[float, Polynomial] | None = None
    for number, box in enumerate(ndimage.find_objects(parts), 1):
        if box[1].stop - box[1].start < SPAN * width:
            continue
        y, x = np.nonzero((parts[box] == number) & low[box])
        y, x = y + box[0].start, x + box[1].start
        columns = len(np.unique(x))
        if columns < max(SEEN * width, BEND + 1):
            continue
        line = Polynomial.fit(x, y, BEND)
        off = np.abs(y - line(x))
        bend, near = float(np.median(off)), off <= pen.widest
        thin = near.sum() < pen.thin * columns
        if bend > STRAIGHT * width + pen.widest / 4 or not (
            thin or np.median(contrast[y, x]) < pen.faint
        ):
            continue
        rules[y[near], x[near]] = True
        if straightest is None or bend < straightest[0]:
            straightest = bend, line
    if straightest is not None:
        rules |= _parallel(low, straightest[1])
    return rules


def _parallel(low: np.ndarray, line: Polynomial) -> np.ndarray:
    """Return which pixels lie on lines parallel to `line`: many at one distance from it."""
    y, x = np.nonzero(low)
    away = np.round(y - line(x)).astype(int)
    away -= away.min()
    often = np.convolve(np.bincount(away), np.ones(3), "same") > 2 * SHORT * low.shape[1]
    on = ndimage.binary_dilation(often)[away]
    rules = np.zeros_like(low)
    rules[y[on], x[on]] = True
    return rules
