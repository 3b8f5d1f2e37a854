"""Open an untrusted picture as grey values.

Only still pictures of the kinds in `FORMATS` are decoded, their size is checked before any pixel
is, and each problem has its own message. A phone's JPEG may contain a second picture, such as the
brightness for bright screens; the first is the photograph.
"""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from rnndemo.data.frames.seen import MIN_CONTRAST
from rnndemo.errors import InputError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
JPEG_START, PNG_START, PNG_BITS = b"\xff\xd8", b"\x89PNG", 24  # where a PNG says bits per channel
MAX_BYTES = 10_000_000
MAX_SIDE = 12_000
MAX_PIXELS, MAX_JPEG = 40_000_000, 64_000_000  # a JPEG is decoded at a fraction of its size
WORKING_SIDE = 640  # longer side to which larger pictures are reduced first
EIGHT_BIT = 255.0
DEEP = (10, 12, 14, 16)  # bits of a camera or scanner, which a file of 16 bits holds
PALE = 0.5  # of the colours' spread: if brightness spreads less, colours tell more than it
EVERY, SPREAD = 3, (0.1, 99.9)  # pixel that is looked at for that, and percentiles

# orientation in Exif -> transposition that makes the picture upright
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
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
    content = source if isinstance(source, bytes) else _read(source)
    if len(content) > MAX_BYTES:
        raise InputError(
            "The file is larger than {most} MB; save a smaller copy.", most=MAX_BYTES // 1_000_000
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                _check_size(picture)
                picture.draft(None, (WORKING_SIDE, WORKING_SIDE))  # a JPEG is decoded small
                picture.load()
                return _grey(_upright(picture), _bits(content))
    except UnidentifiedImageError:
        raise InputError(
            "This is not a PNG, JPEG, WebP or BMP picture, whatever its name says; save it as one "
            "of these."
        ) from None
    except Image.DecompressionBombError:
        raise _too_large(content.startswith(JPEG_START)) from None
    except (OSError, SyntaxError, ValueError, EOFError) as problem:
        if isinstance(problem, InputError):
            raise
        raise InputError(
            "The picture is incomplete or damaged; save or photograph it again."
        ) from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        raise InputError("The file {file} cannot be read.", file=path.name) from None


def _too_large(jpeg: bool) -> InputError:
    return InputError(
        "The picture is too large to read: at most {side} pixels per side and {pixels} million "
        "in total.",
        side=MAX_SIDE, pixels=(MAX_JPEG if jpeg else MAX_PIXELS) // 1_000_000,
    )  # fmt: skip


def _check_size(picture: Image.Image) -> None:
    jpeg = picture.format in ("JPEG", "MPO")  # MPO is a JPEG followed by others
    most = MAX_JPEG if jpeg else MAX_PIXELS
    if max(picture.size) > MAX_SIDE or picture.width * picture.height > most:
        raise _too_large(jpeg)
    if not jpeg and getattr(picture, "n_frames", 1) > 1:
        raise InputError("This picture is animated; choose a still one.")


def _bits(content: bytes) -> int:
    """Return the bits per channel of a file, of which Pillow keeps 8 in a picture in colours."""
    return content[PNG_BITS] if content.startswith(PNG_START) else 8


def _upright(picture: Image.Image) -> Image.Image:
    # not by ImageOps, which also rewrites all Exif data and fails if any is malformed
    try:
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except (struct.error, TypeError, KeyError, IndexError, ValueError, SyntaxError):
        return picture
    return picture if turn is None else picture.transpose(turn)


def _grey(picture: Image.Image, bits: int) -> np.ndarray:
    if picture.mode.startswith("I"):  # 16 bits: Pillow's own conversion to 8 would clip
        deep = np.asarray(picture, np.float32)
        picture = Image.fromarray(as_bytes((deep / _white(deep.max())).clip(0, 1)))
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = _on_contrast(picture.convert("RGBA"))
    grey = _reduced(picture.convert("L"))
    if picture.mode != "L":
        grey = _telling(grey, picture)
    if bits > 8 and picture.mode != "L":
        white = _white(grey.max() * 65535) / 65535
        grey = (grey / white).clip(0, 1)
    return grey


def _reduced(picture: Image.Image) -> np.ndarray:
    picture.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(picture, np.float32) / EIGHT_BIT


def _white(brightest: float) -> float:
    """Return the value of white in a file of 16 bits: a camera's 12 fill the lowest of them."""
    return next(2.0**bits - 1 for bits in DEEP if brightest < 2**bits or bits == DEEP[-1])


def _telling(grey: np.ndarray, picture: Image.Image) -> np.ndarray:
    """Return `grey`, or if colours tell much more, their first principal component."""
    colours = _reduced(picture.convert("RGB"))
    some = colours[::EVERY, ::EVERY].reshape(-1, 3)
    axis = np.linalg.eigh(np.cov(some.T) if len(some) > 1 else np.eye(3))[1][:, -1]
    along = (some @ axis) / np.sqrt(3)  # from black to white is 1
    low, high = np.percentile(along, SPREAD)
    bright = np.ptp(np.percentile(grey[::EVERY, ::EVERY], SPREAD))
    if high - low < MIN_CONTRAST or bright >= PALE * (high - low):
        return grey
    return ((colours @ axis) / np.sqrt(3) - low).clip(0, 1).astype(np.float32)


def _on_contrast(picture: Image.Image) -> Image.Image:
    """Lay a transparent picture on white or black, whichever shows the drawing."""
    grey, alpha = (
        np.asarray(band, np.float32) / EIGHT_BIT for band in picture.convert("LA").split()
    )
    visible = alpha.sum()
    light_ink = visible > 0 and (grey * alpha).sum() / visible > 0.5
    ground = Image.new("RGBA", picture.size, "black" if light_ink else "white")
    return Image.alpha_composite(ground, picture).convert("RGB")
