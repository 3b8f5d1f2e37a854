"""Bring strokes and pictures to the board of a network for scenes: light ink on dark.

What is drawn on a board keeps its place there. A picture is brought to the board's size with all of
its ink, and with digits about as large as those that networks for scenes have learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from rnndemo.data.frames import ground
from rnndemo.data.frames.marks import ink_of
from rnndemo.data.frames.seen import MIN_CONTRAST
from rnndemo.data.frames.shapes import TOUCHING, box_of
from rnndemo.data.frames.sheet import cut_out, sheet
from rnndemo.data.frames.strokes import Strokes

FINER = 4  # pixels of the drawing for one of the board, in each direction
PEN = (1.6, 3.2)  # thinnest and thickest pen, in pixels of the board
PEN_SHARE = 0.1  # thickness of a pen, as a share of the digits that it writes
MARGIN = 3  # pixels of the board around the ink of a picture
TALL = 28  # pixels of the board: no higher becomes a digit of a picture
FULL = 90  # percentile of the ink's contrast that is all ink


@dataclass(frozen=True)
class SceneSeen:
    """What a network for scenes sees.

    Parameters
    ----------
    image : ndarray
        uint8 ``(height, width)``: light ink on dark; all zero if there is no ink.
    scale : float
        Pixels of the board for one of the given picture or drawing.
    offset : tuple of float
        Where the given picture's left and top edges lie on the board, in its pixels.
    """

    image: np.ndarray
    scale: float
    offset: tuple[float, float]


def scene_of_strokes(
    strokes: Strokes, board: tuple[float, float] | None, size: tuple[int, int]
) -> SceneSeen:
    """Return pen strokes on a board.

    Parameters
    ----------
    strokes : list of ndarray
        Each ``(points, 2)``: x, y.
    board : tuple of float, optional
        Width and height of the board they were drawn on, in their unit; without it, they are fitted
        to the board by their bounding box.
    size : tuple of int
        Height and width of the board, in pixels.
    """
    height, width = size
    strokes = [stroke for stroke in strokes if len(stroke)]
    if not strokes:
        return SceneSeen(np.zeros(size, np.uint8), 1.0, (0.0, 0.0))
    low, high = np.zeros(2), np.array([width, height], float) if board is None else np.array(board)
    if board is None:
        points = np.concatenate(strokes)
        low, high = points.min(0), points.max(0)
    margin = 0 if board is not None else MARGIN
    extent = np.maximum(high - low, 1e-9)
    scale = float(((np.array([width, height]) - 2 * margin) / extent).min())
    offset = np.array([width, height]) / 2 - (low + high) / 2 * scale
    placed = [stroke * scale + offset for stroke in strokes]
    image = _drawn(placed, _pen(placed), size)
    return SceneSeen(image, scale, (float(offset[0]), float(offset[1])))


def _pen(strokes: Strokes) -> float:
    """Return how thick a pen writes digits of this size: a median, in which long strokes weigh."""
    sides = np.array([np.ptp(stroke, axis=0).max() for stroke in strokes])
    lengths = np.array([np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes]) + 1e-6
    order = sides.argsort()
    half = np.searchsorted(lengths[order].cumsum(), lengths.sum() / 2)
    return float(np.clip(PEN_SHARE * sides[order[min(half, len(order) - 1)]], *PEN))


def _drawn(strokes: Strokes, pen: float, size: tuple[int, int]) -> np.ndarray:
    """Return strokes in pixels of the board, drawn with soft edges, uint8."""
    height, width = size
    fine = Image.new("L", (width * FINER, height * FINER))
    draw, radius = ImageDraw.Draw(fine), pen * FINER / 2
    for stroke in strokes:
        # Pillow counts from the middle of a pixel, and draws no further than whole numbers go
        points = (stroke.clip(-width, 2 * width) * FINER - 0.5).tolist()
        draw.line([(x, y) for x, y in points], fill=255, width=max(1, round(2 * radius)))
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.array(fine.reduce(FINER))


def scene_of_picture(image: np.ndarray, size: tuple[int, int]) -> SceneSeen:
    """Return a picture, uint8 or float in [0, 1], ``(H, W)``, on a board.

    A picture of the board's size with light ink on dark is taken as it is. Of others the ink is
    found, on paper too; nothing else is kept.

    Parameters
    ----------
    size : tuple of int
        Height and width of the board, in pixels.

    Raises
    ------
    InputError
        If there are only specks, or so many small marks that none stands out.
    """
    grey = image / 255 if image.dtype == np.uint8 else image
    if grey.shape == size and np.median(grey) < 0.25:
        return SceneSeen((grey * 255).round().astype(np.uint8), 1.0, (0.0, 0.0))
    paper = sheet(grey)
    seen = _board_of(grey if paper is None else cut_out(grey, paper), size)
    if paper is None:
        return seen
    down, right = (side.start for side in box_of(paper))
    x, y = seen.offset
    return SceneSeen(seen.image, seen.scale, (x - right * seen.scale, y - down * seen.scale))


def _board_of(grey: np.ndarray, size: tuple[int, int]) -> SceneSeen:
    """Return the ink of a picture, float ``(H, W)`` in [0, 1], on a board."""
    contrast = ground.contrast(grey)
    if contrast.max() < MIN_CONTRAST:
        return SceneSeen(np.zeros(size, np.uint8), 1.0, (0.0, 0.0))
    ink, contrast = ink_of(contrast)
    return _fitted(ink, contrast, size)


def _fitted(ink: np.ndarray, contrast: np.ndarray, size: tuple[int, int]) -> SceneSeen:
    """Return ink, boolean ``(H, W)``, in the middle of a board."""
    height, width = size
    ys, xs = np.nonzero(ink)
    if not len(ys):
        return SceneSeen(np.zeros(size, np.uint8), 1.0, (0.0, 0.0))
    box = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1], float)
    room = np.array([width - 2 * MARGIN, height - 2 * MARGIN])
    scale = float(min((room / (box[2:] - box[:2])).min(), TALL / _height(ink)))
    level = np.where(ndimage.binary_dilation(ink), contrast, 0)
    level = (level / np.percentile(contrast[ink], FULL)).clip(0, 1)
    wide = 2 * float(ndimage.distance_transform_edt(ink)[ink].mean()) * 2 * scale
    if wide < PEN[0]:  # a hairline would fade when it is made smaller
        level = ndimage.grey_dilation(level, size=(1 + round((PEN[0] - wide) / scale),) * 2)
    middle = (box[:2] + box[2:]) / 2
    offset = np.array([width, height]) / 2 - middle * scale
    (left, top), (right, bottom) = -offset / scale, (np.array([width, height]) - offset) / scale
    image = Image.fromarray((level * 255).astype(np.uint8))
    pad = Image.new("L", (round(right - left), round(bottom - top)))
    pad.paste(image, (round(-left), round(-top)))
    shown = pad.resize(
        (width, height), Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    )
    return SceneSeen(np.array(shown), scale, (float(offset[0]), float(offset[1])))


def _height(ink: np.ndarray) -> float:
    """Return how tall digits are: the height of the parts, in which large ones weigh."""
    parts, _count = ndimage.label(ink, TOUCHING)
    heights = np.array([part[0].stop - part[0].start for part in ndimage.find_objects(parts)])
    return float(np.average(heights, weights=heights**2))
