"""Digits as people photograph, scan and type them: each kind of picture that was once misread.

Every kind turns pen strokes into a picture, float ``(H, W)`` in [0, 1], and is varied at random.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from rnndemo.data.frames.strokes import Strokes, rotation

FINE = 4  # pictures are drawn so many times finer, and reduced


def inked(strokes: Strokes, side: int, pen: float, margin: float, fine: int = FINE) -> np.ndarray:
    """Return the share of ink in each pixel of a square; `pen` and `margin` are shares of it."""
    points = np.concatenate(strokes)
    low, extent = points.min(0), max(np.ptp(points, axis=0).max(), 1e-6)
    room = side * fine
    width = max(1, round(pen * room))
    inner = room * (1 - 2 * margin) - width
    shift = (room - np.ptp(points, axis=0) / extent * inner) / 2
    canvas = Image.new("L", (room, room))
    draw = ImageDraw.Draw(canvas)
    for stroke in strokes:
        path = [tuple(p) for p in ((stroke - low) / extent * inner + shift).tolist()]
        if len(path) > 1:
            draw.line(path, fill=255, width=width, joint="curve")
        for x, y in path if width > 2 else []:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    pixels = np.asarray(canvas, float) / 255
    return pixels.reshape(side, fine, side, fine).mean((1, 3))


def at(cover: np.ndarray, ground: float | np.ndarray, ink: float | np.ndarray) -> np.ndarray:
    """Return `ink` laid over `ground` where there is `cover`."""
    return ground * (1 - cover) + ink * cover


def placed(cover: np.ndarray, shape: tuple[int, int], top: int, left: int) -> np.ndarray:
    """Return `cover` in an empty picture of another shape."""
    page = np.zeros(shape)
    page[top : top + cover.shape[0], left : left + cover.shape[1]] = cover
    return page


def somewhere(
    cover: np.ndarray, shape: tuple[int, int], rng: np.random.Generator, foot: int = 0
) -> np.ndarray:
    """Return `cover` at a random place of an empty picture, above its last `foot` rows."""
    tall, wide = np.subtract(shape, cover.shape) + 1
    return placed(cover, shape, *rng.integers(0, [tall - foot, wide]))


def camera(picture: np.ndarray, rng: np.random.Generator, grain: float = 0.015) -> np.ndarray:
    """Return the picture slightly blurred, with a camera's grain, in 8 bits."""
    soft = ndimage.gaussian_filter(picture, 0.7) + rng.normal(0, grain, picture.shape)
    return np.round(soft.clip(0, 1) * 255) / 255


