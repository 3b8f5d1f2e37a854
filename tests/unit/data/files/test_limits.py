"""Small files that are large inside, and headers that no parser survives."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from benchmarks.uploads import taken
from rnndemo.data.files.drawings import read_drawings
from rnndemo.data.files.pictures import WORKING_SIDE, _scans, open_picture
from rnndemo.data.own.files import unpack
from rnndemo.errors import InputError
from tests.mutations import HEADERS, npz, zipped
from tests.pictures import encoded, grey, seven
from tests.worst import chunk, jpeg, png


@pytest.mark.parametrize("turn", [1, 3, 6, 7])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "1", "I;16"])
def test_large_picture_is_reduced_as_pillow_does_it(mode: str, turn: int) -> None:
    rng = np.random.default_rng(turn)
    values = rng.integers(0, 256, (82, 260), np.uint8)
    large = Image.fromarray(values).resize((1301, 410), Image.Resampling.BICUBIC)
    deep = Image.fromarray(np.asarray(large).astype(np.uint16) * 257)
    exif = Image.Exif()
    exif[0x112] = turn
    opened = open_picture(encoded(deep if mode == "I;16" else large.convert(mode), exif=exif))
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(encoded(large, exif=exif))))
    wanted = (wanted.convert("1") if mode == "1" else wanted).convert("L")
    wanted.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    if mode == "1":  # its grain is scattered anew when it is turned first
        assert opened.shape == grey(wanted).shape
    else:
        tolerance = 0.02 if mode == "P" else 0
        np.testing.assert_allclose(opened, grey(wanted), atol=tolerance)


def chunks(count: int) -> bytes:
    plain = encoded(seven())
    more = chunk(b"tEXt", b"k\0a") * count
    return plain[:33] + more + plain[33:]


def scans(count: int) -> bytes:
    content = encoded(seven(), "JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * count + content[-2:]


def packed_bmp(size: int) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, 99, 99, 1, 8, 1, size, 2835, 2835, 256, 256)
    start = b"BM" + struct.pack("<IHHI", 1078 + size, 0, 0, 1078)
    return start + head + bytes(1024) + b"\1\5" * (size // 2)


@pytest.mark.parametrize("content", [chunks(5000), scans(80), packed_bmp(500_000)])
def test_picture_that_takes_long_is_refused_at_once(content: bytes) -> None:
    with pytest.raises(InputError, match="takes too long to read; save it as a JPEG or PNG"):
        open_picture(content)


@pytest.mark.parametrize(
    ("content", "most"),
    [
        (lambda: png(25e6, 8, 6), 19), (lambda: png(30e6, 8, 3), 25), (lambda: png(41e6, 1, 0), 40),
        (lambda: jpeg(14e6, "CMYK", progressive=True, subsampling=0), 13),
    ],
)  # fmt: skip
def test_limit_follows_from_what_a_pixel_takes(content: Callable[[], bytes], most: int) -> None:
    with pytest.raises(InputError, match=f"12000 pixels per side and {most} million"):
        open_picture(content())


def test_thumbnail_in_a_photograph_is_no_further_scan() -> None:
    small = encoded(seven(40, 40), "JPEG", progressive=True)
    content = encoded(seven(), "JPEG")
    note = b"\xff\xe1" + struct.pack(">H", len(small) + 8) + b"Exif\0\0" + small
    assert _scans(content[:2] + note + content[2:]) == (1, 1)


@pytest.mark.filterwarnings("ignore")
def test_palette_shorter_than_its_transparency_is_damage() -> None:
    content = png(900, 8, 3, more=chunk(b"tRNS", bytes(300)))
    with pytest.raises(InputError, match="incomplete or damaged"):
        open_picture(content)


@pytest.mark.parametrize("header", HEADERS[5:])
def test_header_that_python_cannot_read_is_damage(header: str, tmp_path: Path) -> None:
    text = header.encode() + b"\n"
    array = b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text
    (tmp_path / "x.npz").write_bytes(zipped({"images.npy": array}))
    with pytest.raises(InputError, match=r"x.npz"):
        read_drawings(tmp_path / "x.npz")


def test_labels_that_are_no_letters_are_refused_or_mended(tmp_path: Path) -> None:
    images = np.stack([np.asarray(seven(28, 28, pen=3))] * 2)
    beyond = np.array([0x110000, 65], np.uint32).view("U1")
    path = tmp_path / "x.npz"
    path.write_bytes(npz(images=images, labels=beyond))
    with pytest.raises(InputError, match="damaged"):
        read_drawings(path)
    half = tmp_path / "x.jsonl"
    half.write_text(json.dumps({"label": "\ud800", "strokes": [[[0, 0], [9, 9]]]}) + "\n")
    assert read_drawings(half).labels == ("?",)


def test_member_without_a_name_is_refused() -> None:
    with pytest.raises(InputError, match="a file without a name"):
        unpack(zipped({"": b"", "a/1.png": encoded(seven())}), "x.zip")


def test_the_worst_picture_takes_little_memory() -> None:
    found = taken("PNG, RGBA")
    assert found["bytes"] < 1_000_000
    assert found["memory"] < 150  # megabytes
