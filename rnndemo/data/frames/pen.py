"""The pen: strokes drawn into MNIST's frame, by a formula that any language can repeat.

With the distance d from the middle of a pixel to the nearest point of a stroke, and r half the
thickness of the pen, in pixels, the pixel's share of ink is

    c = min(max(r + 1/2 - d, 0), 1)

rounded to one of 256 levels: floor(255 c + 1/2). A stroke is its points and the straight lines
between them. To a line from a to a + u, the distance from the point p is |p - a - t u|, where t =
min(max((p - a) · u / u · u, 0), 1), or 0 if u = 0. Only +, -, ×, ÷ and √ take part, each rounded as
IEEE 754 says, and no sum depends on its order: whoever writes the same terms gets the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnndemo.data.frames.strokes import Strokes
from rnndemo.errors import N_, InputError

SIZE = 28  # side of the picture that the network sees, in pixels
BOX = 20  # side of the square into which MNIST fits the ink
THICKNESS = 2.4  # drawn this wide, strokes measure the median thickness of MNIST (2.6)
LEVELS = 255

MAX_PAIRS = 7_000_000  # of a line and a pixel of one picture: less than a second
MUCH = N_("This drawing has too many lines to read; clear the board and draw fewer.")

_PAIRS = 1 << 18  # of a line and a pixel that are measured at once: memory stays bounded


def fit(
    strokes: Strokes, thickness: float = THICKNESS, box: float = BOX, side: float = SIZE
) -> Strokes:
    """Scale and shift strokes so that their *ink* fills a square of side `box`, keeping the aspect.

    The square lies in the middle of a frame of side `side`. A drawing without extent becomes a dot.
    """
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    extent = float((high - low).max())
    middle = (low + high) / 2
    unit = extent or 1.0
    return [(stroke - middle) / unit * (box - thickness) + side / 2 for stroke in strokes]


def rasterize(strokes: Strokes, thickness: float = THICKNESS, finer: int = 1) -> np.ndarray:
    """Draw strokes, given in pixels of the frame.

    Parameters
    ----------
    strokes : list of ndarray
        Each ``(points, 2)``; what lies outside of the frame is left out.
    thickness : float
        Of the pen, in pixels of the frame.
    finer : int, default 1
        How many pixels a pixel of the frame becomes, in each direction.

    Returns
    -------
    ndarray
        float32 ``(28 * finer, 28 * finer)`` in [0, 1], of 256 levels.

    Raises
    ------
    InputError
        If the lines reach more pixels than `MAX_PAIRS`, counted once for each line.
    """
    return (_levels(strokes, thickness, finer) / LEVELS).astype(np.float32)


def render(strokes: Strokes, thickness: float = THICKNESS) -> np.ndarray:
    """Draw strokes as in MNIST: ink in 20 x 20, centre of mass in the middle.

    Returns
    -------
    ndarray
        float32 ``(28, 28)`` in [0, 1], of 256 levels, white ink on black.
    """
    fitted = fit(strokes, thickness)
    x, y = centre_of_mass(_levels(fitted, thickness))
    offset = np.array([SIZE / 2 - x, SIZE / 2 - y])
    return rasterize([stroke + offset for stroke in fitted], thickness)


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    """Return ``(x, y)`` of the centre of mass, in pixels from the top left corner.

    The sums are exact, whatever their order, if the image holds whole numbers.
    """
    total = float(image.sum(dtype=np.float64))
    if total == 0:
        return image.shape[1] / 2, image.shape[0] / 2
    ys, xs = np.indices(image.shape) + 0.5
    return float((xs * image).sum() / total), float((ys * image).sum() / total)


def _levels(strokes: Strokes, thickness: float, finer: int = 1) -> np.ndarray:
    """Return how much ink each pixel has: float64 ``(28 * finer, 28 * finer)``, whole, 0 to 255."""
    side = SIZE * finer
    reach = thickness * finer / 2 + 0.5
    squared = np.full(side * side, reach * reach)  # no line is nearer: no ink
    start, along = _lines([stroke * finer for stroke in strokes])
    for line, x, y in _near(start, along, reach, side):
        (ax, ay), (ux, uy) = start[line].T, along[line].T
        px, py = (x + 0.5) - ax, (y + 0.5) - ay
        length = ux * ux + uy * uy
        t = np.divide(px * ux + py * uy, length, out=np.zeros_like(px), where=length > 0)
        t = np.minimum(np.maximum(t, 0), 1)
        dx, dy = px - t * ux, py - t * uy
        np.minimum.at(squared, y * side + x, dx * dx + dy * dy)
    cover = np.minimum(np.maximum(reach - np.sqrt(squared), 0), 1)
    return np.floor(LEVELS * cover + 0.5).reshape(side, side)


def _lines(strokes: Strokes) -> tuple[np.ndarray, np.ndarray]:
    """Return where each line of the strokes starts, and how it runs; a lone point runs nowhere."""
    starts = [stroke[:-1] if len(stroke) > 1 else stroke for stroke in strokes]
    alongs = [np.diff(s, axis=0) if len(s) > 1 else np.zeros_like(s) for s in strokes]
    return np.concatenate(starts), np.concatenate(alongs)


def _near(
    start: np.ndarray, along: np.ndarray, reach: float, side: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield pairs of a line and a pixel that it may reach: numbers of lines, x and y of pixels."""
    end = start + along
    # of pixels whose middle, half a pixel from their number, is within reach
    low = np.floor(np.minimum(start, end) - reach - 0.5).clip(0, side).astype(np.int64)
    high = np.ceil(np.maximum(start, end) + reach + 0.5).clip(0, side).astype(np.int64)
    width, height = (high - low).T
    pixels = width * height
    if pixels.sum() > MAX_PAIRS:
        raise InputError(MUCH)
    parts = np.flatnonzero(np.diff(np.cumsum(pixels) // _PAIRS)) + 1
    for part in np.split(np.arange(len(start)), parts):
        chosen = np.repeat(np.arange(len(part)), pixels[part])
        pixel = np.arange(len(chosen)) - (np.cumsum(pixels[part]) - pixels[part])[chosen]
        line = part[chosen]
        yield line, low[line, 0] + pixel % width[line], low[line, 1] + pixel // width[line]
