"""Preprocess strokes and pictures as MNIST was, step by step.

MNIST was made this way (LeCun et al. 1998): bilevel ink fitted into 20 x 20, its aspect preserved,
then placed in 28 x 28 with its centre of mass in the middle. A drawing or photograph brought to the
same frame and the same stroke thickness is read as MNIST is.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.morphology import skeletonize
from skimage.transform import warp

from rnndemo.data.frames import ground, pen
from rnndemo.data.frames.marks import BLANK, SPECKS, ink_of
from rnndemo.data.frames.pen import BOX, SIZE
from rnndemo.data.frames.seen import MIN_CONTRAST, Seen
from rnndemo.data.frames.shapes import TOUCHING, box_of, longer_side
from rnndemo.data.frames.sheet import cut_out, sheet
from rnndemo.data.frames.strokes import Strokes
from rnndemo.errors import InputError

# of MNIST's 70,000 digits, each has its ground black, its longer side 19 or 20 pixels, and its
# centre of mass less than a pixel off the middle; ours, drawn with soft edges, nearly so
DARK, BRIGHT, GROUND = 0.1, 0.75, 0.5  # ground is below, ink reaches above; share of the ground
SIDES, OFF = (18, 21), 1.05

OVERSAMPLE = 8  # the fine frame has so many pixels for one of the frame
BLOB = 1.6  # a drawing shorter than this many stroke widths is a blob without strokes
HAIRLINE = 2  # fine pixels: a thinner stroke would break when reduced
THICKNESS = 2.6  # of MNIST, as `stroke_thickness` measures it

FEW = 100  # pixels: of smaller drawings, the shades at the edges tell where these run
FULL = 75  # percentile of the contrast of ink that is all ink
EDGE = 4  # pixels round a drawing
PIXEL_PEN = 2.2  # pixels: a thinner pen may step from pixel to pixel over corners
BRIDGE = 0.2  # more of ink, with which such corners join
SOFT, SOFT_FEW, SOFT_PIXEL = 0.6, 0.3, 0.5  # pixels of blur: of ink, of a small one, of such a pen


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
        fitted=pen.rasterize(fitted, finer=4),
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
    if in_form(grey):
        return Seen.after(as_is=grey)
    steps = {"given": grey}
    paper = sheet(grey)
    if paper is not None:
        steps["sheet"] = grey = cut_out(grey, paper)
    ruled = ground.contrast(grey)
    steps["contrast"] = _shown(ruled)
    ink, contrast = ink_of(ruled)
    if contrast is not ruled:
        steps["unruled"] = _shown(contrast)
    steps["ink"] = ink
    steps["fitted"] = smooth = _fit(ink, contrast)
    steps["thickness"] = even = _even_thickness(smooth)
    steps["centred"] = image = _centre(even)
    if image.max() < MIN_CONTRAST:  # nothing is left, for example, of a picture a few pixels high
        raise InputError(SPECKS)
    return Seen.after(**steps)


def in_form(grey: np.ndarray) -> bool:
    """Return whether a picture is already as MNIST's are, which is what the network reads."""
    if grey.shape != (SIZE, SIZE) or grey.max() < BRIGHT or (grey < DARK).mean() < GROUND:
        return False
    off = np.abs(np.array(pen.centre_of_mass(grey)) - SIZE / 2).max()
    low, high = SIDES
    return bool(low <= longer_side(box_of(grey > DARK)) <= high and off <= OFF)


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
    return pen.rasterize(scaled, 1.0, finer=4)


def _shown(contrast: np.ndarray) -> np.ndarray:
    return contrast / max(contrast.max(), 1e-6)


def _fit(ink: np.ndarray, contrast: np.ndarray) -> np.ndarray:
    """Scale ink so that it fills the box once it has MNIST's thickness, and put it in the middle.

    The result is 8 times as fine as the frame: float ``(224, 224)`` in [0, 1].
    """
    box = box_of(ink)
    thickness, longest = stroke_thickness(ink[box]), longer_side(box)
    if longest < BLOB * thickness:
        scale = BOX * OVERSAMPLE / longest
    else:
        scale = (BOX - THICKNESS) * OVERSAMPLE / max(longest - thickness, 1)
    cover = np.pad(ink[box], EDGE)
    if thickness * scale < HAIRLINE:  # it would vanish when reduced
        grow = int(np.ceil(0.5 / scale))
        cover = ndimage.binary_dilation(np.pad(cover, grow), iterations=grow)
    few = longest <= FEW
    share = _shades(cover, contrast, ink) if few else cover.astype(float)
    pixel_pen = few and thickness < PIXEL_PEN
    blur = SOFT_PIXEL if pixel_pen else max(SOFT_FEW if few else SOFT, 0.35 / scale)
    fine = _middle_of(ndimage.gaussian_filter(share, blur), scale)
    return np.clip(fine + BRIDGE * (fine > BRIDGE / 2), 0, 1) if pixel_pen else fine


def _shades(cover: np.ndarray, contrast: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """Return the share of ink in each pixel of a small drawing, which `cover` has all round it."""
    around = np.pad(contrast, EDGE)[tuple(slice(k.start, k.stop + 2 * EDGE) for k in box_of(ink))]
    share = (around / np.percentile(contrast[ink], FULL)).clip(0, 1)
    return np.asarray(share * ndimage.binary_dilation(cover, TOUCHING))


def _middle_of(picture: np.ndarray, scale: float) -> np.ndarray:
    """Return the picture scaled, with its middle in that of the fine frame."""
    side = SIZE * OVERSAMPLE
    down, right = ((k - 1) / 2 - (side - 1) / 2 / scale for k in picture.shape)
    matrix = np.array([[1 / scale, 0, right], [0, 1 / scale, down], [0, 0, 1]])
    scaled = warp(picture, matrix, output_shape=(side, side), order=3 if scale > 1 else 1)
    return np.asarray(scaled).clip(0, 1)


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
    if longer_side(box_of(ink)) < BLOB * thickness:
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
