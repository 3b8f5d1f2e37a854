"""Preprocess a photograph of a hand, step by step.

The network reads how much each pixel differs from the ground in the direction of the hand: a hand
before a darker wall looks like one before a lighter wall, and the ground is black.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.transform import resize

from rnndemo.data.frames import hands
from rnndemo.data.frames.hands import FAINT, Square
from rnndemo.data.frames.seen import MIN_CONTRAST, Seen
from rnndemo.errors import N_, InputError

SIDE = 64
CLOSE = 2 * SIDE  # side of the close-up: twice as fine as what is read
WORKING_SIDE = 128  # longer side at which the hand is first searched for
BLACK, GROUND, BRIGHT = 0.01, 0.3, 0.98  # what is read is black by 0.44 at least, some is white
MIN_HAND, MAX_HAND = 0.01, 0.85  # share of the picture that is a hand
SLACK = 1.3  # factor by which the square of the second search is larger
FULL = 90  # percentile of the hand's difference from the ground that becomes white
ROUND = 5  # pixels of the close-up round the hand in which its fainter parts stay

NOTHING = N_("There is nothing to see in this photograph: it is the same grey all over.")


def from_photo(grey: np.ndarray) -> Seen:
    """Return a photograph, float ``(H, W)`` in [0, 1], as 64 x 64 pixels.

    The hand may be lighter or darker than its ground, anywhere, of any size, in uneven light. If
    none can be separated from the ground, the largest square in the middle is read.

    Raises
    ------
    InputError
        If nothing stands out.
    """
    if in_form(grey):
        return Seen.after(as_is=grey)
    if np.ptp(grey) < MIN_CONTRAST:
        raise InputError(NOTHING)
    even, hand, least = _evened(grey)
    found = MIN_HAND <= hand.mean() <= MAX_HAND
    square = _found(even, hand, least) if found else _middle(grey.shape)
    close = _close(even, square)
    inner, towards = hands.hand_in(close, least)
    found = found and bool(inner.any())
    part = close[inner] if found else close.ravel()
    full = max(np.percentile(np.abs(part), FULL), FAINT) * towards
    lit = (close / full).clip(0, 1)
    cropped = lit * ndimage.binary_dilation(inner, iterations=ROUND) if found else lit
    pixels = cropped.reshape(SIDE, CLOSE // SIDE, SIDE, CLOSE // SIDE).mean((1, 3))
    contrast = (even / full).clip(0, 1)
    return Seen.after(given=grey, contrast=contrast, hand=hand, cropped=cropped, pixels=pixels)


def in_form(grey: np.ndarray) -> bool:
    """Return whether a picture is already as `from_photo` returns it: much of it is black."""
    black = (grey < BLACK).mean() if grey.shape == (SIDE, SIDE) else 0
    return bool(black > GROUND and grey.max() > BRIGHT)


def _evened(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return light relative to the ground, the mask of the hand, and the threshold between them.

    The first has the size of `grey`, the mask that of the reduced picture.
    """
    small = _reduced(grey)
    terms = hands.ground(hands.light(small))
    even, coarse = (
        hands.light(picture) - hands.surface(picture.shape, terms) for picture in (grey, small)
    )
    hand, _ = hands.hand_in(coarse, hands.threshold(coarse))
    uneven = hands.unevenness(coarse, hand)
    least = hands.threshold(coarse - uneven)
    hand, _ = hands.hand_in(coarse - uneven, least)
    return even - resize(uneven, grey.shape, order=1), hand, least


def _reduced(grey: np.ndarray) -> np.ndarray:
    """Return the picture with its longer side at most `WORKING_SIDE`."""
    scale = WORKING_SIDE / max(grey.shape)
    if scale >= 1:
        return grey
    height, width = (max(1, round(side * scale)) for side in grey.shape)
    return resize(grey, (height, width), anti_aliasing=True)


def _middle(shape: tuple[int, ...]) -> Square:
    height, width = shape
    return Square(height / 2, width / 2, min(height, width))


def _found(even: np.ndarray, hand: np.ndarray, least: float) -> Square:
    """Return the square round the hand in `even`, given the hand in the reduced picture.

    It is searched for again in a close-up: only there are the fingers of a small hand separate.
    """
    square = hands.square_round(hand, _edge(np.ones(hand.shape, bool)))
    scale = max(even.shape) / max(hand.shape)
    wide = Square(square.y * scale, square.x * scale, square.side * scale * SLACK)
    near, _ = hands.hand_in(_close(even, wide), least)
    if not near.any():
        return wide.grown(1 / SLACK)
    picture = _close(np.ones(even.shape), wide) > 0.5
    return hands.square_round(near, _edge(picture)).within(wide, CLOSE)


def _edge(picture: np.ndarray) -> np.ndarray:
    return picture & ~ndimage.binary_erosion(picture)


def _close(picture: np.ndarray, square: Square) -> np.ndarray:
    """Return a square of the picture at ``(CLOSE, CLOSE)``; 0 outside the picture."""
    side = max(2, round(square.side))
    whole = np.zeros((side, side))
    cuts = []
    for at, most in zip((square.y, square.x), picture.shape, strict=True):
        first = round(at - side / 2)
        here = slice(max(0, first), min(most, first + side))
        cuts.append((here, slice(here.start - first, here.stop - first)))
    (rows, to_rows), (columns, to_columns) = cuts
    whole[to_rows, to_columns] = picture[rows, columns]
    return resize(whole, (CLOSE, CLOSE), anti_aliasing=True)
