"""From a photograph of a hand to what the network sees, every step kept.

A hand is told from its ground by light: the ground's is smooth, so a surface of second degree fits
it, and the hand is what lies off that surface. Brightness counts in its logarithm, in which light
adds to what it falls on: half the lamp, or a lamp at the side, leaves nearly the same picture. What
is read is how far each pixel is from the ground, towards where the hand lies: a hand before a
darker wall looks like one before a lighter wall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.measure import label
from skimage.transform import resize

from rnndemo.data.preprocess import MIN_CONTRAST, Seen, Step
from rnndemo.errors import N_, InputError

SIDE = 64

WORKING_SIDE = 128  # longer side at which the hand is looked for
DARKEST = 0.05  # added before the logarithm: below this, a camera sees noise
BAND = 0.12  # of the shorter side: the border, where ground is looked for first
ROUNDS, AT_BORDER = 12, 4  # of fitting the ground; in the first of them only to the border
FAR = 3.0  # standard deviations from the ground, beyond which a pixel is none of it
LEAST_NOISE = 0.02  # of the ground, in logarithms of brightness
FAINT = 0.05  # a hand differs from its ground by this much at least, as a logarithm
NOISES = 4.0  # … and by this many standard deviations of the ground
GAP, SPECK = 0.008, 0.016 # cracks of this share of the longer side are closed, and specks as wide taken away
PART = 0.08  # pieces of the hand smaller than this share of the largest are none
HOLE = 0.03  # holes in the hand smaller than this share of it are filled
LEAST, MOST = 0.01, 0.85  # share of the picture that a hand can have
REACH = 4.4  # how far a hand reaches from the middle of its palm, in radii of the palm
PALM = 0.45  # least radius of the palm, of that of a disc as large as the hand
THIN = 0.15  # rows and columns with less of the hand than this, in radii of the palm, are cut off
MARGIN = 0.05  # round the hand, of its longer side
FULL = 90  # percentile of the hand's distance from the ground that is read as white

NOTHING = N_("There is nothing to see in this photograph: all of it is of one grey.")


@dataclass(frozen=True)
class _Square:
    """A square in a picture: its middle and its side, in pixels."""

    y: float
    x: float
    side: float

    def within(self, outer, pixels):
        """Return it in the pixels in which `outer` is, when `outer` was brought to so many pixels."""
        scale = outer.side / pixels
        half = outer.side / 2
        return _Square(
            outer.y - half + self.y * scale, outer.x - half + self.x * scale, self.side * scale
        )


def from_photo(grey: np.ndarray) -> Seen:
    """Bring a photograph, float ``(H, W)`` in [0, 1], to 64 x 64.

    The hand may be lighter or darker than its ground, anywhere, of any size, in uneven light. Where
    none can be told from the ground, the largest square in the middle is taken.

    Raises
    ------
    InputError
        If nothing stands out.
    """
    if np.ptp(grey) < MIN_CONTRAST:
        raise InputError(NOTHING)
    small = _reduced(grey)
    surface = _ground(np.log(small + DARKEST))
    even = np.log(grey + DARKEST) - _terms(grey.shape) @ surface
    distance = np.log(small + DARKEST) - _terms(small.shape) @ surface
    least = _least(distance)
    hand = _hand(distance, least)
    square = _middle(grey.shape)
    found = LEAST <= hand.mean() <= MOST
    if found:
        k = max(grey.shape) / max(small.shape)
        q = _square(hand)
        square = _Square(q.y * k, q.x * k, q.side * k)
        for slack in SL:
            wide = _Square(square.y, square.x, slack * square.side)
            inner = _hand(_close(even, wide), least)
            if inner.any():
                square = _square(inner).within(wide, CLOSE)
    fine = _close(even, square)
    inner = _hand(fine, least)
    part = fine[inner] if inner.any() else fine.ravel()
    towards = 1.0 if part.mean() > 0 else -1.0
    full = max(np.percentile(np.abs(part), FULL), FAINT)
    lit = (fine * towards / full).clip(0, 1)
    if found and inner.any():
        lit = inner * (BODY + (1 - BODY) * lit)
    image = lit.reshape(SIDE, 2, SIDE, 2).mean((1, 3)).astype(np.float32)
    return Seen(
        image,
        (
            Step("given", grey.astype(np.float32)),
            Step("contrast", (even * towards / full).clip(0, 1).astype(np.float32)),
            Step("hand", hand.astype(np.float32)),
            Step("cropped", lit.astype(np.float32)),
            Step("pixels", image),
        ),
    )


BODY = 0.35
ARM = 1.8
SL = (1.3,)
CLOSE = 2 * SIDE


def _close(picture, square):
    return resize(_cropped(picture, square), (CLOSE, CLOSE), anti_aliasing=True)


# --- light ------------------------------------------------------------------------------------


def _reduced(grey: np.ndarray) -> np.ndarray:
    """Return the picture with its longer side at most `WORKING_SIDE`."""
    scale = WORKING_SIDE / max(grey.shape)
    if scale >= 1:
        return grey
    height, width = (max(1, round(side * scale)) for side in grey.shape)
    return resize(grey, (height, width), anti_aliasing=True)


def _terms(shape: tuple[int, ...]) -> np.ndarray:
    """Return 1, x, y, x², xy, y² of every pixel, ``(H, W, 6)``, with x and y from -1 to 1."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)


