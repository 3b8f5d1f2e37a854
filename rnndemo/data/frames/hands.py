"""Separate a hand from its ground, and find where it ends.

The brightness of the ground is smooth: a quadratic surface fits it, and the hand is what differs
from that surface with a sharp outline. Brightness is measured as a logarithm, in which illumination
is additive: a lamp half as bright, or at the side, gives nearly the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.morphology import convex_hull_image

from rnndemo.data.frames.shapes import filled

DARKEST = 0.05  # added before the logarithm: below this, a camera sees noise

BAND = 0.12  # of the shorter side: width of the border, to which the ground is fitted first
ROUNDS, AT_BORDER = 9, 4  # of fitting the ground; the first of them to the border alone
FAR = 3.0  # standard deviations from the ground, beyond which a pixel does not belong to it
MIN_NOISE = 0.02  # of the ground, in logarithms of brightness
STEADY = 1e-6  # regularization of the equations, as a share of all weights

FAINT = 0.05  # least difference of a hand from its ground, as a logarithm
NOISES = 4.0  # … and in standard deviations of the ground
MAX_DIFFERENCE = 0.8  # larger differences count as this one
BELOW = 0.6  # factor that lowers Otsu's threshold: a hand has highlights
SMOOTH = 0.8  # pixels

GAP, SPECK = 0.008, 0.016  # of the longer side: cracks to close, specks to remove
PART = 0.08  # pieces with less outline than this share of the hand's are not part of it

NEAR = 0.12  # of the longer side: reach of the ground from which that behind a hand is estimated
APART = 0.03  # of the longer side: ground nearer to the hand may be its shadow

REACH = 4.4  # how far a hand reaches from the middle of its palm, in radii of the palm
WRIST = 1.8  # where the arm is cut off, likewise
PALM = 0.45  # least radius of the palm, of that of a disc as large as the hand
THIN = 0.15  # rows and columns with less of the hand than this are cut off, likewise
TOUCH = 3  # pixels of the hand at the edge from which on there is an arm
MARGIN = 0.05  # round the hand, of its longer side


@dataclass(frozen=True)
class Square:
    """A square in a picture: its middle and its side, in pixels."""

    y: float
    x: float
    side: float

    def within(self, outer: Square, pixels: float) -> Square:
        """Return this square of a close-up of `outer`, `pixels` wide, in the picture of `outer`."""
        scale = outer.side / pixels
        top, left = outer.y - outer.side / 2, outer.x - outer.side / 2
        return Square(top + self.y * scale, left + self.x * scale, self.side * scale)

    def grown(self, factor: float) -> Square:
        """Return the square scaled about its middle."""
        return Square(self.y, self.x, self.side * factor)


# --- the ground -------------------------------------------------------------------------------


def light(grey: np.ndarray) -> np.ndarray:
    """Return the logarithm of brightness."""
    return np.log(grey + DARKEST)


def surface(shape: tuple[int, ...], terms: np.ndarray) -> np.ndarray:
    """Return the quadratic surface ``(H, W)`` with the terms that `ground` returns."""
    return _powers(shape) @ terms


def _powers(shape: tuple[int, ...]) -> np.ndarray:
    """Return 1, x, y, x², xy, y² of every pixel, ``(H, W, 6)``, with x and y from -1 to 1."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)


def ground(values: np.ndarray) -> np.ndarray:
    """Return the terms ``(6,)`` of the quadratic surface that fits the ground and not the hand.

    Iteratively reweighted least squares: what lies far from the previous surface counts less
    (Beaton, Tukey 1974). The border is fitted first, since a hand seldom covers all of it.

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
    """Return a robust standard deviation, from the median absolute value."""
    return 1.48 * float(np.median(np.abs(values))) if values.size else 0.0


# --- the hand ---------------------------------------------------------------------------------


def threshold(distance: np.ndarray) -> float:
    """Return the least distance of a hand's pixels from the ground; infinite without a hand.

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
    """Return how the ground differs from the surface, ``(H, W)``, extrapolated behind the hand.

    Parameters
    ----------
    distance : ndarray
        `light` above the surface, ``(H, W)``.
    hand : ndarray
        bool ``(H, W)``.
    """
    side = max(hand.shape)
    near = convex_hull_image(hand) if hand.any() else hand  # the hand's highlights are not ground
    seen = ~ndimage.binary_dilation(near, iterations=max(1, round(APART * side)))
    width = NEAR * side
    share = ndimage.gaussian_filter(seen.astype(float), width)
    return ndimage.gaussian_filter(distance * seen, width) / np.maximum(share, 1e-3)


def hand_in(distance: np.ndarray, least: float) -> tuple[np.ndarray, int]:
    """Return the mask of the hand, bool ``(H, W)``, and 1 if it is lighter, -1 if darker.

    Of the pixels lighter and those darker than the ground by at least `least`, those with the
    stronger outline are the hand: light and shade on the ground are large, but have soft edges.
    """
    smooth = ndimage.gaussian_filter(distance, SMOOTH)
    gradient = ndimage.gaussian_gradient_magnitude(distance, SMOOTH)
    found = {side: _outlined(smooth * side > least, gradient) for side in (-1, 1)}
    side = max(found, key=lambda side: found[side][1])
    return found[side][0], side


def _outlined(found: np.ndarray, gradient: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the pieces with a strong outline, without cracks and specks, and its strength."""
    gap, speck = (max(1, round(share * max(found.shape))) for share in (GAP, SPECK))
    margin = gap + speck
    found = np.pad(found, margin, mode="edge")
    found = ndimage.binary_closing(found, iterations=gap)
    found = ndimage.binary_opening(found, iterations=speck)
    outline = (found & ~ndimage.binary_erosion(found))[margin:-margin, margin:-margin]
    found = found[margin:-margin, margin:-margin]
    parts, _ = ndimage.label(found)
    length = np.bincount(parts.ravel(), weights=outline.ravel())
    total = np.bincount(parts.ravel(), weights=(outline * gradient).ravel())
    strength = total**2 / np.maximum(length, 1)  # long outlines count, and sharp ones twice
    strength[0] = 0
    most = float(strength.max())
    found = ((strength > 0) & (strength >= PART * most))[parts]
    return filled(found), most


def square_round(hand: np.ndarray, edge: np.ndarray) -> Square:
    """Return the square round a hand, without its arm.

    The palm is the largest disc in the hand. An arm comes from the edge of the picture and is cut
    off at the wrist, and so is all beyond the hand's reach.

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
