from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from rnndemo.data.files.pictures import MAX_BYTES, WORKING_SIDE, open_picture
from rnndemo.data.frames.ink import from_picture
from rnndemo.errors import InputError
from tests.pictures import encoded, grey, seven

PLAIN = encoded(seven())
COLOURS = seven().convert("RGB").quantize(2)
DEEP = Image.fromarray(np.asarray(seven()).astype(np.uint16) * 257)


def transparent(ink: tuple[int, int, int, int]) -> Image.Image:
    picture = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    picture.paste(ink, mask=seven(background=0, ink=255))
    return picture


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x112] = 6  # "turn me right by 90 degrees"
    return encoded(seven().rotate(90), "JPEG", quality=95, exif=exif)


def with_second_picture() -> bytes:
    """Return what phones save: a JPEG, turned, with another one behind it."""
    exif = Image.Exif()
    exif[0x112] = 6
    picture, behind = seven().rotate(90), seven(100, 100, ink=90)
    return encoded(picture, "MPO", save_all=True, append_images=[behind], quality=95, exif=exif)


def header_only_jpeg(width: int, height: int) -> bytes:
    """Return a small JPEG that claims another size."""
    content = encoded(seven(), "JPEG")
    size = content.index(b"\xff\xc0") + 5  # after marker, length and precision
    return content[:size] + struct.pack(">HH", height, width) + content[size + 4 :]