def light_over(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Return soft, uneven light."""
    y, x = (k / max(shape) - 0.5 for k in np.indices(shape))
    across = rng.uniform(-0.4, 0.4, 2)
    return 1 + across[0] * x + across[1] * y - rng.uniform(0, 0.3) * (x * x + y * y)


# --- kinds ------------------------------------------------------------------------------------

Kind = Callable[[Strokes, np.random.Generator], np.ndarray]


def plain(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A drawing as on the board."""
    return 1 - inked(strokes, 280, 0.04, 0.2)


def bold(side: int, pen: float, dark: bool) -> Kind:
    """Return the kind of drawings with a thick pen and nearly no margin."""

    def made(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
        cover = inked(strokes, side, pen, rng.uniform(0, 0.06))
        return 1 - cover if dark else cover

    return made


def chalk(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A thick, grainy stroke of chalk on a blackboard."""
    cover = inked(strokes, 200, rng.uniform(0.1, 0.2), rng.uniform(0.02, 0.08))
    rough = ndimage.gaussian_filter(rng.normal(0, 1, cover.shape), 1.2)
    return camera(at(cover * (0.85 + 0.6 * rough).clip(0.3, 1), 0.2, 0.85), rng, 0.03)


def small_in_28(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Light on black, small, anywhere in 28 x 28."""
    side = int(rng.integers(11, 17))
    top, left = rng.integers(0, 28 - side + 1, 2)
    return placed(inked(strokes, side, 0.12, 0.02), (28, 28), top, left)


def dark_28(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Dark on white, as large as in MNIST."""
    return 1 - inked(strokes, 28, rng.uniform(0.07, 0.12), 4 / 28)


def dim_28(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Grey on another grey."""
    ground, ink = rng.uniform(0.05, 0.3), rng.uniform(0.4, 0.7)
    return at(inked(strokes, 28, rng.uniform(0.07, 0.12), 4 / 28), ground, ink)


def large_28(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Light on black, from edge to edge of 28 x 28."""
    return inked(strokes, 28, rng.uniform(0.08, 0.15), 0)


def pixel_pen(side: int) -> Kind:
    """Return the kind of drawings with a pen of one pixel."""

    def made(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
        return 1 - inked(strokes, side, 1 / side, rng.uniform(0.1, 0.25), fine=1)

    return made


def on_table(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A sheet of paper on a darker table, turned a little."""
    cover = inked(strokes, 300, rng.uniform(0.02, 0.05), 0.15)
    sheet = placed(np.ones((300, 300)), (480, 480), *rng.integers(20, 160, 2))
    top, left = np.argwhere(sheet)[0]
    page = at(placed(cover, (480, 480), top, left), 0.85, 0.2)
    angle = rng.uniform(-12, 12)
    sheet, page = (ndimage.rotate(k, angle, reshape=False, order=1) for k in (sheet, page))
    grain = ndimage.gaussian_filter(rng.normal(0, 1, sheet.shape), (1, 12)) * 0.15
    table = (rng.uniform(0.15, 0.45) + grain).clip(0, 1)
    return camera(at(sheet, table, page) * light_over(sheet.shape, rng), rng)


def dark_mode(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A screenshot: a white board in a dark window."""
    side = int(rng.integers(180, 380))
    cover = inked(strokes, side, rng.uniform(0.02, 0.06), 0.15)
    page = np.full((480, 480), rng.uniform(0, 0.2))
    top, left = rng.integers(5, 475 - side, 2)
    page[top : top + side, left : left + side] = 1 - cover
    return page


def stamped(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A photograph with the bright date of a camera."""
    side = int(rng.integers(120, 300))
    cover = somewhere(inked(strokes, side, rng.uniform(0.03, 0.06), 0.1), (480, 360), rng, 41)
    page = at(cover, rng.uniform(0.4, 0.7), rng.uniform(0.1, 0.25)) * light_over((480, 360), rng)
    text = Image.new("L", (360, 480))
    size = int(rng.integers(10, 20))
    place = (20 if rng.random() < 0.5 else 340 - 8 * size, 455 if rng.random() < 0.7 else 8)
    ImageDraw.Draw(text).text(place, "2031 02 03 04:05", fill=255, font_size=size)
    return camera(at(np.asarray(text) / 255, page, rng.uniform(0.85, 1)), rng)


def _rules(shape: tuple[int, int], rng: np.random.Generator, squared: bool) -> np.ndarray:
    """Return lines at equal distances, from edge to edge, turned a little."""
    y, x = np.indices(shape)
    matrix = rotation(np.radians(rng.uniform(-4, 4)))
    gap, width = rng.uniform(18, 50), rng.uniform(1, 2.5)
    lines = np.zeros(shape)
    for row in matrix[: 2 if squared else 1]:
        away = (row[1] * x + row[0] * y + rng.uniform(0, gap)) % gap
        lines = np.maximum(lines, (width / 2 + 0.5 - np.minimum(away, gap - away)).clip(0, 1))
    return lines


def ruled(squared: bool, low: float, high: float) -> Kind:
    """Return the kind of drawings on lines with a contrast from `low` to `high`."""

    def made(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
        cover = inked(strokes, 480, rng.uniform(0.015, 0.03), rng.uniform(0.1, 0.25))
        paper = 0.9 - rng.uniform(low, high) * _rules(cover.shape, rng, squared)
        return camera(at(cover, paper, 0.15) * light_over(cover.shape, rng), rng)

    return made


def boxed(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A digit in a printed box."""
    cover = inked(strokes, 480, rng.uniform(0.015, 0.04), rng.uniform(0.25, 0.3))
    frame = np.zeros(cover.shape)
    low, high, width = rng.integers(20, 80), 480 - rng.integers(20, 80), int(rng.integers(2, 6))
    frame[low:high, low:high] = 1
    frame[low + width : high - width, low + width : high - width] = 0
    frame = ndimage.rotate(frame, rng.uniform(-4, 4), reshape=False, order=1)
    paper = at(frame, 0.9, rng.uniform(0.15, 0.6))
    return camera(at(cover, paper, 0.15) * light_over(cover.shape, rng), rng)


def shadowed(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A hard shadow across the paper."""
    cover = inked(strokes, 480, rng.uniform(0.02, 0.045), rng.uniform(0.1, 0.25))
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.indices(cover.shape) - 240
    away = np.cos(angle) * x + np.sin(angle) * y - rng.uniform(-120, 120)
    soft = (away / rng.uniform(1, 8) + 0.5).clip(0, 1)
    return camera(at(cover, 0.85, 0.15) * at(soft, 1, rng.uniform(0.4, 0.75)), rng)


def cropped(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A drawing cut so closely that its ink touches all that it can of the border."""
    cover = inked(strokes, 240, rng.uniform(0.03, 0.08), 0)
    rows, columns = (np.flatnonzero(cover.max(axis) > 0.5) for axis in (1, 0))
    return 1 - cover[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def speckled(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A drawing with dust on it."""
    cover = inked(strokes, 280, 0.04, 0.2)
    dust = rng.random(cover.shape) < 0.002
    dust = ndimage.binary_dilation(dust) if rng.random() < 0.5 else dust
    return 1 - np.maximum(cover, dust)


def photographed(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """A photograph in soft, uneven light."""
    side = int(rng.integers(160, 440))
    cover = somewhere(inked(strokes, side, rng.uniform(0.02, 0.05), 0.05), (480, 640), rng)
    return camera(at(cover, 0.75, 0.25) * light_over(cover.shape, rng), rng, 0.03)


KINDS: dict[str, Kind] = {
    "as on the board": plain,
    "16 x 16, pen 0.12": bold(16, 0.12, False),
    "16 x 16, pen 0.20": bold(16, 0.20, False),
    "32 x 32, pen 0.15": bold(32, 0.15, False),
    "32 x 32, pen 0.20, dark": bold(32, 0.20, True),
    "200 x 200, pen 0.20, dark": bold(200, 0.20, True),
    "chalk": chalk,
    "28 x 28, small": small_in_28,
    "28 x 28, dark on white": dark_28,
    "28 x 28, grey on grey": dim_28,
    "28 x 28, no margin": large_28,
    "28 x 28, pen of one pixel": pixel_pen(28),
    "64 x 64, pen of one pixel": pixel_pen(64),
    "paper on a table": on_table,
    "dark window": dark_mode,
    "date stamp": stamped,
    "ruled, contrast 0.2 to 0.3": ruled(False, 0.2, 0.3),
    "ruled, contrast 0.3 to 0.6": ruled(False, 0.3, 0.6),
    "squared, contrast 0.2 to 0.6": ruled(True, 0.2, 0.6),
    "printed box": boxed,
    "hard shadow": shadowed,
    "cut at the ink": cropped,
    "dust": speckled,
    "photograph": photographed,
}
