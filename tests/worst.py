"""The worst content of each kind that a reader still reads: small files that are large inside."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from rnndemo.data.files import pictures as limits
from rnndemo.data.frames.strokes import CURVE_STEPS, MAX_POINTS, MAX_STROKES
from tests.mutations import npz, zipped

CHANNELS = {0: 1, 2: 3, 3: 1, 6: 4}  # colour type of a PNG -> numbers a pixel
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
          (0, 1, 1, 2))  # fmt: skip
PAETH = b"\x04"  # the filter that takes longest


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def png(pixels: int, depth: int, colour: int, interlaced: bool = False, more: bytes = b"") -> bytes:
    """Return a square PNG of about as many pixels, with `more` chunks, hardly any bytes long."""
    side = int(pixels**0.5)
    packed = zlib.compressobj(1)
    data = []
    for left, top, across, down in PASSES if interlaced else ((0, 0, 1, 1),):
        width, height = -(-(side - left) // across), -(-(side - top) // down)
        row = PAETH + bytes(k % 7 for k in range((width * CHANNELS[colour] * depth + 7) // 8))
        data += [packed.compress(row) for _ in range(height)]
    head = struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(range(256)) * 3) + chunk(b"tRNS", bytes([0, 128, 255] * 50))
    return b"".join([
        b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), palette if colour == 3 else b"", more,
        chunk(b"IDAT", b"".join([*data, packed.flush()])), chunk(b"IEND", b""),
    ])  # fmt: skip


def ramp(width: int, height: int, channels: int) -> np.ndarray:
    rows = (np.add.outer(np.arange(height), np.arange(width)) % 251).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(rows[..., None], (height, width, channels)))


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def jpeg(pixels: float, mode: str, **options: Any) -> bytes:
    side = int(pixels**0.5)
    picture = Image.fromarray(ramp(side, side, len(mode)), mode)
    return saved(picture, "JPEG", quality=30, **options)


def webp(**options: Any) -> bytes:
    side = int(limits.MAX_WEBP**0.5)
    return saved(Image.fromarray(ramp(side, side, 4), "RGBA"), "WEBP", method=0, **options)


def board() -> bytes:
    """Return a message with as many points as a drawing may have, all over the board."""
    rng = np.random.default_rng(0)
    each = MAX_POINTS // CURVE_STEPS // 2
    numbers = (rng.random((2, each, 4)) * 308).round(3).tolist()
    strokes = [
        {"type": "path", "number": k, "path": [["M", 1, 1], *(["Q", *one] for one in part)]}
        for k, part in enumerate(numbers, 1)
    ]
    return json.dumps({"strokes": strokes, "added": []}).encode()


def too_long_board() -> bytes:
    stroke = {"type": "path", "number": 1, "path": [["L", 1, 1]] * 300_000}
    return json.dumps({"strokes": [stroke], "added": []}).encode()


def line(count: int) -> bytes:
    around = np.arange(count)[:, None] / [40, 37]
    stroke = (150 + 140 * np.stack([np.cos(around[:, 0]), np.sin(around[:, 1])], 1)).round(2)
    return (json.dumps({"label": "x", "strokes": [stroke.tolist()]}) + "\n").encode()


def full_zip() -> bytes:
    picture = png(1_000_000, 8, 2)
    return zipped({f"{name}/{k}.png": picture for name in "abcd" for k in range(5)})


COLOURED = limits.MAX_DECODED / 4  # pixels
TEXT = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(1_000_000), 9)) * 60

# reader of `tests.fuzzed.READERS`, and what it is given
WORST: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PNG, RGBA": ("PNG", partial(png, COLOURED, 8, 6)),
    "PNG, RGBA of 16 bits": ("PNG", partial(png, COLOURED, 16, 6)),
    "PNG, RGB of 16 bits, interlaced": ("PNG", partial(png, COLOURED, 16, 2, True)),
    "PNG, palette with transparency": ("PNG", partial(png, limits.MAX_DECODED / 3, 8, 3)),
    "PNG, grey of 16 bits": ("PNG", partial(png, limits.MAX_PIXELS, 16, 0)),
    "PNG, 1 bit and 60 MB of text": ("PNG", partial(png, limits.MAX_PIXELS, 1, 0, False, TEXT)),
    "JPEG": ("JPEG", partial(jpeg, limits.MAX_JPEG, "RGB")),
    "JPEG, progressive": (
        "JPEG", partial(jpeg, limits.MAX_COEFFICIENTS / 3, "RGB", progressive=True)
    ),
    "JPEG, progressive CMYK": (
        "JPEG",
        partial(jpeg, limits.MAX_COEFFICIENTS / 8, "CMYK", progressive=True, subsampling=0),
    ),
    "WebP": ("WebP", webp),
    "WebP, lossless": ("WebP", partial(webp, lossless=True, quality=0)),
    "BMP, 1 bit": ("BMP", lambda: saved(Image.new("1", (8000, 4900)), "BMP")),
    "npz, 200 pictures": (
        "npz", lambda: npz(images=np.tile(ramp(28, 28, 1)[None, ..., 0], (200, 1, 1)))
    ),
    "jsonl, 20,000 points": ("jsonl", partial(line, 20_000)),
    "jsonl.gz, 1 GB unpacked": ("jsonl.gz", lambda: gzip.compress(bytes(200_000_000))),
    "zip of 20 pictures": ("zip of pictures", full_zip),
    "message of a board, most points": ("message of a board", board),
    "message of a board, too many": ("message of a board", too_long_board),
    "search space": (
        "search space", lambda: json.dumps({"fields": {"x": [[]] * 240_000}}).encode()
    ),
}  # fmt: skip
assert MAX_STROKES > 2
