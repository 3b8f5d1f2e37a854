"""Tell ink from its ground, whatever the light.

The ground of dark marks is the picture's morphological closing (Serra 1982): all that is dark and
narrower than some reach is filled. Unlike a local mean, a closing keeps the edge of a shadow where
it is; and it needs no margin, since the picture is taken to go on beyond its border as it ends
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import product

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu

from rnndemo.data.frames.seen import MIN_CONTRAST
from rnndemo.data.frames.shapes import TOUCHING, half_width

SCENE = 64  # pixels: a smaller picture shows neither light and shade nor a sheet of paper
COARSE = 128  # longer side at which the ground is estimated
NARROW, WIDE = 0.18, 0.5  # of the longer side: the reach for a usual pen, and for a bold one

# a pen is bold if the narrow reach loses this share of its ink, and its edge is sharp: if most of
# it rises within two pixels by this share of its contrast
BOLD, SHARP = 0.1, 0.35
# it is not if what is lost is lighter than the rest by this share of all brightness, and so many
# times as wide: that is a shadow with ink on it
LIGHTER, ROOM = 0.1, 1.2

DIMMEST = 0.4  # of the brightest ground: darker ground counts as this one
LEVELS = 256
NOISES = 10.0  # standard deviations of the ground: what differs more is ink

# the border has one brightness if most of it is within this share of all brightness
SAME, MOSTLY = 0.15, 0.55
CLEAN, MOSTLY_CLEAN = 0.02, 0.75  # likewise, of a border without grain: of a screen, or a scan

FULL, THINNEST = 0.15, 4  # marks with more contrast, or thinner in coarse pixels, count as these


def otsu(values: np.ndarray) -> float:
    """Return Otsu's threshold of values that are not negative."""
    top = float(values.max())
    if top <= 0:
        return 0.0
    counts = np.bincount((values.ravel() * ((LEVELS - 1) / top)).astype(int), minlength=LEVELS)
    return float(threshold_otsu(hist=(counts, (np.arange(LEVELS) + 0.5) * (top / LEVELS))))


def threshold(contrast: np.ndarray) -> float:
    """Return the contrast from which on a pixel is ink.

    If ink is only a few pixels of a photograph, Otsu's level splits the noise: it stays above.
    """
    parting = otsu(contrast)
    flat = contrast[contrast <= parting]
    middle = float(np.median(flat))
    noise = 1.48 * float(np.median(np.abs(flat - middle)))
    above_noise = min(middle + NOISES * noise, float(contrast.max()) / 2)
    return max(parting, above_noise, MIN_CONTRAST / 2)


def contrast(grey: np.ndarray) -> np.ndarray:
    """Return how far each pixel differs from its ground, towards the ink, ``(H, W)``.

    Ink may be darker or lighter. It is what reaches further and is thinner: what lies between
    strokes is smaller than they are, and so is a date that a camera has stamped.

    Parameters
    ----------
    grey : ndarray
        Float ``(H, W)`` in [0, 1].
    """
    border, shrink, negative = _Border.of(grey), shrinking(grey), 1 - grey
    darker, reach_darker = _ground(pooled(grey, shrink, np.minimum), border)
    lighter, reach_lighter = _ground(pooled(negative, shrink, np.minimum), border.negative())
    if reach_darker < reach_lighter:
        return _above(negative, lighter, shrink)
    brightest = np.percentile(darker, 95)
    lit = enlarged(darker, shrink, grey.shape)
    # ink reflects a share of the light: in the shade, it differs less
    return _above(grey, darker, shrink) * (brightest / np.maximum(lit, DIMMEST * brightest + 1e-6))


