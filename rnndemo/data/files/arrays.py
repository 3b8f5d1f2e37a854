"""Read pictures and labels from an untrusted ``.npz`` file; nothing is unpickled."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rnndemo.errors import InputError
from rnndemo.storage.npz import BROKEN, archive, read_array

MAX_IMAGES = 200_000
MAX_SIDE = 512
MAX_PIXELS = 1_000_000_000  # of all images of a file together
MAX_LABEL = 64  # characters

TEST = "test_"  # prefix of the arrays of the test part


def has_test(path: Path) -> bool:
    """Return whether an ``.npz`` file has a test part of its own.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    with reading(path), archive(path) as file:
        return f"{TEST}images.npy" in file.namelist()


def read_arrays(path: Path, part: str = "") -> tuple[np.ndarray, np.ndarray | None]:
    """Return ``images`` and ``labels`` (None where there are none) of an ``.npz`` file.

    Shapes and types are checked before the arrays are read.

    Parameters
    ----------
    part : str, default ""
        Prefix of their names: `TEST` for ``test_images`` and ``test_labels``.

    Returns
    -------
    images : ndarray
        uint8 ``(N, H, W)``.
    labels : ndarray or None
        Integers or texts ``(N,)``.

    Raises
    ------
    InputError
        If the file is missing, damaged or too large, or an array is missing or has another form.
    """
    with reading(path), archive(path) as file:
        if f"{part}images.npy" not in file.namelist():
            raise InputError("{file} contains no array named images.", file=path.name)
        images = read_array(file, f"{part}images", MAX_PIXELS, partial(_are_images, path))
        labels = None
        if f"{part}labels.npy" in file.namelist():
            labels = read_array(file, f"{part}labels", MAX_PIXELS, partial(_are_labels, path))
            _check_letters(labels)
    if labels is not None and len(labels) != len(images):
        raise InputError(
            "{file}: every image needs one label. Images: {images}, labels: {labels}.",
            file=path.name, images=len(images), labels=len(labels),
        )  # fmt: skip
    return images, labels


def _are_images(path: Path, shape: tuple[int, ...], kind: np.dtype[Any]) -> bool:
    """Return True, or raise an `InputError` that says why not."""
    if kind != np.uint8 or len(shape) != 3 or 0 in shape[1:]:
        raise InputError(
            "{file}: images must be uint8 (N, H, W), not {kind} {shape}.",
            file=path.name, kind=kind, shape=shape,
        )  # fmt: skip
    if shape[0] > MAX_IMAGES:
        raise too_many(path)
    if max(shape[1:]) > MAX_SIDE or shape[0] * shape[1] * shape[2] > MAX_PIXELS:
        raise InputError(
            "{file} is too large: at most {side} pixels per side and {pixels} million in total.",
            file=path.name, side=MAX_SIDE, pixels=MAX_PIXELS // 1_000_000,
        )  # fmt: skip
    return True


def _are_labels(path: Path, shape: tuple[int, ...], kind: np.dtype[Any]) -> bool:
    """Return True, or raise an `InputError` that says why not."""
    text = kind.kind in "US" and kind.itemsize <= 4 * MAX_LABEL
    if len(shape) != 1 or shape[0] > MAX_IMAGES or not (text or kind.kind in "iu"):
        raise InputError(
            "{file}: labels must be whole numbers or short texts (N,), not {kind} {shape}.",
            file=path.name, kind=kind, shape=shape,
        )  # fmt: skip
    return True


def are_numerals(names: Iterable[str]) -> bool:
    """Return whether all names are whole numbers, which may be negative."""
    return all(name.removeprefix("-").isdecimal() for name in names)


def _check_letters(labels: np.ndarray) -> None:
    """Raise a ValueError if a number in texts is no letter: Python would fail to read it."""
    if labels.dtype.kind == "U" and labels.size and labels.dtype.itemsize:
        letters = np.ascontiguousarray(labels).view(labels.dtype.str[0] + "u4")
        if letters.max() > sys.maxunicode:
            raise ValueError("no letter")


def too_many(path: Path) -> InputError:
    """Return the error for a file with more than `MAX_IMAGES` drawings."""
    return InputError("{file} contains more than {most} drawings.", file=path.name, most=MAX_IMAGES)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn any failure to open or unpack the file at `path` into an `InputError`.

    Raises
    ------
    InputError
        If the file is missing or its content is broken.
    """
    try:
        yield
    except InputError:
        raise
    except (FileNotFoundError, PermissionError):
        raise InputError("The file {file} cannot be read.", file=path.name) from None
    except BROKEN:
        raise InputError(
            "{file} is incomplete, damaged or of another kind.", file=path.name
        ) from None
