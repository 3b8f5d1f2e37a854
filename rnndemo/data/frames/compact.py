"""Pen strokes as a short text that a link can carry.

Points are rounded to whole pixels of their board. What is written are their differences as 16-bit
numbers, low bytes before high bytes, packed by zlib and in base64 without signs that a link would
have to escape. A text is opened with suspicion: anybody may have written it.
"""

from __future__ import annotations

import base64
import re
import zlib

import numpy as np

from rnndemo.data.frames.strokes import MAX_POINTS, MAX_STROKES, Strokes
from rnndemo.errors import N_, InputError

MAX_LETTERS = 1500
TOLERANCES = (0.0, 0.5, 1.0, 2.0)  # pixels that a thinned line may lie beside the drawn one
DAMAGED = N_("The drawing in this link is damaged. Ask for the link again.")

_LIMIT = 2**15 - 1  # the largest number that 16 bits hold
_MAX_BYTES = 2 * (2 + MAX_STROKES + 2 * MAX_POINTS)
_TEXT = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_LETTERS}}}")


def to_text(strokes: Strokes, board: float) -> str:
    """Return strokes on a board of this side as a text, thinned if it would be too long.

    If even that does not make it short enough, the text is "".
    """
    outside = any(np.abs(stroke).max() > _LIMIT for stroke in strokes)
    if not strokes or outside or not 1 <= board <= _LIMIT:
        return ""
    for tolerance in TOLERANCES:
        text = _packed([thinned(stroke, tolerance) for stroke in strokes], board)
        if len(text) <= MAX_LETTERS:
            return text
    return ""


def from_text(text: str) -> tuple[Strokes, float]:
    """Return strokes and the side of their board; undoes `to_text` but for the rounding.

    Raises
    ------
    InputError
        If it is no such text.
    """
    if not _TEXT.fullmatch(text):
        raise InputError(DAMAGED)
    numbers = _unpacked(text)
    if len(numbers) < 2:
        raise InputError(DAMAGED)
    board, count = int(numbers[0]), int(numbers[1])
    lengths = numbers[2 : 2 + max(count, 0)].astype(int)
    total = int(lengths.sum())
    if not (
        board > 0
        and 0 < count <= MAX_STROKES
        and (lengths > 0).all()
        and total <= MAX_POINTS
        and len(numbers) == 2 + count + 2 * total
    ):
        raise InputError(DAMAGED)
    # sums of 16-bit numbers wrap around, just as their differences did
    points = np.cumsum(numbers[2 + count :].reshape(2, total), 1, dtype=np.int16).T.astype(float)
    return np.split(points, np.cumsum(lengths)[:-1]), float(board)


def thinned(stroke: np.ndarray, tolerance: float) -> np.ndarray:
    """Return the points ``(count, 2)`` that a line needs to pass all of them within `tolerance`.

    This is the method of Ramer, Douglas and Peucker: the farthest point from the line between two
    kept ones is kept, until none is too far.
    """
    if tolerance == 0:
        return stroke
    kept = np.zeros(len(stroke), bool)
    kept[[0, -1]] = True
    spans = [(0, len(stroke) - 1)]
    while spans:
        first, last = spans.pop()
        far = _distances(stroke[first + 1 : last], stroke[first], stroke[last])
        if len(far) and far.max() > tolerance:
            middle = first + 1 + int(far.argmax())
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return stroke[kept]


def _distances(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return how far points ``(count, 2)`` are from the line between two others."""
    along = end - start
    length = max(float(along @ along), 1e-12)
    share = np.clip((points - start) @ along / length, 0, 1)
    return np.linalg.norm(points - start - share[:, None] * along, axis=1)


def _packed(strokes: Strokes, board: float) -> str:
    whole = [_without_repeats(np.round(stroke).astype(np.int16)) for stroke in strokes]
    points = np.concatenate(whole).T
    differences = np.diff(points, axis=1, prepend=np.zeros((2, 1), np.int16))
    head = [round(board), len(whole), *map(len, whole)]
    numbers = np.concatenate([np.array(head, "<i2"), differences.ravel().astype("<i2")])
    planes = numbers.view(np.uint8).reshape(-1, 2).T.tobytes()
    return base64.urlsafe_b64encode(zlib.compress(planes, 9)).decode("ascii").rstrip("=")


def _unpacked(text: str) -> np.ndarray:
    """Return the 16-bit numbers in a text, which are not yet checked."""
    opened = zlib.decompressobj()
    try:
        planes = opened.decompress(
            base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), _MAX_BYTES
        )
    except (ValueError, zlib.error):
        raise InputError(DAMAGED) from None
    if not opened.eof or len(planes) % 2:
        raise InputError(DAMAGED)
    pairs = np.frombuffer(planes, np.uint8).reshape(2, -1).T
    return np.ascontiguousarray(pairs).view("<i2").ravel().astype(np.int16)


def _without_repeats(points: np.ndarray) -> np.ndarray:
    moved = np.any(np.diff(points, axis=0) != 0, axis=1)
    return points[np.concatenate([[True], moved])]
