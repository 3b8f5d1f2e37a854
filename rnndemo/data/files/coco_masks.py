"""Masks as COCO writes them: runs of pixels, as numbers or as text, and polygons.

Runs count the pixels of a picture column by column from the top left: first those that are not in
the mask, then those that are, and so on (Lin et al. 2014, and the mask functions of its authors).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from rnndemo.errors import InputError

BITS, SIGN, MORE, FIRST = 5, 0x10, 0x20, 48  # of a character of the text form
LONGEST = 7  # characters of one number: 35 bits
CORNER = 2  # numbers
FEWEST = 3 * CORNER  # numbers of a polygon


def encoded(mask: np.ndarray) -> str:
    """Return the runs of a mask, bool ``(height, width)``, as text."""
    flat = mask.ravel(order="F")
    changes = np.flatnonzero(flat != np.concatenate([[False], flat[:-1]]))
    counts = np.diff([0, *changes, mask.size]).tolist()
    return "".join(
        _text(count - counts[place - 2] if place > 2 else count)
        for place, count in enumerate(counts)
    )


def _text(number: int) -> str:
    letters = ""
    while True:
        part, number = number & (MORE - 1), number >> BITS
        last = number == (-1 if part & SIGN else 0)
        letters += chr(part + FIRST if last else (part | MORE) + FIRST)
        if last:
            return letters


def runs_of(content: Mapping[str, Any], size: tuple[int, int]) -> np.ndarray:
    """Return the runs in ``{"counts": …, "size": [height, width]}``, int64 ``(runs,)``.

    Parameters
    ----------
    size : tuple of int
        Height and width of the picture.

    Raises
    ------
    InputError
        If they are not the runs of a picture of this size.
    """
    if content.get("size") != list(size):
        raise InputError(
            "its segmentation has the size {found}, but its picture is {height} × {width} "
            "(height × width).",
            found=str(content.get("size"))[:40], height=size[0], width=size[1],
        )  # fmt: skip
    counts = content.get("counts")
    numbers = _numbers(counts) if isinstance(counts, str) else counts
    total = size[0] * size[1]
    if not isinstance(numbers, list) or not all(
        type(number) is int and 0 <= number <= total for number in numbers
    ):
        raise InputError("its segmentation is no run-length code of COCO; write it again.")
    found = sum(numbers)
    if found != total:
        raise InputError(
            "the runs of its segmentation have {found} pixels, but its picture has {total}.",
            found=found, total=total,
        )  # fmt: skip
    return np.array(numbers, np.int64)


def _numbers(text: str) -> list[int] | None:
    """Return the numbers that a text stands for; None if it stands for none."""
    numbers, number, shift = list[int](), 0, 0
    for letter in text:
        part = ord(letter) - FIRST
        if not 0 <= part < 2 * MORE or shift >= LONGEST * BITS:
            return None
        number |= (part & (MORE - 1)) << shift
        shift += BITS
        if part & MORE:
            continue
        if part & SIGN:
            number -= 1 << shift
        numbers.append(number + (numbers[-2] if len(numbers) > 2 else 0))
        number = shift = 0
    return None if shift else numbers


def polygons_of(content: list[Any]) -> list[list[float]]:
    """Return the polygons of a segmentation: x, y, x, y, … each.

    Raises
    ------
    InputError
        If one has fewer than three corners, or its corners are no numbers.
    """
    for polygon in content:
        good = isinstance(polygon, list) and len(polygon) >= FEWEST and len(polygon) % CORNER == 0
        if not good or not all(map(is_number, polygon)):
            raise InputError(
                "its segmentation has a polygon that is not x, y, x, y, … with at least three "
                "corners."
            )
    return content


def is_number(value: Any) -> bool:
    """Return whether `value` is a number that a picture's coordinate can be."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def paint(board: np.ndarray, shape: np.ndarray | list[list[float]], value: int) -> None:
    """Give the pixels of a mask a value.

    Parameters
    ----------
    board : ndarray
        Integers ``(height, width)``, changed in place.
    shape : ndarray or list
        Runs, or polygons.
    """
    height, width = board.shape
    if isinstance(shape, np.ndarray):
        inside = np.repeat(np.arange(len(shape)) % 2 == 1, shape)
        board[inside.reshape(width, height).T] = value
        return
    drawn = Image.new("1", (width, height))
    pen = ImageDraw.Draw(drawn)
    low, high = (-width, -height), (2 * width, 2 * height)
    for polygon in shape:
        corners = np.clip(np.reshape(polygon, (-1, CORNER)), low, high)
        pen.polygon([*map(tuple, (corners - 0.5).tolist())], fill=1)  # from middles of pixels
    board[np.asarray(drawn)] = value
