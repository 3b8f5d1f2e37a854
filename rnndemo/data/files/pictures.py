"""Open an untrusted picture as grey values.

Only still pictures of the kinds in `FORMATS` are decoded, their size is checked before any pixel
is, and each problem has its own message. A phone's JPEG may contain a second picture, such as the
brightness for bright screens; the first is the photograph.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from rnndemo.data.frames.seen import MIN_CONTRAST
from rnndemo.errors import N_, InputError

JPEGS = ("JPEG", "MPO")  # MPO is a JPEG followed by others
FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
JPEG_START, PNG_START = b"\xff\xd8", b"\x89PNG"
PNG_CHUNKS, PNG_BITS = 8, 24  # where the first chunk begins, and where the bits per channel stand
MAX_BYTES = 10_000_000
MAX_SIDE = 12_000
MAX_PIXELS, MAX_JPEG = 40_000_000, 64_000_000  # a JPEG is decoded at a fraction of its size
MAX_DECODED, MAX_COEFFICIENTS = 76_000_000, 110_000_000  # bytes that Pillow fills
# bytes a pixel takes in Pillow, else 4; a palette's pixels take the time of 3
SIZES = {"1": 1, "L": 1, "I;16": 2, "P": 3}
MAX_WEBP = 7_000_000  # pixels: decoding takes several copies of the picture
MAX_CHUNKS = 4_000  # of a PNG; Pillow's time for them grows with their square
MAX_RLE = 400_000  # bytes of a packed BMP, which Pillow unpacks run by run in Python
JPEG_MARK, JPEG_SCAN, JPEG_END = b"\xff", b"\xff\xda", b"\xff\xd9"
MAX_SCANS, MAX_SCANNED = 64, 1_500_000_000  # pixels that all scans go through
STRIP = 1_000_000  # pixels that are prepared at once
WORKING_SIDE = 640  # longer side to which larger pictures are reduced first
EIGHT_BIT = 255.0
DEEP = (10, 12, 14, 16)  # bits of a camera or scanner, which a file of 16 bits holds
PALE = 0.5  # of the colours' spread: if brightness spreads less, colours tell more than it
EVERY, SPREAD = 3, (0.1, 99.9)  # pixel that is looked at for that, and percentiles

SLOW = N_("The picture is stored in a way that takes too long to read; save it as a JPEG or PNG.")


class Orientation(NamedTuple):
    """What makes a picture upright.

    Parameters
    ----------
    how : Transpose or None
        None where it is upright.
    sideways, backwards : bool
        Whether the rows of the upright picture are columns, and the first is the last one.
    """

    how: Image.Transpose | None = None
    sideways: bool = False
    backwards: bool = False


# by orientation in Exif
TURNS = {
    2: Orientation(Image.Transpose.FLIP_LEFT_RIGHT),
    3: Orientation(Image.Transpose.ROTATE_180, backwards=True),
    4: Orientation(Image.Transpose.FLIP_TOP_BOTTOM, backwards=True),
    5: Orientation(Image.Transpose.TRANSPOSE, sideways=True),
    6: Orientation(Image.Transpose.ROTATE_270, sideways=True),
    7: Orientation(Image.Transpose.TRANSVERSE, sideways=True, backwards=True),
    8: Orientation(Image.Transpose.ROTATE_90, sideways=True, backwards=True),
}


def as_bytes(pictures: np.ndarray) -> np.ndarray:
    """Return grey values in [0, 1] as uint8."""
    return (pictures * EIGHT_BIT).round().astype(np.uint8)


def open_picture(source: bytes | Path) -> np.ndarray:
    """Return the grey values of a picture.

    Photographs are turned upright, 16 bits are scaled to [0, 1], and transparent pixels become
    white or black, whichever shows the drawing. Colours become luminance; if there is hardly any
    difference in it, as of red ink on green, they become the direction in which they differ most.

    Parameters
    ----------
    source : bytes or Path
        The file's content or its path.

    Returns
    -------
    ndarray
        float32 ``(H, W)`` in [0, 1], 0 black; neither side above 640.

    Raises
    ------
    InputError
        If it is not a still picture of a known kind, or is damaged or too large.
    """
    return open_sized(source)[0]


def open_sized(source: bytes | Path) -> tuple[np.ndarray, tuple[int, int]]:
    """Return the grey values of a picture, and its full width and height when it is upright.

    Parameters and errors are those of `open_picture`.
    """
    content = source if isinstance(source, bytes) else _read(source)
    if len(content) > MAX_BYTES:
        raise InputError(
            "The file is larger than {most} MB; save a smaller copy.", most=MAX_BYTES // 1_000_000
        )
    if content.startswith(PNG_START) and _many_chunks(content):
        raise InputError(SLOW)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            _check_size(picture, content)
            size = picture.size
            picture.draft(None, (WORKING_SIDE, WORKING_SIDE))  # a JPEG is decoded small
            picture.load()
            upright = size[::-1] if _turn(picture).sideways else size
            return _grey(picture, _bits(content)), upright
    except InputError:
        raise
    except UnidentifiedImageError:
        raise InputError(
            "This is not a PNG, JPEG, WebP or BMP picture, whatever its name says; save it as one "
            "of these."
        ) from None
    except Image.DecompressionBombError:
        raise _too_large(MAX_JPEG if content.startswith(JPEG_START) else MAX_PIXELS) from None
    except Exception:  # Pillow raises anything over damaged content
        raise InputError(
            "The picture is incomplete or damaged; save or photograph it again."
        ) from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        raise InputError("The file {file} cannot be read.", file=path.name) from None


def _too_large(most: int) -> InputError:
    return InputError(
        "The picture is too large to read: at most {side} pixels per side and {pixels} million "
        "in total.",
        side=MAX_SIDE, pixels=most // 1_000_000,
    )  # fmt: skip


def _check_size(picture: ImageFile.ImageFile, content: bytes) -> None:
    """Check what a picture would take, before any pixel of it is decoded."""
    if getattr(picture, "n_frames", 1) > 1 and picture.format not in JPEGS:
        raise InputError("This picture is animated; choose a still one.")
    packed = picture.format == "BMP" and picture.tile[0].codec_name == "bmp_rle"
    if packed and len(content) > MAX_RLE:
        raise InputError(SLOW)
    most = _most_pixels(picture, content)
    if max(picture.size) > MAX_SIDE or picture.width * picture.height > most:
        raise _too_large(most)


def _most_pixels(picture: ImageFile.ImageFile, content: bytes) -> int:
    """Return how many pixels a picture of this kind may have."""
    if picture.format == "WEBP":
        return MAX_WEBP
    if picture.format not in JPEGS:
        return min(MAX_PIXELS, MAX_DECODED // SIZES.get(picture.mode, 4))
    scans, parts = _scans(content)
    if scans > MAX_SCANS:
        raise InputError(SLOW)
    layers = [layer[1:3] for layer in picture.layer]  # type: ignore[attr-defined]
    if scans == 1 and parts == len(layers) and not picture.info.get("progressive"):
        return MAX_JPEG  # decoded row by row, at a fraction of its size
    # all coefficients are kept, 16 bits each, and gone through once a scan
    most = max(across for across, _ in layers) * max(down for _, down in layers)
    share = sum(across * down for across, down in layers) / most
    return min(MAX_JPEG, int(MAX_COEFFICIENTS / (2 * share)), MAX_SCANNED // scans)


def _scans(content: bytes) -> tuple[int, int]:
    """Return how many scans a JPEG has, not counting its thumbnail's, and the first one's parts."""
    at = 2
    while content[at : at + 1] == JPEG_MARK and content[at : at + 2] != JPEG_SCAN:
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    end = content.find(JPEG_END, at)
    scans = content.count(JPEG_SCAN, at, end if end > 0 else len(content))
    return max(1, scans), int.from_bytes(content[at + 4 : at + 5], "big")


def _many_chunks(content: bytes) -> bool:
    """Return whether a PNG has more chunks than `MAX_CHUNKS`."""
    at = PNG_CHUNKS
    for _ in range(MAX_CHUNKS):
        at += 12 + int.from_bytes(content[at : at + 4], "big")  # length, name, content, checksum
        if at >= len(content):
            return False
    return True


def _bits(content: bytes) -> int:
    """Return the bits per channel of a file, of which Pillow keeps 8 in a picture in colours."""
    return content[PNG_BITS] if content.startswith(PNG_START) else 8


class _Upright:
    """A decoded picture as one sees it; its strips are turned, the whole never is."""

    def __init__(self, picture: Image.Image) -> None:
        self.picture, self.turn = picture, _turn(picture)
        width, height = picture.size
        self.width, self.height = (height, width) if self.turn.sideways else (width, height)

    def strips(self, by: int = 1) -> Iterator[tuple[int, Image.Image]]:
        """Yield strips with their top; each, but the last, is a multiple of `by` high."""
        high = max(1, STRIP // self.width // by) * by
        for top in range(0, self.height, high):
            yield top, self._strip(top, min(top + high, self.height))

    def _strip(self, top: int, bottom: int) -> Image.Image:
        if self.turn.backwards:
            first, last = self.height - bottom, self.height - top
        else:
            first, last = top, bottom
        if self.turn.sideways:
            strip = self.picture.crop((first, 0, last, self.width))
        else:
            strip = self.picture.crop((0, first, self.width, last))
        return strip if self.turn.how is None else strip.transpose(self.turn.how)


def _turn(picture: Image.Image) -> Orientation:
    # not by ImageOps, which also rewrites all Exif data and fails if any is malformed
    try:
        return TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1), Orientation())
    except Exception:  # as above, of damaged Exif
        return Orientation()


def _grey(picture: Image.Image, bits: int) -> np.ndarray:
    """Return the grey values of a decoded picture, reduced."""
    upright = _Upright(picture)
    grey, colours = _reduced(upright, _preparation(upright))
    if colours is None:
        return grey
    grey = _telling(grey, colours)
    if bits > 8:
        white = _white(grey.max() * 65535) / 65535
        grey = (grey / white).clip(0, 1)
    return grey


def _preparation(upright: _Upright) -> Callable[[Image.Image], Image.Image]:
    """Return what brings a strip of a picture to 8 bits without transparency."""
    picture = upright.picture
    if picture.mode.startswith("I"):  # 16 bits: Pillow's own conversion to 8 would clip
        white = _white(max(float(np.asarray(strip).max()) for _, strip in upright.strips()))
        return lambda strip: Image.fromarray(
            as_bytes((np.asarray(strip, np.float32) / white).clip(0, 1))
        )
    if "A" in picture.getbands() or "transparency" in picture.info:
        ground = _contrasting(upright)
        return lambda strip: _on_ground(strip, ground)
    return lambda strip: strip


def _reduced(
    upright: _Upright, prepare: Callable[[Image.Image], Image.Image]
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return grey values ``(H, W)`` and colours ``(H, W, 3)``, or None of a grey picture.

    They are those of Pillow's `thumbnail`, bit by bit. But a picture is turned, prepared and
    converted strip by strip, and each strip reduced at once: no second picture of its full size is
    ever made.
    """
    full = (upright.width, upright.height)
    size = _reduced_size(*full)
    across, down = (  # as Pillow chooses them for a gap of 2
        max(1, int(old / new / 2)) for old, new in zip(full, size, strict=True)
    )
    few = (-(-upright.width // across), -(-upright.height // down))
    parts = {mode: Image.new(mode, few) for mode in ("L", "RGB")}
    for top, strip in upright.strips(down):
        plain = prepare(strip)
        if plain.mode == "L":
            parts.pop("RGB", None)
        for mode, part in parts.items():
            part.paste(plain.convert(mode).reduce((across, down)), (0, top // down))
    box = (0.0, 0.0, upright.width / across, upright.height / down)
    values = {
        mode: np.asarray(part.resize(size, Image.Resampling.BOX, box), np.float32) / EIGHT_BIT
        for mode, part in parts.items()
    }
    return values["L"], values.get("RGB")


def _reduced_size(width: int, height: int) -> tuple[int, int]:
    """Return the size with the longer side at most `WORKING_SIDE`, rounded as Pillow does."""
    most, aspect = WORKING_SIDE, width / height
    if max(width, height) <= most:
        return width, height
    short = most * min(aspect, 1 / aspect)
    near = (max(1, math.floor(short)), math.ceil(short))
    if aspect <= 1:
        return min(near, key=lambda one: abs(aspect - one / most)), most
    return most, min(near, key=lambda one: abs(aspect - most / one))


def _white(brightest: float) -> float:
    """Return the value of white in a file of 16 bits: a camera's 12 fill the lowest of them."""
    return next(2.0**bits - 1 for bits in DEEP if brightest < 2**bits or bits == DEEP[-1])


def _telling(grey: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Return `grey`, or if colours tell much more, their first principal component."""
    some = colours[::EVERY, ::EVERY].reshape(-1, 3)
    axis = np.linalg.eigh(np.cov(some.T) if len(some) > 1 else np.eye(3))[1][:, -1]
    along = (some @ axis) / np.sqrt(3)  # from black to white is 1
    low, high = np.percentile(along, SPREAD)
    bright = np.ptp(np.percentile(grey[::EVERY, ::EVERY], SPREAD))
    if high - low < MIN_CONTRAST or bright >= PALE * (high - low):
        return grey
    return ((colours @ axis) / np.sqrt(3) - low).clip(0, 1).astype(np.float32)


def _contrasting(upright: _Upright) -> str:
    """Return white or black, whichever shows what is drawn on a transparent ground."""
    visible = light = 0
    for _, strip in upright.strips():
        grey, alpha = (
            np.asarray(band, np.uint32) for band in strip.convert("RGBA").convert("LA").split()
        )
        visible += int(alpha.sum(dtype=np.uint64))
        light += int((grey * alpha).sum(dtype=np.uint64))
    return "black" if light > 0.5 * EIGHT_BIT * visible else "white"


def _on_ground(strip: Image.Image, ground: str) -> Image.Image:
    """Lay a transparent picture on a colour."""
    return Image.alpha_composite(
        Image.new("RGBA", strip.size, ground), strip.convert("RGBA")
    ).convert("RGB")
