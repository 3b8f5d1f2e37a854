"""Arrays in an ``.npz`` file that is not trusted: headers are checked, nothing is unpickled."""

from __future__ import annotations

import io
import lzma
import math
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rnndemo.errors import InputError
from rnndemo.storage.files import write_bytes

MAX_HEADER = 20_000  # bytes of an array's header; ours have 128

MAX_DIRECTORY = 8_000_000  # bytes of an archive's list of members, each of which takes memory
END, END_SIZE, END_TAIL = b"PK\x05\x06", 22, 1 << 16  # where that list ends; a note may follow

# what reading a damaged zip or gzip stream can raise
BROKEN = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError, LookupError, struct.error,
    OverflowError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip

# (shape, dtype) -> whether the array is the expected one; may raise an InputError that says why not
Fits = Callable[[tuple[int, ...], np.dtype[Any]], bool]


def write_arrays(path: Path, arrays: dict[str, Any]) -> None:
    """Write `arrays` beside `path` and rename the file into place."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    write_bytes(path, file.getvalue())


@contextmanager
def opened(path: Path, otherwise: InputError) -> Iterator[zipfile.ZipFile]:
    """Yield the open archive at `path`.

    Raises
    ------
    InputError
        `otherwise`, if the file or an array read from it is missing, damaged or of another form.
    """
    try:
        with archive(path) as file:
            yield file
    except InputError:
        raise
    except (*BROKEN, TypeError, MemoryError):
        raise otherwise from None


def archive(path: Path) -> zipfile.ZipFile:
    """Return the open archive at `path`; the length of its list of members is checked first.

    Raises
    ------
    ValueError, or another of `BROKEN`
        If it is damaged, or the list too long.
    """
    if not stat.S_ISREG(path.stat().st_mode):  # a device has no end, and a pipe may never begin
        raise ValueError("no file")
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - END_TAIL - END_SIZE))
        tail = file.read()
    at = tail.rfind(END)
    if at < 0 or int.from_bytes(tail[at + 12 : at + 16], "little") > MAX_DIRECTORY:
        raise ValueError("no list of members, or too long a one")
    return zipfile.ZipFile(path)


def read_array(file: zipfile.ZipFile, name: str, most: int, fits: Fits) -> np.ndarray:
    """Return an array, after a check of its header.

    Parameters
    ----------
    most : int
        How many bytes it may take, unpacked.
    fits : callable
        Takes shape and dtype, and returns whether to read the array.

    Raises
    ------
    KeyError
        If there is no array of that name.
    ValueError, or another of `BROKEN`
        If it is damaged, too large or does not fit.
    """
    member = f"{name}.npy"
    with file.open(member) as content:
        shape, kind = _header(content.read(MAX_HEADER))
    if not fits(shape, kind) or math.prod(shape) * kind.itemsize > most:
        raise ValueError("another form")
    with file.open(member) as content:
        values: np.ndarray = np.lib.format.read_array(content, allow_pickle=False)
        if content.read(1):  # reading to the end compares the checksum too
            raise ValueError("more than the header says")
    return values


def _header(start: bytes) -> tuple[tuple[int, ...], np.dtype[Any]]:
    content, form = io.BytesIO(start), np.lib.format
    first = form.read_magic(content) == (1, 0)
    read = form.read_array_header_1_0 if first else form.read_array_header_2_0
    try:
        shape, _, kind = read(content)
    except Exception as problem:  # numpy lets Python's own parser loose on it: it raises anything
        raise ValueError("a damaged header") from problem
    if any(side < 0 for side in shape):
        raise ValueError("a negative size")
    return shape, kind
