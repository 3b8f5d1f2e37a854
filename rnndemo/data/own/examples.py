"""The stored form of examples of own classes: JSON strokes of drawings, PNGs of photographs.

All input is untrusted: it is checked, limited in size and normalized, so that the same example
always gives the same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from rnndemo.data.files.pictures import EIGHT_BIT, as_bytes, open_picture
from rnndemo.data.frames.seen import Seen
from rnndemo.data.frames.strokes import FORM, Strokes, parse_strokes
from rnndemo.data.frames.table import FRAMES
from rnndemo.errors import InputError

MAX_EXAMPLE_BYTES = 200_000  # of a stored example
SIDE = 256  # longest side of a stored photograph, in pixels
PNG_SIDES = slice(16, 24)  # bytes of a PNG that hold its width and height
PNG_START = b"\x89PNG\r\n\x1a\n"


def drawn(strokes: Strokes, board: float | None = None) -> bytes:
    """Return the stored form of a drawing: JSON, six digits per number.

    Parameters
    ----------
    board : float, optional
        Side of the board it was drawn on, in the same unit.

    Raises
    ------
    InputError
        If nothing or far too much is drawn.
    """
    FRAMES["ink"].from_strokes(strokes, board)
    FRAMES["path"].from_strokes(strokes, board)
    points = [[[_short(x), _short(y)] for x, y in stroke] for stroke in strokes]
    content = json.dumps(points, separators=(",", ":")).encode()
    if len(content) > MAX_EXAMPLE_BYTES:
        raise InputError("This drawing is too long to keep; use fewer strokes.")
    return content


def _short(number: float) -> float | int:
    value = float(f"{number:.6g}")
    return int(value) if value.is_integer() else value


def photographed(content: bytes) -> bytes:
    """Return the stored form of a PNG or JPEG: a grey PNG, its longest side 256 pixels or less.

    Colours and metadata, such as time and place, are dropped.

    Raises
    ------
    InputError
        If it is not a picture, damaged, too large, or shows nothing.
    """
    grey = open_picture(content)
    picture = Image.fromarray(as_bytes(grey))
    picture.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    FRAMES["photo"].from_picture(np.asarray(picture, np.float32) / EIGHT_BIT)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def read_strokes(content: bytes) -> Strokes:
    """Return the strokes of a stored drawing, or of an untrusted file.

    Raises
    ------
    InputError
        If it is not a drawing.
    """
    try:
        return parse_strokes(json.loads(content))
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, InputError):
            raise
        raise InputError(FORM) from None


def _checked_photo(content: bytes) -> bytes:
    """Return the stored form of a photograph in a set's file; its size is checked first."""
    sides = content[PNG_SIDES]
    if not content.startswith(PNG_START) or len(sides) < 8:
        raise InputError("This is not a PNG picture.")
    if max(int.from_bytes(sides[:4], "big"), int.from_bytes(sides[4:], "big")) > SIDE:
        raise InputError("This picture is larger than {side} pixels per side.", side=SIDE)
    return photographed(content)


@dataclass(frozen=True)
class ExampleKind:
    """A kind of examples.

    Parameters
    ----------
    suffix : str
        Of its files.
    checked : callable
        Untrusted bytes of an example -> its stored form, or an `InputError`.
    frames : tuple of str
        Frames in which it can be seen, keys of `rnndemo.data.frames.table.FRAMES`; the first is
        the default.
    seen : callable
        (stored form, frame) -> `Seen`.
    """

    suffix: str
    checked: Callable[[bytes], bytes]
    frames: tuple[str, ...]
    seen: Callable[[bytes, str], Seen]


def _seen_strokes(content: bytes, frame: str) -> Seen:
    return FRAMES[frame].from_strokes(read_strokes(content), None)


def _seen_photo(content: bytes, frame: str) -> Seen:
    return FRAMES[frame].from_picture(open_picture(content))


EXAMPLES: dict[str, ExampleKind] = {
    "drawn": ExampleKind(".json", lambda c: drawn(read_strokes(c)), ("ink", "path"), _seen_strokes),
    "photographed": ExampleKind(".png", _checked_photo, ("photo",), _seen_photo),
}
