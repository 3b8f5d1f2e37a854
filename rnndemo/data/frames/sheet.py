"""Find the sheet of paper, or the window on a screen, on which something is drawn."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from rnndemo.data.frames.ground import SCENE, enlarged, otsu, pooled, shrinking
from rnndemo.data.frames.seen import MIN_CONTRAST
from rnndemo.data.frames.shapes import box_of, filled, half_width, longer_side, rectangularity

LEAST, MOST = 0.06, 0.94  # share of the picture that is a sheet
SIDES = 2  # of the picture, at most, beyond which a sheet goes on: a shadow has more

# least share that a sheet has of the smallest rectangle round it; what is drawn on it differs from
# what is round it, by this share of all brightness, or it must be a stricter rectangle: a bold 0
RECTANGLE, STRICT, ALIKE = 0.87, 0.9, 0.15

RIM = 0.03  # of a sheet's size: its edge
DIFFERS = 0.3  # so much, of what the sheet differs from its surroundings, a mark differs from it
MARKED = 0.2  # of a sheet's size: least size of what is drawn on it
ROOM = 2.5  # so many times is a sheet wider than the pen


def sheet(grey: np.ndarray) -> np.ndarray | None:
    """Return where the sheet is, bool ``(H, W)``, or None without one.

    It is a rectangle, lighter or darker than what is round it, on which something is drawn.
    """
    if min(grey.shape) < SCENE or np.ptp(grey) < MIN_CONTRAST:
        return None
    shrink = shrinking(grey)
    coarse = pooled(grey, shrink, np.add) / shrink**2
    light = coarse > otsu(coarse)
    for side in (light, ~light):
        found = _sheet(side, coarse)
        if found is not None:
            return np.asarray(enlarged(found.astype(np.float32), shrink, grey.shape) > 0.99)
    return None


def cut_out(grey: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return the part of a picture where its sheet is; what else is in it becomes blank paper."""
    box = box_of(found)
    return np.where(found[box], grey[box], np.median(grey[found]))


def _sheet(side: np.ndarray, coarse: np.ndarray) -> np.ndarray | None:
    """Return the sheet among the lighter pixels, or the darker ones, without its edge."""
    parts, count = ndimage.label(ndimage.binary_opening(side))
    if not count:
        return None
    whole = filled(parts == np.bincount(parts.ravel())[1:].argmax() + 1)
    if not LEAST < whole.mean() < MOST or _sides_touched(whole) > SIDES:
        return None
    size = np.sqrt(whole.sum())
    inner = ndimage.binary_erosion(whole, iterations=max(1, round(RIM * size)))
    paper, around = np.median(coarse[inner & side]), np.median(coarse[~whole])
    marks = inner & (np.abs(coarse - paper) > DIFFERS * np.abs(paper - around))
    if not marks.any() or longer_side(box_of(marks)) < MARKED * size:
        return None
    differ = np.abs(np.median(coarse[marks]) - around) > ALIKE * np.ptp(coarse)
    if rectangularity(whole) < (RECTANGLE if differ else STRICT):
        return None
    roomy = half_width(inner & ~marks) > ROOM * half_width(marks)
    return np.asarray(inner) if roomy else None


def _sides_touched(shape: np.ndarray) -> int:
    """Return how many sides of the picture a shape touches."""
    return sum(bool(edge.any()) for edge in (shape[0], shape[-1], shape[:, 0], shape[:, -1]))
