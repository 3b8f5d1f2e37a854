"""Tell a hand from its ground, and where it ends.

A hand is told from its ground by light: the ground's is smooth, so a surface of second degree fits
it, and the hand is what lies off that surface. Brightness counts in its logarithm, in which light
adds to what it falls on: half the lamp, or a lamp at the side, leaves nearly the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.measure import label

DARKEST = 0.05  # added before the logarithm: below this, a camera sees noise

BAND = 0.12  # of the shorter side: the border, where ground is looked for first
ROUNDS, AT_BORDER = 12, 4  # of fitting the ground; in the first of them only to the border
FAR = 3.0  # standard deviations from the ground, beyond which a pixel is none of it
LEAST_NOISE = 0.02  # of the ground, in logarithms of brightness
STEADY = 1e-6  # keeps the equations solvable, of all weights

FAINT = 0.05  # a hand differs from its ground by this much at least, as a logarithm
NOISES = 4.0  # … and by this many standard deviations of the ground
LARGEST = 0.8  # of the differences that are told apart
BELOW = 0.6  # where two kinds of pixels part, the threshold is lower: a hand has lights
SMOOTH = 0.8  # pixels

GAP, SPECK = 0.008, 0.016  # of the longer side: cracks that are closed, bars taken away
PART = 0.08  # pieces of the hand smaller than this share of the largest are none
HOLE = 0.03  # holes in the hand smaller than this share of it are filled

REACH = 4.4  # how far a hand reaches from the middle of its palm, in radii of the palm
WRIST = 1.8  # where the arm is cut off, likewise
PALM = 0.45  # least radius of the palm, of that of a disc as large as the hand
THIN = 0.15  # rows and columns with less of the hand than this are cut off, likewise
TOUCH = 3  # pixels of the hand at the edge that make an arm
MARGIN = 0.05  # round the hand, of its longer side


@dataclass(frozen=True)
class Square:
    """A square in a picture: its middle and its side, in pixels."""

    y: float
    x: float
    side: float

    def within(self, outer: Square, pixels: float) -> Square:
        """Return it in the picture of which this one is the square `outer`, at so many pixels."""
        scale = outer.side / pixels
        top, left = outer.y - outer.side / 2, outer.x - outer.side / 2
        return Square(top + self.y * scale, left + self.x * scale, self.side * scale)

    def grown(self, factor: float) -> Square:
        """Return it larger, round the same middle."""
        return Square(self.y, self.x, self.side * factor)


# --- the ground -------------------------------------------------------------------------------


def light(grey: np.ndarray) -> np.ndarray:
    """Return the logarithm of brightness."""
    return np.log(grey + DARKEST)


def surface(shape: tuple[int, ...], terms: np.ndarray) -> np.ndarray:
    """Return the surface of second degree, ``(H, W)``, that `ground` has found."""
    return _powers(shape) @ terms


def _powers(shape: tuple[int, ...]) -> np.ndarray:
    """Return 1, x, y, x², xy, y² of every pixel, ``(H, W, 6)``, with x and y from -1 to 1."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)


def ground(values: np.ndarray) -> np.ndarray:
    """Return the terms ``(6,)`` of the surface that fits the ground and not the hand.

    Least squares, again and again: what lies far from the last surface counts less (Beaton, Tukey
    1974). The border is looked at first, since a hand is seldom all around.

    Parameters
    ----------
    values : ndarray
        `light` of every pixel, ``(H, W)``.
    """
    powers = _powers(values.shape).reshape(values.size, -1)
    band = max(1, round(BAND * min(values.shape)))
    inner = np.zeros(values.shape, bool)
    inner[band:-band, band:-band] = True
    border, wanted = ~inner.ravel(), values.ravel()
    weight = border.astype(float)
    terms = np.zeros(powers.shape[1])
    for number in range(ROUNDS):
        weighted = powers * weight[:, None]
        steady = STEADY * weight.sum() * np.eye(powers.shape[1])
        terms = np.linalg.solve(powers.T @ weighted + steady, weighted.T @ wanted)
        off = wanted - powers @ terms
        near = border if number < AT_BORDER else weight > 0.3
        noise = max(_spread(off[near]), LEAST_NOISE)
        weight = (1 - (off / (FAR * noise)).clip(-1, 1) ** 2) ** 2
        if number < AT_BORDER:
            weight = weight * border
    return terms


