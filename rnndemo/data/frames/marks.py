"""Tell what was written from all else that is dark or light: boxes, edges, dust and stamps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from rnndemo.data.frames.ground import threshold
from rnndemo.data.frames.rules import without_rules
from rnndemo.data.frames.seen import MIN_CONTRAST
from rnndemo.data.frames.shapes import TOUCHING, Box, filled, gap, longer_side, rectangularity
from rnndemo.errors import N_, InputError

SPECK = 0.012  # parts smaller than this share of all ink are dust
MIN_INK = 4  # pixels

# a box has at most so much ink, of its size, is a rectangle, has a least size, of the picture, and
# in it is something of a least size, of its own
BOX_INK, RECTANGLE, LEAST_BOX, IN_BOX = 0.35, 0.87, 0.2, 0.3

FLAT, ALONG = 0.006, 0.5  # of the picture, from its border: an edge has such a share there
FAR, SMALL = 0.35, 0.25  # of the drawing's size: what is further away, and smaller, is apart

BLANK = N_("Nothing is drawn yet.")
SPECKS = N_("Only a speck can be seen in this picture; draw larger, or move the camera closer.")
MANY = N_(
    "There are many small marks in this picture and none stands out; show one drawing, alone "
    "and large."
)


@dataclass(frozen=True)
class _Parts:
    """The connected parts of ink: a picture of their numbers, and by number, area and box."""

    numbers: np.ndarray
    areas: np.ndarray
    boxes: list[Box]

    @classmethod
    def of(cls, ink: np.ndarray) -> _Parts:
        numbers, _ = ndimage.label(ink, TOUCHING)
        areas = np.bincount(numbers.ravel())
        areas[0] = 0
        nothing = slice(0, 0)
        return cls(numbers, areas, [(nothing, nothing), *ndimage.find_objects(numbers)])

    def large(self) -> np.ndarray:
        """Return the numbers of the parts that are no specks."""
        total = self.areas.sum()
        if total < min(MIN_INK, self.numbers.size / 4):
            raise InputError(SPECKS)
        return np.flatnonzero(self.areas >= max(SPECK * total, 1))

    def size(self, number: int) -> int:
        return longer_side(self.boxes[number])


def ink_of(contrast: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ink as a boolean picture ``(H, W)``, and the contrast without printed lines.

    Parameters
    ----------
    contrast : ndarray
        Of each pixel, ``(H, W)``.

    Raises
    ------
    InputError
        If there is none, or nothing but specks.
    """
    if contrast.max() < MIN_CONTRAST:
        raise InputError(BLANK)
    parts = _Parts.of(contrast > threshold(contrast))
    kept = parts.large()
    inside = _in_box(parts, kept)
    if inside is kept:  # in a box, lines of paper are outside
        unruled = without_rules(contrast)
        if unruled is not contrast:
            contrast = unruled
            parts = _Parts.of(contrast > threshold(contrast))
            inside = parts.large()
    if not inside.size:
        raise InputError(MANY)
    for choose in (_off_border, _together):
        inside = choose(parts, inside)
    return np.isin(np.arange(len(parts.areas)), inside)[parts.numbers], contrast


def _in_box(parts: _Parts, kept: np.ndarray) -> np.ndarray:
    """Return the parts in a printed box, if there is one with something in it."""
    for number in kept:
        box = parts.boxes[number]
        own = parts.numbers[box] == number
        if min(own.shape) < LEAST_BOX * min(parts.numbers.shape) or own.mean() > BOX_INK:
            continue
        whole = filled(own)
        inside = np.intersect1d(parts.numbers[box][whole & ~own], kept)
        large = any(parts.size(k) > IN_BOX * min(own.shape) for k in inside)
        if large and rectangularity(whole) > RECTANGLE:
            return inside
    return kept


def _off_border(parts: _Parts, kept: np.ndarray) -> np.ndarray:
    """Leave out what lies along the border, such as the edge of the paper; ink may touch it."""
    near = np.ones(parts.numbers.shape, bool)
    width = max(1, round(FLAT * max(near.shape)))
    near[width:-width, width:-width] = False
    along = np.bincount(parts.numbers[near], minlength=len(parts.areas))
    off = kept[along[kept] < ALONG * parts.areas[kept]]
    return off if off.size else kept


def _together(parts: _Parts, kept: np.ndarray) -> np.ndarray:
    """Leave out small marks far from the largest, such as a date."""
    main = kept[parts.areas[kept].argmax()]
    size = parts.size(main)
    return np.array(
        [
            number
            for number in kept
            if gap(parts.boxes[main], parts.boxes[number]) <= FAR * size
            or parts.size(number) >= SMALL * size
        ]
    )
