"""Read drawings from a picture, arrays or strokes, as the network sees them.

======================  ==========================================================================
file                    content
======================  ==========================================================================
``.png .jpg .jpeg``
``.webp .bmp``          one picture
``.npz``                ``images`` uint8 ``(N, H, W)`` and, optionally, ``labels (N,)``
``.jsonl .jsonl.gz``    one drawing per line: ``{"label": "7", "strokes": [[[x, y], …], …]}``
======================  ==========================================================================

All go through the same preprocessing as a drawing on the page, which leaves as it is what already
has the form that the model reads. A blank drawing is no error: it is marked, and answered with "?".
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import torch
from torch import Tensor

from rnndemo.data.files.arrays import (
    MAX_IMAGES,
    MAX_LABEL,
    are_numerals,
    read_arrays,
    reading,
    too_many,
)
from rnndemo.data.files.pictures import EIGHT_BIT, ENDINGS, as_bytes, open_picture
from rnndemo.data.frames.pen import MUCH
from rnndemo.data.frames.seen import MIN_CONTRAST, Seen
from rnndemo.data.frames.strokes import parse_strokes
from rnndemo.data.frames.table import FRAMES, NO_PICTURE, NO_STROKES, Frame
from rnndemo.errors import InputError

MAX_LINE = 4_000_000  # bytes; the longest drawing that is allowed needs about half of it
MAX_BYTES = 1_000_000_000  # of all lines, unpacked


@dataclass(frozen=True)
class Drawings:
    """Drawings as the network sees them.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, H, W)``, light ink on dark.
    blank : Tensor
        bool ``(N,)``: whether nothing, or only a speck, is drawn; the picture is black then.
    labels : tuple of (str or None), optional
        What each shows, None if the file does not say; None if it says so for no drawing.
    """

    images: Tensor
    blank: Tensor
    labels: tuple[str | None, ...] | None = None

    def __len__(self) -> int:
        return len(self.images)


# a drawing: its picture (None if blank) and its label (None if not given)
_Drawing = tuple[np.ndarray | None, str | None]


@dataclass(frozen=True)
class _Wanted:
    """What a model reads: its frame, its size, its classes, and whether it learnt from arrays."""

    frame: Frame
    size: tuple[int, int]
    classes: tuple[str, ...] = ()
    learnt_arrays: bool = False

    @cached_property
    def counted(self) -> range:
        """The whole numbers that count the classes: none where these are numerals."""
        return range(0 if are_numerals(self.classes) else len(self.classes))

    def class_of(self, number: int) -> str:
        """Return the class that a whole-number label means: that of its place, or of its name."""
        return self.classes[number] if number in self.counted else str(number)

    def takes(self, shape: tuple[int, ...]) -> bool:
        """Return whether arrays of this shape are what it reads, whatever they look like."""
        alone = self.learnt_arrays or self.size != self.frame.size or not self.frame.takes_pictures
        return alone and shape == self.size


def read_drawings(
    path: Path | str,
    frame: str = "ink",
    image_size: tuple[int, int] | None = None,
    classes: tuple[str, ...] = (),
    limit: int | None = None,
    learnt_arrays: bool = False,
) -> Drawings:
    """Return the drawings in a file; the table above lists the kinds of file.

    Parameters
    ----------
    frame : str, default "ink"
        Of the network, a key of `rnndemo.data.frames.table.FRAMES`.
    image_size : tuple of int, optional
        Height and width that the model reads; by default those of the frame.
    classes : tuple of str, default ()
        The model's classes, in order: integer labels are their names if these are numerals, and
        otherwise count them from 0.
    limit : int, optional
        Number of drawings to read at most.
    learnt_arrays : bool, default False
        Whether the model learnt from an ``.npz``: arrays of its size are then what it reads,
        whatever they look like.

    Raises
    ------
    InputError
        If the file is of another kind, damaged, too large or empty, or a drawing in it is
        unusable, other than blank.
    """
    path = Path(path)
    name = path.name.lower()
    reader = next((read for end, read in READERS.items() if name.endswith(end)), None)
    if reader is None:
        raise InputError(
            "{file}: files of this kind cannot be read; use one of {known}.",
            file=path.name, known=", ".join(READERS),
        )  # fmt: skip
    wanted = _Wanted(FRAMES[frame], image_size or FRAMES[frame].size, classes, learnt_arrays)
    return _gathered(path, islice(reader(path, wanted), limit), wanted.size)


def read_npz(path: Path, frame: str = "ink", part: str = "") -> Drawings:
    """Return the drawings in an ``.npz`` file of any name, to learn from, in the size of `frame`.

    `part` is a prefix as in `rnndemo.data.files.arrays.read_arrays`.
    """
    wanted = _Wanted(FRAMES[frame], FRAMES[frame].size, learnt_arrays=True)
    return _gathered(path, _read_arrays(path, wanted, part), wanted.size)


def _gathered(path: Path, read: Iterable[_Drawing], size: tuple[int, int]) -> Drawings:
    drawings = list(read)
    if not drawings:
        raise InputError("{file} contains no drawings.", file=path.name)
    nothing = np.zeros(size, np.uint8)
    images = np.stack([nothing if image is None else image for image, _ in drawings])
    labels = tuple(label for _, label in drawings)
    return Drawings(
        torch.from_numpy(images),
        torch.tensor([image is None for image, _ in drawings]),
        None if all(label is None for label in labels) else labels,
    )


def join(parts: list[Drawings]) -> Drawings:
    """Return the drawings of several files in one sequence."""
    labels = tuple(label for part in parts for label in part.labels or (None,) * len(part))
    return Drawings(
        torch.cat([part.images for part in parts]),
        torch.cat([part.blank for part in parts]),
        None if all(label is None for label in labels) else labels,
    )


def _read_picture(path: Path, wanted: _Wanted) -> Iterator[_Drawing]:
    try:
        grey = open_picture(path)
    except InputError as problem:
        if "file" in problem.values:
            raise
        raise InputError("{file}: {problem}", file=path.name, problem=problem) from None
    yield _seen_picture(grey, wanted, path), None


def _seen_picture(grey: np.ndarray, wanted: _Wanted, path: Path) -> np.ndarray | None:
    if not wanted.frame.takes_pictures:
        raise InputError("{file}: {problem}", file=path.name, problem=NO_PICTURE)
    return _seen(lambda: wanted.frame.from_picture(grey), wanted, path)


def _seen(brought: Callable[[], Seen], wanted: _Wanted, path: Path) -> np.ndarray | None:
    """Return the picture, uint8, or None if nothing or only a speck is drawn."""
    if wanted.size != wanted.frame.size:
        height, width = wanted.size
        tall, wide = wanted.frame.size
        raise InputError(
            "{file}: the model reads arrays of {height} x {width}, but drawings become {tall} "
            "x {wide}.",
            file=path.name, height=height, width=width, tall=tall, wide=wide,
        )  # fmt: skip
    try:
        image = brought().image
    except InputError as problem:
        if problem.message == MUCH:
            raise InputError("{file}: {problem}", file=path.name, problem=problem) from None
        return None  # the file is fine, but no ink stands out
    return as_bytes(image)


# --- .jsonl -----------------------------------------------------------------------------------


def _read_lines(path: Path, wanted: _Wanted) -> Iterator[_Drawing]:
    if not wanted.frame.takes_strokes:
        raise InputError("{file}: {problem}", file=path.name, problem=NO_STROKES)
    for number, line in enumerate(_lines(path), 1):
        if number > MAX_IMAGES:
            raise too_many(path)
        if not line.strip():
            continue
        try:
            content = json.loads(line)
            if not isinstance(content, Mapping) or "strokes" not in content:
                raise InputError('a drawing looks like {{"label": "7", "strokes": [[[x, y], …]]}}.')
            strokes = parse_strokes(content["strokes"])
            label = _label(content.get("label"), wanted)
        except InputError as problem:
            raise _in_line(path, number, str(problem)) from None
        except (ValueError, RecursionError):
            raise _in_line(path, number, "this is not JSON.") from None
        yield _seen(partial(wanted.frame.from_strokes, strokes, None), wanted, path), label


def _lines(path: Path) -> Iterator[bytes]:
    number = total = 0
    with reading(path), _open(path) as file:
        while line := file.readline(MAX_LINE + 1):
            number, total = number + 1, total + len(line)
            if len(line) > MAX_LINE or total > MAX_BYTES:
                raise _in_line(path, number, "this is too long for drawings.")
            yield line


def _open(path: Path) -> BinaryIO:
    packed = path.name.lower().endswith(".gz")
    return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")


def _label(value: object, wanted: _Wanted) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)) or len(str(value)) > MAX_LABEL:
        raise InputError("the label must be text of at most {most} characters.", most=MAX_LABEL)
    return wanted.class_of(value) if isinstance(value, int) else _writable(value)


def _writable(text: str) -> str:
    """Return text without what UTF-8 cannot hold: half of a pair of UTF-16."""
    return text.encode("utf-8", "replace").decode()


# --- .npz -------------------------------------------------------------------------------------


def _read_arrays(path: Path, wanted: _Wanted, part: str = "") -> Iterator[_Drawing]:
    images, labels = read_arrays(path, part)
    names = [None] * len(images) if labels is None else _names(labels, wanted)
    for image, label in zip(images, names, strict=True):
        if not wanted.takes(image.shape):
            yield _seen_picture(image.astype(np.float32) / EIGHT_BIT, wanted, path), label
        else:
            flat = int(image.max()) - int(image.min()) < MIN_CONTRAST * EIGHT_BIT
            yield None if flat else image, label


def _names(labels: np.ndarray, wanted: _Wanted) -> list[str]:
    if labels.dtype.kind == "S":
        return [label.decode("utf-8", "replace") for label in labels.tolist()]
    if labels.dtype.kind in "iu":
        return [wanted.class_of(label) for label in labels.tolist()]
    return [_writable(str(label)) for label in labels.tolist()]


def _in_line(path: Path, number: int, problem: str) -> InputError:
    return InputError(
        "{file}, line {number}: {problem}", file=path.name, number=number, problem=problem
    )


_Reader = Callable[[Path, _Wanted], Iterator[_Drawing]]

READERS: dict[str, _Reader] = {
    **dict.fromkeys(ENDINGS, _read_picture),
    ".npz": _read_arrays,
    ".jsonl": _read_lines,
    ".jsonl.gz": _read_lines,
}
