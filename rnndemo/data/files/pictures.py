"""Open an untrusted picture as grey values.

Only still PNG and JPEG are decoded, their size is checked before any pixel is, and each problem has
its own message. A phone's JPEG may contain a second picture, such as the brightness for bright
screens; the first is the photograph.
"""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from rnndemo.errors import InputError

FORMATS, ENDINGS = ("PNG", "JPEG"), (".png", ".jpg", ".jpeg")
JPEG_START = b"\xff\xd8"
MAX_BYTES = 10_000_000
MAX_SIDE = 12_000
MAX_PIXELS = {"PNG": 40_000_000, "JPEG": 64_000_000}  # a JPEG is decoded at a fraction of its size
WORKING_SIDE = 640  # longer side to which larger pictures are reduced first
EIGHT_BIT = 255.0

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
    """Return the grey values of a PNG or JPEG.

    Photographs are turned upright, colours become luminance, 16 bits are scaled to [0, 1], and
    transparent pixels become white or black, whichever shows the drawing.

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
        If it is not a still PNG or JPEG, or is damaged or too large.
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
                picture.draft("L", (WORKING_SIDE, WORKING_SIDE))  # a JPEG is decoded small
                picture.load()
                return _grey(_upright(picture))
    except UnidentifiedImageError:
        raise InputError(
            "This is not a PNG or JPEG picture, whatever its name says; save it as one of these."
        ) from None
    except Image.DecompressionBombError:
        raise _too_large("JPEG" if content.startswith(JPEG_START) else "PNG") from None
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


def _too_large(kind: str) -> InputError:
    return InputError(
        "The picture is too large to read: at most {side} pixels per side and {pixels} million "
        "in total.",
        side=MAX_SIDE, pixels=MAX_PIXELS[kind] // 1_000_000,
    )  # fmt: skip


def _check_size(picture: Image.Image) -> None:
    kind = "PNG" if picture.format == "PNG" else "JPEG"  # MPO is a JPEG followed by others
    if max(picture.size) > MAX_SIDE or picture.width * picture.height > MAX_PIXELS[kind]:
        raise _too_large(kind)
    if kind == "PNG" and getattr(picture, "n_frames", 1) > 1:
        raise InputError("This picture is animated; choose a still one.")


def _upright(picture: Image.Image) -> Image.Image:
    # not by ImageOps, which also rewrites all Exif data and fails if any is malformed
    try:
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except (struct.error, TypeError, KeyError, IndexError, ValueError, SyntaxError):
        return picture
    return picture if turn is None else picture.transpose(turn)


def _grey(picture: Image.Image) -> np.ndarray:
    if picture.mode.startswith("I"):  # 16 bits: Pillow's own conversion to 8 would clip
        deep = np.asarray(picture, np.float32) / 65535
        picture = Image.fromarray((deep.clip(0, 1) * EIGHT_BIT).astype(np.uint8))
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = _on_contrast(picture.convert("LA"))
    picture = picture.convert("L")
    picture.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(picture, np.float32) / EIGHT_BIT


def _on_contrast(picture: Image.Image) -> Image.Image:
    grey, alpha = (np.asarray(band, np.float32) / EIGHT_BIT for band in picture.split())
    visible = alpha.sum()
    light_ink = visible > 0 and (grey * alpha).sum() / visible > 0.5
    laid = grey * alpha + (0.0 if light_ink else 1.0) * (1 - alpha)
    return Image.fromarray(as_bytes(laid))
