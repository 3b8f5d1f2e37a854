"""Drawn photographs of a hand, with known place, size, tone and light."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

FINE = 3  # times as fine as the photograph

# in units of the palm's radius, from its middle, y down: root and tip of each finger, and its width
FINGERS = {
    "thumb": ((-0.8, 0.1), (-2.0, -0.9), 0.5),
    "index": ((-0.6, -0.6), (-1.0, -2.7), 0.44),
    "middle": ((-0.15, -0.7), (-0.2, -3.0), 0.46),
    "ring": ((0.3, -0.7), (0.6, -2.8), 0.44),
    "little": ((0.7, -0.5), (1.35, -2.2), 0.4),
}
OPEN = tuple(FINGERS)
CREASES = (((-0.8, -0.2), (0.6, -0.4)), ((-0.6, 0.3), (0.7, 0.0)))


def photograph(
    fingers: tuple[str, ...] = OPEN,
    shape: tuple[int, int] = (240, 320),
    middle: tuple[float, float] = (0.5, 0.6),
    palm: float = 0.13,
    hand: float = 0.35,
    ground: float = 0.8,
    light: tuple[float, float] = (0.0, 0.0),
    noise: float = 0.0,
) -> np.ndarray:
    """Return a photograph, float ``(H, W)`` in [0, 1].

    Parameters
    ----------
    fingers : tuple of str
        Those that are stretched out, keys of `FINGERS`.
    shape : tuple of int
    middle : tuple of float
        Of the palm, as shares of width and height.
    palm : float
        Its radius, as a share of the shorter side.
    hand, ground : float
        How much light they give back.
    light : tuple of float
        How much more light there is at the right end, and at the lower, than in the middle.
    noise : float
        Standard deviation.
    """
    height, width = shape
    picture = Image.new("L", (width * FINE, height * FINE), round(255 * ground))
    draw = ImageDraw.Draw(picture)
    unit = palm * min(shape) * FINE
    at = np.array([middle[0] * width, middle[1] * height]) * FINE

    def line(start, end, thick, tone):
        points = [tuple(at + unit * np.array(point)) for point in (start, end)]
        draw.line(points, fill=tone, width=round(unit * thick))
        for x, y in points:
            r = unit * thick / 2
            draw.ellipse([x - r, y - r, x + r, y + r], fill=tone)

    tone = round(255 * hand)
    line((0, 0), (0.3, 9.0), 1.3, tone)  # the arm, out of the picture
    x, y = at
    draw.ellipse([x - unit, y - unit * 1.05, x + unit, y + unit * 1.05], fill=tone)
    for name in fingers:
        line(*FINGERS[name], tone)
    for start, end in CREASES:
        line(start, end, 0.1, round(tone * 0.8))
    picture = picture.filter(ImageFilter.GaussianBlur(FINE / 2)).reduce(FINE)
    down, right = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    lit = np.asarray(picture, np.float32) / 255 * (1 + light[0] * right) * (1 + light[1] * down)
    grain = np.random.default_rng(0).normal(0, noise, shape)
    return (lit + grain).clip(0, 1).astype(np.float32)