def shrinking(grey: np.ndarray) -> int:
    """Return how many pixels become one, so that the longer side is at most `COARSE`."""
    return -(-max(grey.shape) // COARSE)


def pooled(grey: np.ndarray, shrink: int, how: np.ufunc) -> np.ndarray:
    """Return the picture with blocks of `shrink` x `shrink` pixels joined to one by `how`."""
    padded = np.pad(grey, [(0, -side % shrink) for side in grey.shape], mode="edge")
    shifts = product(range(shrink), repeat=2)
    return reduce(how, (padded[y::shrink, x::shrink] for y, x in shifts))


def enlarged(coarse: np.ndarray, factor: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return a picture that was reduced by `factor` in its former shape, interpolated linearly."""
    if factor == 1:
        return coarse
    for axis, side in enumerate(shape):
        at = ((np.arange(side) + 0.5) / factor - 0.5).clip(0, coarse.shape[axis] - 1)
        low = at.astype(int)
        high = np.minimum(low + 1, coarse.shape[axis] - 1)
        share = np.expand_dims((at - low).astype(np.float32), 1 - axis)
        coarse = np.take(coarse, low, axis) * (1 - share) + np.take(coarse, high, axis) * share
    return coarse


@dataclass(frozen=True)
class _Border:
    """The brightness of the border, if most of it has but one, and whether it has no grain."""

    level: float | None
    clean: bool

    @classmethod
    def of(cls, grey: np.ndarray) -> _Border:
        border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
        level = float(np.median(border))
        off = np.abs(border - level) / max(float(np.ptp(grey)), 1e-6)
        clean = min(grey.shape) < SCENE or bool((off < CLEAN).mean() > MOSTLY_CLEAN)
        return cls(level if (off < SAME).mean() > MOSTLY else None, clean)

    def negative(self) -> _Border:
        return _Border(None if self.level is None else 1 - self.level, self.clean)


def _ground(coarse: np.ndarray, border: _Border) -> tuple[np.ndarray, float]:
    """Return the ground of dark marks, and their reach, 0 if there are none.

    Nothing that is as light as a border of one brightness is a mark.
    """
    narrow, wide = (_closed(coarse, reach, border) for reach in (NARROW, WIDE))
    ground = wide if _is_bold(coarse, narrow, wide) else narrow
    lightest = 1.0 if border.level is None else border.level
    return ground, _reach((np.minimum(ground, lightest) - coarse).clip(0, None))


def _is_bold(coarse: np.ndarray, narrow: np.ndarray, wide: np.ndarray) -> bool:
    """Return whether the narrow reach takes much of the ink for ground."""
    ink = wide - coarse
    if ink.max() < MIN_CONTRAST:
        return False
    marks = ink > threshold(ink)
    kept = marks & (narrow - coarse >= ink / 2)
    lost = marks & ~kept
    outline = marks & ~ndimage.binary_erosion(marks, border_value=1)
    if lost.sum() <= BOLD * marks.sum() or not outline.any():
        return False
    if kept.any() and min(coarse.shape) >= SCENE and half_width(lost) > ROOM * half_width(kept):
        lit = np.median(coarse[lost]) - np.median(coarse[kept])
        if lit > LIGHTER * np.ptp(coarse):
            return False
    rise = ndimage.maximum_filter(coarse, 5) - ndimage.minimum_filter(coarse, 3)
    return bool(np.median(rise[outline]) > SHARP * np.median(ink[marks]))


def _closed(coarse: np.ndarray, reach: float, border: _Border) -> np.ndarray:
    """Return the closing; beyond a clean border there is ground, or else what is at the border."""
    size = max(3, round(reach * max(coarse.shape))) | 1
    if border.clean and border.level is not None:
        beyond = np.pad(coarse, size, constant_values=border.level)
    else:
        beyond = np.pad(coarse, size, mode="edge")
    closed = ndimage.grey_closing(beyond, size=size, mode="nearest")
    return np.asarray(closed[size:-size, size:-size])


def _above(grey: np.ndarray, ground: np.ndarray, shrink: int) -> np.ndarray:
    """Return by how much the ground is lighter than `grey`."""
    if shrink > 1:  # along the edge of a shadow, its ground counts
        ground = enlarged(ndimage.minimum_filter(ground, 3), shrink, grey.shape)
    return np.asarray((ground - grey).clip(0, None))


def _reach(ink: np.ndarray) -> float:
    """Return how far the longest mark reaches, relative to the thickness of the pen."""
    if ink.max() < MIN_CONTRAST / 2:
        return 0.0
    marks = ink > threshold(ink)
    parts, count = ndimage.label(marks, TOUCHING)
    if not count:
        return 0.0
    boxes = ndimage.find_objects(parts)
    longest = max(np.hypot(*(side.stop - side.start for side in box)) for box in boxes)
    pen = max(half_width(marks), THINNEST)
    return float(longest * min(float(ink[marks].mean()), FULL) / pen)