def _spread(values: np.ndarray) -> float:
    """Return the standard deviation, from the median: outliers change little."""
    return 1.48 * float(np.median(np.abs(values))) if values.size else 0.0


# --- the hand ---------------------------------------------------------------------------------


def threshold(distance: np.ndarray) -> float:
    """Return how far from the ground a pixel is that belongs to a hand; infinite without one.

    Parameters
    ----------
    distance : ndarray
        `light` above the ground, ``(H, W)``.
    """
    smooth = np.abs(ndimage.gaussian_filter(distance, SMOOTH))
    if np.ptp(smooth) < FAINT:
        return np.inf
    parting = threshold_otsu(smooth.clip(0, LARGEST))
    flat = distance[smooth < parting]
    noise = _spread(flat - np.median(flat)) if flat.size else 0.0
    return float(min(max(NOISES * noise, FAINT), BELOW * parting))


def mask(distance: np.ndarray, least: float) -> np.ndarray:
    """Return where the hand is, bool ``(H, W)``: at least so far from the ground, in one piece."""
    found = np.abs(ndimage.gaussian_filter(distance, SMOOTH)) > least
    gap, speck = (max(1, round(share * max(found.shape))) for share in (GAP, SPECK))
    room = gap + speck
    found = np.pad(found, room, mode="edge")
    found = ndimage.binary_closing(found, iterations=gap)
    found = ndimage.binary_opening(found, iterations=speck)[room:-room, room:-room]
    parts, sizes = _parts(found)
    found = (sizes >= max(1, PART * sizes.max()))[parts]
    holes, sizes = _parts(ndimage.binary_fill_holes(found) & ~found)
    return found | ((sizes > 0) & (sizes < HOLE * found.sum()))[holes]


def _parts(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of the piece that each pixel belongs to, and the pieces' sizes.

    Piece 0 is what was not found, and its size counts as 0.
    """
    parts = label(found, connectivity=1)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return parts, sizes


def square_round(hand: np.ndarray, edge: np.ndarray) -> Square:
    """Return the square round a hand, without its arm.

    The palm is the largest disc in the hand. An arm comes from the edge of the picture; it is cut
    off at the wrist, and so is whatever lies out of the hand's reach.

    Parameters
    ----------
    hand : ndarray
        bool ``(H, W)``, true somewhere.
    edge : ndarray
        bool ``(H, W)``: the outermost pixels of the picture.
    """
    inside = ndimage.distance_transform_edt(np.pad(hand, 1))[1:-1, 1:-1]
    middle = np.array(np.unravel_index(inside.argmax(), hand.shape))
    radius = max(inside.max(), PALM * np.sqrt(hand.sum() / np.pi))
    down, right = (k - at for k, at in zip(np.indices(hand.shape), middle, strict=True))
    near = hand & (np.hypot(down, right) < REACH * radius)
    touch = hand & edge
    arm = (
        np.array([down[touch].mean(), right[touch].mean()]) if touch.sum() >= TOUCH else middle * 0
    )
    length = np.hypot(*arm)
    if length > radius / 2:
        near &= (down * arm[0] + right * arm[1]) / length < WRIST * radius
    (top, bottom), (left, right) = (
        np.flatnonzero(near.sum(axis) > THIN * radius)[[0, -1]] + [0, 1] for axis in (1, 0)
    )
    side = max(bottom - top, right - left) * (1 + 2 * MARGIN)
    return Square((top + bottom) / 2, (left + right) / 2, side)
