"""The examples of own classes as they are kept: a drawing as JSON strokes, a photograph as a PNG.

Whatever comes in is read with suspicion, brought to one form, and bounded; the same example always
gives the same bytes.
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

MAX_EXAMPLE_BYTES = 200_000  # of one example as it is kept
SIDE = 256  # longest of a photograph as it is kept, in pixels
PNG_SIDES = slice(16, 24)  # where a PNG has its width and height
PNG_START = b"\x89PNG\r\n\x1a\n"


def drawn(strokes: Strokes, board: float | None = None) -> bytes:
    """Return a drawing as it is kept: JSON, six digits a number.

    Parameters
    ----------
    strokes : list of ndarray
    board : float, optional
        Side of the board it was drawn on, in the same unit; a speck on it is no drawing.

    Raises
    ------
    InputError
        If nothing is drawn, or far too much.
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
    """Return a PNG or JPEG as it is kept: a grey PNG, its longest side 256 pixels or less.

    Nothing else in the file is kept: neither colours nor where and when it was taken.

    Raises
    ------
    InputError
        If it is no picture, damaged, too large, or shows nothing.
    """
    grey = open_picture(content)
    picture = Image.fromarray(as_bytes(grey))
    picture.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    FRAMES["photo"].from_picture(np.asarray(picture, np.float32) / EIGHT_BIT)
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def read_strokes(content: bytes) -> Strokes:
    """Return the strokes of a drawing that was kept, or of a file that says it is one.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        return parse_strokes(json.loads(content))
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, InputError):
            raise
        raise InputError(FORM) from None


def _checked_photo(content: bytes) -> bytes:
    """Return a photograph from a set's file as it is kept; its size is looked at first."""
    sides = content[PNG_SIDES]
    if not content.startswith(PNG_START) or len(sides) < 8:
        raise InputError("This is not a PNG picture.")
    if max(int.from_bytes(sides[:4], "big"), int.from_bytes(sides[4:], "big")) > SIDE:
        raise InputError("This picture is larger than {side} pixels per side.", side=SIDE)
    return photographed(content)


@dataclass(frozen=True)
class ExampleKind:
    """A kind of example.

    Parameters
    ----------
    suffix : str
        Of its files.
    checked : callable
        Bytes of an example from anywhere -> bytes as they are kept; an `InputError` otherwise.
    frames : tuple of str
        What it can be brought to, keys of `rnndemo.data.frames.table.FRAMES`; the first is the
        usual one.
    seen : callable
        (bytes as they are kept, frame) -> `Seen`.
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