def _ground(light: np.ndarray) -> np.ndarray:
    """Return the surface of second degree, ``(6,)``, that fits the ground and not the hand.

    Weighted least squares, again and again: what lies far from the last surface counts less
    (Beaton, Tukey 1974). The border is looked at first, since a hand is seldom all around.
    """
    terms, values = _terms(light.shape).reshape(light.size, -1), light.ravel()
    band = max(1, round(BAND * min(light.shape)))
    border = np.ones(light.shape, bool)
    border[band:-band, band:-band] = False
    weight = edge = border.ravel().astype(float)
    surface = np.zeros(terms.shape[1])
    for number in range(ROUNDS):
        scaled = terms * weight[:, None]
        steady = 1e-6 * weight.sum() * np.eye(terms.shape[1])
        surface = np.linalg.solve(terms.T @ scaled + steady, scaled.T @ values)
        off = values - terms @ surface
        first = number < AT_BORDER
        noise = max(_spread(off[edge > 0] if first else off[weight > 0.3]), LEAST_NOISE)
        weight = (1 - (off / (FAR * noise)).clip(-1, 1) ** 2) ** 2
        weight = np.maximum(weight * edge if first else weight, 1e-6)
    return surface


def _spread(values: np.ndarray) -> float:
    """Return the standard deviation, from the median: outliers change little."""
    return 1.48 * float(np.median(np.abs(values))) if values.size else 0.0


# --- the hand ---------------------------------------------------------------------------------


def _least(distance: np.ndarray) -> float:
    """Return the distance from which on a pixel is no ground."""
    smooth = np.abs(ndimage.gaussian_filter(distance, 0.8))
    if np.ptp(smooth) < FAINT:
        return np.inf
    middle = threshold_otsu(smooth.clip(0, 0.8))
    ground = distance[smooth < middle]
    noise = _spread(ground - np.median(ground))
    return min(max(NOISES * noise, FAINT), 0.6 * middle)


def _hand(distance: np.ndarray, least: float) -> np.ndarray:
    """Return where the hand is, bool ``(H, W)``: at least so far from the ground."""
    mask = np.abs(ndimage.gaussian_filter(distance, 0.8)) > least
    gap, speck = (max(1, round(share * max(mask.shape))) for share in (GAP, SPECK))
    width=max(gap,speck)
    mask = np.pad(mask, 3 * width, mode="edge")
    mask = ndimage.binary_opening(ndimage.binary_closing(mask, iterations=gap), iterations=speck)
    mask = mask[3 * width : -3 * width, 3 * width : -3 * width]
    parts, sizes = _parts(mask)
    mask = (sizes >= PART * sizes.max(initial=1))[parts]
    holes, sizes = _parts(ndimage.binary_fill_holes(mask) & ~mask)
    return mask | ((sizes > 0) & (sizes < HOLE * mask.sum()))[holes]


def _parts(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of the piece that each pixel belongs to, and the pieces' sizes.

    Piece 0 is what is not in the mask, and its size counts as 0.
    """
    parts = label(mask, connectivity=1)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return parts, sizes


def _square(hand: np.ndarray) -> _Square:
    """Return the square round the hand, without what of the arm lies out of the hand's reach.

    The palm is the largest disc in the hand.
    """
    inside = ndimage.distance_transform_edt(np.pad(hand, 1))[1:-1, 1:-1]
    y, x = np.unravel_index(inside.argmax(), hand.shape)
    radius = max(inside[y, x], PALM * np.sqrt(hand.sum() / np.pi))
    rows, columns = np.ogrid[: hand.shape[0], : hand.shape[1]]
    near = hand & ((rows - y) ** 2 + (columns - x) ** 2 < (REACH * radius) ** 2)
    if ARM:
        near = near & _no_arm(hand, y, x, radius)
    (top, bottom), (left, right) = (
        np.flatnonzero(near.sum(axis) > THIN * radius)[[0, -1]] + [0, 1] for axis in (1, 0)
    )
    side = max(bottom - top, right - left) * (1 + 2 * MARGIN)
    return _Square((top + bottom) / 2, (left + right) / 2, side)


def _no_arm(hand, y, x, radius):
    rows, columns = np.mgrid[: hand.shape[0], : hand.shape[1]]
    edge = np.ones(hand.shape, bool)
    edge[1:-1, 1:-1] = False
    touch = hand & edge
    far = (rows - y) ** 2 + (columns - x) ** 2
    if touch.sum() >= 3:
        dy, dx = rows[touch].mean() - y, columns[touch].mean() - x
        n = np.hypot(dy, dx)
        if n > 0.5 * radius:
            hand = hand & (((rows - y) * dy + (columns - x) * dx) / n < ARM * radius)
    return hand


def _middle(shape: tuple[int, ...]) -> _Square:
    height, width = shape
    return _Square(height / 2, width / 2, min(height, width))


def _cropped(picture: np.ndarray, square: _Square) -> np.ndarray:
    """Return the square, 0 where it leaves the picture."""
    side = max(2, round(square.side))
    top, left = (round(at - side / 2) for at in (square.y, square.x))
    rows, columns = (
        (np.arange(side) + first).clip(0, most - 1)
        for first, most in zip((top, left), picture.shape, strict=True)
    )
    return picture[np.ix_(rows, columns)]
