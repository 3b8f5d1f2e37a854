"""Separate a hand from its ground, and find where it ends.

A hand is separated from its ground by light: the ground's is smooth, so a surface of second degree
fits it, and the hand is what lies off that surface with a sharp outline. Brightness counts in its
logarithm, in which light adds to what it falls on: half the lamp, or a lamp at the side, leaves
nearly the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.morphology import convex_hull_image

DARKEST = 0.05  # added before the logarithm: below this, a camera sees noise

BAND = 0.12  # of the shorter side: the border, where ground is looked for first
ROUNDS, AT_BORDER = 9, 4  # of fitting the ground; in the first of them only to the border
FAR = 3.0  # standard deviations from the ground, beyond which a pixel is none of it
MIN_NOISE = 0.02  # of the ground, in logarithms of brightness
STEADY = 1e-6  # keeps the equations solvable, of all weights

FAINT = 0.05  # a hand differs from its ground by this much at least, as a logarithm
NOISES = 4.0  # … and by this many standard deviations of the ground
MAX_DIFFERENCE = 0.8  # of the differences that are kept apart
BELOW = 0.6  # where two kinds of pixels part, the threshold is lower: a hand has lights
SMOOTH = 0.8  # pixels

GAP, SPECK = 0.008, 0.016  # of the longer side: cracks that are closed, bars taken away
PART = 0.08  # pieces with less outline than this share of the hand's are no part of it

NEAR = 0.12  # of the longer side: how far away the ground is looked at that lies behind a hand
APART = 0.03  # of the longer side: nearer to the hand than this, it may be its shadow

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
        noise = max(_spread(off[near]), MIN_NOISE)
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
    parting = threshold_otsu(smooth.clip(0, MAX_DIFFERENCE))
    flat = distance[smooth < parting]
    noise = _spread(flat - np.median(flat)) if flat.size else 0.0
    return float(min(max(NOISES * noise, FAINT), BELOW * parting))


def unevenness(distance: np.ndarray, hand: np.ndarray) -> np.ndarray:
    """Return how the ground still differs from the surface, ``(H, W)``, smooth behind the hand.

    Parameters
    ----------
    distance : ndarray
        `light` above the surface, ``(H, W)``.
    hand : ndarray
        bool ``(H, W)``.
    """
    side = max(hand.shape)
    near = convex_hull_image(hand) if hand.any() else hand  # the hand's lights are no ground
    seen = ~ndimage.binary_dilation(near, iterations=max(1, round(APART * side)))
    width = NEAR * side
    share = ndimage.gaussian_filter(seen.astype(float), width)
    return ndimage.gaussian_filter(distance * seen, width) / np.maximum(share, 1e-3)


def hand_in(distance: np.ndarray, least: float) -> tuple[np.ndarray, int]:
    """Return where the hand is, bool ``(H, W)``, and whether it is lighter or darker: 1 or -1.

    Of what is lighter and what is darker than the ground by at least `least`, the one with more
    outline is the hand: light and shade on the ground are large, but their edges are soft.
    """
    smooth = ndimage.gaussian_filter(distance, SMOOTH)
    slope = ndimage.gaussian_gradient_magnitude(distance, SMOOTH)
    found = {side: _outlined(smooth * side > least, slope) for side in (-1, 1)}
    side = max(found, key=lambda side: found[side][1])
    return found[side][0], side


def _outlined(found: np.ndarray, slope: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the pieces with most outline, without cracks and specks, and how much it is."""
    gap, speck = (max(1, round(share * max(found.shape))) for share in (GAP, SPECK))
    room = gap + speck
    found = np.pad(found, room, mode="edge")
    found = ndimage.binary_closing(found, iterations=gap)
    found = ndimage.binary_opening(found, iterations=speck)
    outline = (found & ~ndimage.binary_erosion(found))[room:-room, room:-room]
    found = found[room:-room, room:-room]
    parts, _ = ndimage.label(found)
    length = np.bincount(parts.ravel(), weights=outline.ravel())
    total = np.bincount(parts.ravel(), weights=(outline * slope).ravel())
    strength = total**2 / np.maximum(length, 1)  # long outlines count, and sharp ones twice
    strength[0] = 0
    most = float(strength.max())
    found = ((strength > 0) & (strength >= PART * most))[parts]
    return _filled(found), most


def _filled(found: np.ndarray) -> np.ndarray:
    """Fill what is enclosed; many times faster than `scipy.ndimage.binary_fill_holes`."""
    around, _ = ndimage.label(np.pad(~found, 1, constant_values=True))
    return (around != around[0, 0])[1:-1, 1:-1]


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
