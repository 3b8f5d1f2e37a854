"""Whatever a picture shows, it is read, or refused in a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from rnndemo.data.files.pictures import open_picture
from rnndemo.data.frames.table import FRAMES
from rnndemo.errors import InputError

PICTURES = 400
SIDES = (1, 2, 3, 7, 28, 28, 31, 64, 64, 100, 129, 200, 300)

Rng = np.random.Generator
Shape = tuple[int, int]


def noise(shape: Shape, rng: Rng) -> np.ndarray:
    return rng.random(shape) ** rng.choice([0.1, 1, 10])


def grain(shape: Shape, rng: Rng) -> np.ndarray:
    return rng.uniform(0, 1) + rng.uniform(0, 0.2) * rng.normal(0, 1, shape)


def dots(shape: Shape, rng: Rng) -> np.ndarray:
    step, size = rng.integers(2, 30), rng.integers(1, 6)
    y, x = np.indices(shape)
    return 1.0 * ((y % step < size) & (x % step < size))


def pepper(shape: Shape, rng: Rng) -> np.ndarray:
    return 1.0 * (rng.random(shape) > rng.choice([0.001, 0.02, 0.3]))


def text(shape: Shape, rng: Rng) -> np.ndarray:
    page = Image.new("L", shape[::-1], 255)
    size = int(rng.integers(6, 20))
    for top in range(0, shape[0], size + 3):
        words = "".join(rng.choice(list("aeinrst lo"), 1 + shape[1] // 5))
        ImageDraw.Draw(page).text((0, top), words, fill=0, font_size=size)
    return np.asarray(page) / 255


def stripes(shape: Shape, rng: Rng) -> np.ndarray:
    y, x = np.indices(shape)
    angle, width = rng.uniform(0, np.pi), rng.uniform(1, 40)
    return 1.0 * (np.sin((np.cos(angle) * x + np.sin(angle) * y) / width) > rng.uniform(-1, 1))


def ramp(shape: Shape, rng: Rng) -> np.ndarray:
    y, x = np.indices(shape) / max(shape)
    return rng.uniform(-1, 1) * x + rng.uniform(-1, 1) * y * y + rng.uniform(0, 1)


def blobs(shape: Shape, rng: Rng) -> np.ndarray:
    return 1.0 * (ndimage.gaussian_filter(rng.normal(0, 1, shape), rng.uniform(0, 9)) > 0)


def boxes(shape: Shape, rng: Rng) -> np.ndarray:
    page = Image.new("L", shape[::-1], int(rng.integers(256)))
    for _ in range(rng.integers(1, 6)):
        (left, right), (top, bottom) = (np.sort(rng.integers(0, side + 1, 2)) for side in shape)
        width, ink = int(rng.integers(1, 9)), int(rng.integers(256))
        ImageDraw.Draw(page).rectangle((left, top, right, bottom), outline=ink, width=width)
    return np.asarray(page) / 255


def flat(shape: Shape, rng: Rng) -> np.ndarray:
    return np.full(shape, rng.choice([0, 0.5, 1]))


KINDS: tuple[Callable[[Shape, Rng], np.ndarray], ...] = (
    noise, grain, dots, pepper, text, stripes, ramp, blobs, boxes, flat,
)  # fmt: skip
MODES = ("L", "RGB", "RGBA", "LA", "P", "1", "I;16")


def drawn(number: int) -> np.ndarray:
    """Return the picture of this number, float ``(H, W)`` in [0, 1]."""
    rng = np.random.default_rng(number)
    height, width = rng.choice(SIDES, 2)
    picture = KINDS[number % len(KINDS)]((int(height), int(width)), rng)
    if number % 3 == 0:
        picture = picture + rng.uniform(0, 0.1) * rng.normal(0, 1, picture.shape)
    return picture.clip(0, 1).astype(rng.choice([np.float32, np.float64]))


def check(grey: np.ndarray) -> None:
    for frame in FRAMES.values():
        try:
            seen = frame.from_picture(grey)
        except InputError:
            continue
        assert seen.image.shape == frame.size
        for step in seen.steps:
            assert step.image.dtype == np.float32
            assert 0 <= step.image.min() <= step.image.max() <= 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("first", range(0, PICTURES, 40))
def test_every_frame_reads_or_refuses_it(first: int) -> None:
    for number in range(first, first + 40):
        check(drawn(number))


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_a_file_is_opened(mode: str) -> None:
    for number in range(30):
        grey = (drawn(number) * 255).astype(np.uint8)
        deep = mode == "I;16"
        picture = Image.fromarray(grey.astype(np.uint16) * 257 if deep else grey)
        file = io.BytesIO()
        (picture if deep else picture.convert(mode)).save(file, "PNG")
        opened = open_picture(file.getvalue())
        assert opened.dtype == np.float32
        assert 0 <= opened.min() <= opened.max() <= 1
        check(opened)