def header_only_png(width: int, height: int) -> bytes:
    """Return a PNG of some bytes that claims to be enormous."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


SAME = {
    "light on dark": encoded(seven(background=0, ink=255)),
    "16 bits": encoded(DEEP),
    "1 bit": encoded(seven().convert("1")),
    "palette": encoded(seven().convert("RGB").quantize(8)),
    "palette with a transparent colour": encoded(COLOURS, transparency=COLOURS.getpixel((0, 0))),
    "grey with a transparent value": encoded(seven(), transparency=255),
    "16 bits with a transparent value": encoded(DEEP, transparency=65535),
    "transparent, black ink": encoded(transparent((0, 0, 0, 255))),
    "transparent, white ink": encoded(transparent((255, 255, 255, 255))),
    "colour": encoded(seven().convert("RGB")),
    "jpeg": encoded(seven(), "JPEG", quality=95),
    "cmyk jpeg": encoded(seven().convert("CMYK"), "JPEG", quality=95),
    "turned by its exif": turned(),
    "jpeg with a second picture": with_second_picture(),
    "png with a cut exif": encoded(seven(), exif=b"Exif\0\0II*\0"),
    "jpeg with a cut exif": encoded(seven(), "JPEG", quality=95, exif=b"Exif\0\0II*\0"),
    "damaged exif": encoded(seven(), "JPEG", quality=95, exif=b"Exif\0\0no such thing"),
}  # fmt: skip


@pytest.mark.parametrize("content", SAME.values(), ids=SAME.keys())
def test_every_way_to_hold_a_picture_looks_the_same_to_the_network(content: bytes) -> None:
    expected = from_picture(open_picture(PLAIN)).image
    assert np.abs(from_picture(open_picture(content)).image - expected).mean() < 0.01


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photograph_is_turned_as_its_exif_says(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x112] = orientation
    lying = seven(120, 80)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(encoded(lying, exif=exif))))
    assert np.array_equal(open_picture(encoded(lying, exif=exif)), grey(expected))


def test_exif_that_cannot_be_written_again_still_turns() -> None:
    maker_is_a_fraction = struct.pack("<HHII", 0x10F, 5, 1, 38)
    turned_right = struct.pack("<HHII", 0x112, 3, 1, 6)
    head, fraction = b"Exif\0\0II*\0\x08\0\0\0\x02\0", struct.pack("<II", 72, 1)
    exif = head + maker_is_a_fraction + turned_right + bytes(4) + fraction
    assert open_picture(encoded(seven(120, 80), exif=exif)).shape == (120, 80)
    with pytest.raises(AttributeError):
        ImageOps.exif_transpose(Image.open(io.BytesIO(encoded(seven(120, 80), exif=exif))))


def test_grey_values_are_shares_of_white() -> None:
    picture = Image.fromarray(np.array([[0, 51, 255]], np.uint8))
    assert open_picture(encoded(picture)) == pytest.approx(np.array([[0, 0.2, 1]]), abs=1e-6)
    assert open_picture(encoded(picture)).dtype == np.float32


def test_sixteen_bits_are_not_clipped() -> None:
    deep = Image.fromarray(np.array([[0, 13107, 65535]], np.uint16))
    assert open_picture(encoded(deep)) == pytest.approx(np.array([[0, 0.2, 1]]), abs=1e-3)


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_fewer_bits_in_sixteen_are_scaled(bits: int) -> None:
    white = 2**bits - 1
    deep = Image.fromarray(np.array([[0, white // 5, white]], np.uint16))
    assert open_picture(encoded(deep)) == pytest.approx(np.array([[0, 0.2, 1]]), abs=0.003)


def deep_in_colours(values: list[int]) -> bytes:
    """Return a row of greys as a PNG in colours of 16 bits, which Pillow cannot write."""
    row = b"\0" + b"".join(struct.pack(">HHH", *[value] * 3) for value in values)
    head = struct.pack(">IIBBBBB", len(values), 1, 16, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(row)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def test_twelve_bits_of_colours_in_sixteen_are_scaled() -> None:
    assert np.ptp(open_picture(deep_in_colours([0, 2000, 4095]))) > 0.9
    assert open_picture(deep_in_colours([0, 13107, 65535])) == pytest.approx(
        np.array([[0, 0.2, 1]]), abs=0.01
    )


COLOURS = {
    "red on green of equal lightness": ((200, 30, 60), (10, 115, 100)),
    "blue on black": ((0, 0, 200), (0, 0, 0)),
    "yellow on white": ((255, 245, 60), (255, 255, 255)),
    "pink on grey": ((240, 120, 170), (160, 160, 160)),
}


@pytest.mark.parametrize(("ink", "ground"), COLOURS.values(), ids=COLOURS.keys())
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_ink_is_seen_by_its_colour(
    kind: str, ink: tuple[int, ...], ground: tuple[int, ...]
) -> None:
    picture = Image.new("RGB", (200, 200), ground)
    picture.paste(ink, mask=ImageOps.invert(seven()))
    seen = from_picture(open_picture(encoded(picture, kind))).image
    assert np.abs(seen - from_picture(grey(seven())).image).mean() < 0.03


def test_colours_that_brightness_tells_are_as_bright_as_ever() -> None:
    picture = ImageOps.colorize(seven(), (20, 40, 160), (250, 245, 230))
    assert np.array_equal(open_picture(encoded(picture)), grey(picture.convert("L")))


def test_large_picture_is_reduced_with_its_aspect() -> None:
    assert open_picture(encoded(seven(2000, 1000))).shape == (WORKING_SIDE // 2, WORKING_SIDE)


def test_photograph_of_fifty_million_pixels_is_read() -> None:
    photograph = encoded(Image.new("L", (8160, 6120), 200), "JPEG")
    assert max(open_picture(photograph).shape) == WORKING_SIDE
    with pytest.raises(InputError, match="40 million"):  # a PNG is decoded in full
        open_picture(header_only_png(8160, 6120))


def test_path_and_bytes_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(PLAIN)
    assert np.array_equal(open_picture(tmp_path / "seven.png"), open_picture(PLAIN))


JPEG = encoded(seven(), "JPEG")

BAD = {
    "20,000 pixels wide": (encoded(Image.new("L", (20_000, 2))), "too large"),
    "decompression bomb": (header_only_png(60_000, 60_000), "too large"),
    "many pixels": (header_only_png(11_000, 11_000), "too large"),
    "jpeg bomb": (header_only_jpeg(60_000, 60_000), "at most 12000 .* 64 million"),
    "jpeg of many pixels": (header_only_jpeg(9000, 8000), "64 million"),
    "claims more than it holds": (header_only_png(2000, 2000), "incomplete or damaged"),
    "renamed text": (b"this is a shopping list\n" * 20, "not a PNG, JPEG, WebP or BMP"),
    "empty": (b"", "not a PNG, JPEG, WebP or BMP"),
    "gif": (encoded(seven(), "GIF"), "not a PNG, JPEG, WebP or BMP"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG, JPEG, WebP or BMP"),
    "truncated jpeg": (JPEG[: len(JPEG) // 2], "incomplete or damaged"),
    "truncated png": (PLAIN[: len(PLAIN) // 2], "incomplete or damaged"),
    "animated": (
        encoded(seven(), save_all=True, append_images=[seven(ink=90)]), "animated",
    ),
    "animated webp": (
        encoded(seven(), "WEBP", save_all=True, append_images=[seven(ink=90)]), "animated",
    ),
    "truncated webp": (encoded(seven(), "WEBP")[:90], "incomplete or damaged|not a PNG"),
    "truncated bmp": (encoded(seven(), "BMP")[:900], "incomplete or damaged"),
    "too many bytes": (PLAIN + bytes(MAX_BYTES), "larger than 10 MB"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_picture_gets_one_clear_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        open_picture(content)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cut", range(0, len(PLAIN) - 40, max(1, len(PLAIN) // 40)))
def test_wherever_a_png_is_cut_it_gets_a_sentence(cut: int) -> None:
    with pytest.raises(InputError):
        open_picture(PLAIN[:cut])


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone.png"):
        open_picture(tmp_path / "gone.png")


BLANK = {
    "white": Image.new("L", (200, 200), 255),
    "black": Image.new("L", (200, 200), 0),
    "one pixel": Image.new("L", (1, 1), 0),
    "one row": Image.new("L", (500, 1), 128),
    "all transparent": Image.new("RGBA", (200, 200), (255, 255, 255, 0)),
    "black frame of the network's size": Image.new("L", (28, 28), 0),
}


@pytest.mark.parametrize("picture", BLANK.values(), ids=BLANK.keys())
def test_blank_picture_says_that_nothing_is_drawn(picture: Image.Image) -> None:
    with pytest.raises(InputError, match="Nothing is drawn"):
        from_picture(open_picture(encoded(picture)))


@pytest.mark.parametrize("shape", [(1, 2), (2, 2), (3, 1), (5, 5), (1, 640), (640, 2), (28, 27)])
def test_smallest_pictures_are_read_or_refused_in_a_sentence(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    for picture in (noise, np.eye(*shape, dtype=np.uint8) * 255):
        try:
            seen = from_picture(grey(Image.fromarray(picture)))
        except InputError:
            continue
        assert seen.image.shape == (28, 28)
        assert seen.image.max() > 0
