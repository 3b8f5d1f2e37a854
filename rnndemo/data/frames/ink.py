"""Preprocess strokes and pictures as MNIST was, step by step.

MNIST was made this way (LeCun et al. 1998): bilevel ink fitted into 20 x 20, its aspect preserved,
then placed in 28 x 28 with its centre of mass in the middle. A drawing or photograph brought to the
same frame and the same stroke thickness is read as MNIST is.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.measure import label
from skimage.morphology import skeletonize
from skimage.transform import resize, warp

from rnndemo.data.frames import strokes as pen
from rnndemo.data.frames.seen import MIN_CONTRAST, Seen
from rnndemo.data.frames.strokes import BOX, OVERSAMPLE, SIZE, Strokes
from rnndemo.errors import N_, InputError

SPECK = 0.012  # parts smaller than this share of all ink are dust
MIN_INK = 4  # pixels
BACKGROUND = 0.18  # reach of the background estimate, as a share of the longer side
BLOB = 1.6  # a drawing shorter than this many stroke widths is a blob without strokes
HAIRLINE = 2  # fine pixels: a thinner stroke would break when reduced
THICKNESS = 2.6  # of MNIST, as `stroke_thickness` measures it

BLANK = N_("Nothing is drawn yet.")
SPECKS = N_("Only a speck can be seen in this picture; draw larger, or move the camera closer.")


def from_strokes(strokes: Strokes, board: float | None = None) -> Seen:
    """Return pen strokes in MNIST's frame.

    Parameters
    ----------
    board : float, optional
        Side of the square on which they were drawn, in their unit: the first step shows them where
        they lie on it, or, without `board`, in a square that just contains them.

    Raises
    ------
    InputError
        If there is no stroke.
    """
    if not strokes:
        raise InputError(BLANK)
    fitted = pen.fit(strokes)
    return Seen.after(
        drawn=sketch(strokes, board),
        fitted=pen.rasterize(fitted, oversample=4),
        thickness=pen.rasterize(fitted),
        centred=pen.render(strokes),
    )


def from_picture(grey: np.ndarray) -> Seen:
    """Return a picture, float ``(H, W)`` in [0, 1], in MNIST's frame.

    Ink may be darker or lighter than its background; the light may be uneven.

    Raises
    ------
    InputError
        If no ink stands out.
    """
    if grey.shape == (SIZE, SIZE) and np.median(_border(grey)) < 0.25:
        if grey.max() < MIN_CONTRAST:
            raise InputError(BLANK)
        return Seen.after(given=grey)
    contrast = _contrast(grey)
    ink = _ink(contrast)
    smooth = _fit(_crop(ink))
    even = _even_thickness(smooth)
    image = _centre(even)
    if image.max() < MIN_CONTRAST:  # nothing is left, for example, of a picture a few pixels high
        raise InputError(SPECKS)
    return Seen.after(
        given=grey,
        contrast=contrast / max(contrast.max(), 1e-6),
        ink=ink,
        fitted=smooth,
        thickness=even,
        centred=image,
    )


def stroke_thickness(ink: np.ndarray) -> float:
    """Return the mean thickness of the strokes in a boolean picture, in its pixels.

    Twice the distance to the background, averaged along the skeleton.
    """
    distance = ndimage.distance_transform_edt(np.pad(ink, 1))[1:-1, 1:-1]
    spine = skeletonize(ink)
    return float(2 * distance[spine].mean()) if spine.any() else 1.0


def sketch(strokes: Strokes, board: float | None) -> np.ndarray:
    """Return the strokes where they were drawn, float32 ``(112, 112)`` in [0, 1].

    `board` is as in `from_strokes`.
    """
    points = np.concatenate(strokes)
    low = np.zeros(2) if board else np.minimum(points.min(0), 0)
    span = board or float(max((points.max(0) - low).max(), 1e-6)) * 1.05
    scaled = [(stroke - low) / span * SIZE for stroke in strokes]
    return pen.rasterize(scaled, 1.0, oversample=4)


def _border(grey: np.ndarray) -> np.ndarray:
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def _is_dark_ink(grey: np.ndarray, reach: int) -> bool:
    """Return whether ink is darker than its background.

    A border of one grey is background. Under uneven light, ink is the minority: differences from
    the local mean are skewed to its side.
    """
    border = _border(grey)
    low, high = float(grey.min()), float(grey.max())
    if np.percentile(border, 90) - np.percentile(border, 10) < 0.2 * (high - low):
        return bool(np.median(border) > (low + high) / 2)
    detail = grey - ndimage.gaussian_filter(grey, reach / 2, mode="nearest")
    return bool((detail**3).mean() < 0)


def _contrast(grey: np.ndarray) -> np.ndarray:
    """Return the difference of each pixel from its background, ink positive, ``(H, W)``."""
    reach = max(3, int(max(grey.shape) * BACKGROUND))
    light = 1 - grey if _is_dark_ink(grey, reach) else grey
    # a dark-on-light stroke vanishes under an opening wider than it; light and shadow stay
    shrink = max(1, max(light.shape) // 160)
    small = ndimage.minimum_filter(light, shrink)[::shrink, ::shrink]
    opened = ndimage.grey_opening(small, size=max(3, reach // shrink), mode="nearest")
    background = ndimage.gaussian_filter(opened, max(1, reach // shrink) / 3, mode="nearest")
    return np.clip(light - resize(background, light.shape, order=1, mode="edge"), 0, None)


def _ink(contrast: np.ndarray) -> np.ndarray:
    """Return the ink as a boolean picture without specks."""
    if contrast.max() < MIN_CONTRAST:
        raise InputError(BLANK)
    # if ink is only a few pixels of a photograph, Otsu's level would split the noise: stay above it
    middle = float(np.median(contrast))
    noise = 1.48 * float(np.median(np.abs(contrast - middle)))
    ink = contrast > max(threshold_otsu(contrast), middle + 6 * noise, MIN_CONTRAST / 2)
    parts = label(ink, connectivity=2)
    areas = np.bincount(parts.ravel())
    areas[0] = 0
    if areas.sum() < min(MIN_INK, contrast.size / 4):
        raise InputError(SPECKS)
    keep = areas >= max(SPECK * areas.sum(), 1)
    # parts at the border are shadows or the edge of the paper, if most ink is elsewhere
    inside = keep.copy()
    inside[_border(parts)] = False
    keep = inside if areas[inside].sum() >= 0.25 * areas[keep].sum() else keep
    return keep[parts]


def _crop(ink: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit(ink: np.ndarray) -> np.ndarray:
    """Scale ink so that it fills the box once it has MNIST's thickness, and put it in the middle.

    The result is 8 times as fine as the frame: float ``(224, 224)`` in [0, 1].
    """
    thickness = stroke_thickness(ink)
    longest = max(ink.shape)
    if longest < BLOB * thickness:
        scale = BOX * OVERSAMPLE / longest
    else:
        scale = (BOX - THICKNESS) * OVERSAMPLE / max(longest - thickness, 1)
    if thickness * scale < HAIRLINE:  # it would vanish when reduced
        grow = int(np.ceil(0.5 / scale))
        ink = ndimage.binary_dilation(np.pad(ink, grow), iterations=grow)
    side = SIZE * OVERSAMPLE
    middle = np.array(ink.shape[::-1]) / 2 - 0.5
    matrix = np.array(
        [
            [1 / scale, 0, middle[0] - (side - 1) / 2 / scale],
            [0, 1 / scale, middle[1] - (side - 1) / 2 / scale],
            [0, 0, 1],
        ]
    )
    soft = ndimage.gaussian_filter(np.pad(ink, 4).astype(float), max(0.6, 0.35 / scale))
    matrix[:2, 2] += 4
    return warp(soft, matrix, output_shape=(side, side), order=1)


def _even_thickness(smooth: np.ndarray) -> np.ndarray:
    """Move the edge of the ink so that strokes are as thick as MNIST's.

    Thin parts that would vanish become a line along their skeleton.
    """
    ink = smooth > 0.5
    if not ink.any():
        return smooth
    spine = skeletonize(ink)
    inside = ndimage.distance_transform_edt(ink)
    target = THICKNESS * OVERSAMPLE
    thickness = float(2 * inside[spine].mean())
    extent = max(np.ptp(np.flatnonzero(ink.any(axis))) + 1 for axis in (0, 1))
    if extent < BLOB * thickness:
        return smooth
    signed = inside - ndimage.distance_transform_edt(~ink)
    moved = signed + (target - thickness) / 2
    line = target * 0.35 - ndimage.distance_transform_edt(~spine)
    return np.clip(np.maximum(moved, line) + 0.5, 0, 1)


def _centre(fine: np.ndarray) -> np.ndarray:
    """Reduce to 28 x 28 with the centre of mass in the middle."""
    x, y = pen.centre_of_mass(fine)
    middle = fine.shape[0] / 2
    shifted = ndimage.shift(fine, (round(middle - y), round(middle - x)), order=0)
    return shifted.reshape(SIZE, OVERSAMPLE, SIZE, OVERSAMPLE).mean((1, 3)).astype(np.float32)
