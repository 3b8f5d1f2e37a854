"""A person's own pictures as a data set: a folder with a sub-folder per class, or ``.npz`` file.

Pictures go through the same preprocessing as a drawing or photograph on the page, into a frame, a
key of `rnndemo.data.frames.table.FRAMES`; arrays in its size are learnt as they are. Blank pictures
are left out. The data are split by `rnndemo.data.sets.split_by_class`, and named ``folder:NAME`` or
``npz:NAME``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import torch

from rnndemo.data.files.arrays import MAX_LABEL, TEST, are_numerals, has_test
from rnndemo.data.files.drawings import Drawings, join, read_drawings, read_npz
from rnndemo.data.files.pictures import ENDINGS
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.sets import DataSet, ImageSet, split_by_class
from rnndemo.errors import InputError

MAX_PICTURES = 20_000  # in a folder; each is decoded and preprocessed
MAX_ENTRIES = 100_000  # of directories, of any kind
MIN_CLASSES, MAX_CLASSES = 2, 100

# a version of a file, used as cache key: path, time of change, number of bytes
_Stamp = tuple[Path, int, int]
_Classes = tuple[tuple[str, tuple[_Stamp, ...]], ...]


def load_folder(path: Path, frame: str) -> DataSet:
    """Return the pictures in a folder; each sub-folder with pictures is a class.

    Classes are sorted by name. Hidden entries are skipped, and so are links, which may lead out of
    the folder, folders inside a class, and files of other kinds.

    Raises
    ------
    InputError
        If the frame takes no pictures; if the folder cannot be read, contains too much, or not 2
        to 100 classes; if a picture is damaged, or a class has fewer than three that are not blank.
    """
    if not FRAMES[frame].takes_pictures:
        raise InputError(
            "data.frame = {frame}: a pen path cannot be made from pictures; set ink or photo.",
            frame=frame,
        )
    place = _resolved(path)
    try:
        found = _listed(place)
    except OSError:
        raise InputError(
            "The folder {folder} cannot be read; check its name and whether you may open it.",
            folder=str(path),
        ) from None
    if len(found) < MIN_CLASSES:
        raise InputError(
            "{folder} needs at least two sub-folders with pictures, one for each class; found: "
            "{count}. Pictures are PNG, JPEG, WebP or BMP; links are not followed.",
            folder=place.name, count=len(found),
        )  # fmt: skip
    return _read_folder(place.name, found, frame)


def load_npz(path: Path, frame: str) -> DataSet:
    """Return the ``images`` uint8 ``(N, H, W)`` and ``labels (N,)`` of an ``.npz`` file.

    Labels are integers or texts, the names of the classes; numbers are sorted by value. If the file
    also has ``test_images`` and ``test_labels``, of the same classes, those are the test part, and
    all others are for training and validation.

    Raises
    ------
    InputError
        If the file is missing, damaged or too large, has no labels or not 2 to 100 different
        ones, or a class has fewer than three pictures that are not blank; if the test part has
        other classes, or is all blank.
    """
    place = _resolved(path)
    try:
        return _read_npz(_stamp(place.stat(), place), frame)
    except OSError:
        raise InputError("The file {file} cannot be read.", file=str(path)) from None


# kind of pictures, before ":" in their name -> function that loads them from a path, in a frame
LOADERS: dict[str, Callable[[Path, str], DataSet]] = {"folder": load_folder, "npz": load_npz}


def _resolved(path: Path) -> Path:
    with suppress(RuntimeError):  # "~name" of an unknown user
        path = path.expanduser()
    return path.resolve()


def _stamp(stat: os.stat_result, path: Path) -> _Stamp:
    return path, stat.st_mtime_ns, stat.st_size


# --- folders ----------------------------------------------------------------------------------


def _listed(place: Path) -> _Classes:
    """Return the classes with their pictures, both sorted by name."""
    classes, pictures = [], 0
    budget = iter(range(MAX_ENTRIES))
    for folder in _entries(place, budget, place):
        if not folder.is_dir(follow_symlinks=False):
            continue
        files = tuple(
            _stamp(file.stat(follow_symlinks=False), Path(file.path))
            for file in _entries(Path(folder.path), budget, place)
            if file.is_file(follow_symlinks=False) and file.name.lower().endswith(ENDINGS)
        )
        if files:
            classes.append((folder.name, files))
            pictures += len(files)
        if pictures > MAX_PICTURES or len(classes) > MAX_CLASSES:
            raise _too_much(place)
    return tuple(classes)


def _entries(folder: Path, budget: Iterator[int], place: Path) -> list[os.DirEntry[str]]:
    """Return the entries of `folder` that are not hidden, sorted; each takes one of `budget`."""
    visible = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if next(budget, None) is None:
                raise _too_much(place)
            if not entry.name.startswith("."):
                visible.append(entry)
    return sorted(visible, key=lambda entry: entry.name)


def _too_much(place: Path) -> InputError:
    return InputError(
        "{folder} contains too much: at most {classes} classes and {pictures} pictures in "
        "total. Remove some.",
        folder=place.name, classes=MAX_CLASSES, pictures=MAX_PICTURES,
    )  # fmt: skip


@lru_cache(maxsize=2)
def _read_folder(name: str, found: _Classes, frame: str) -> DataSet:
    classes = [label for label, _ in found]
    _check_names(name, classes)
    parts, labels = [], []
    for label, files in found:
        parts += [_read_picture(path, frame) for path, _, _ in files]
        labels += [label] * len(files)
    whole = _not_blank(join(parts), labels, classes)
    return split_by_class(f"folder:{name}", tuple(classes), whole, frame)


def _read_picture(path: Path, frame: str) -> Drawings:
    try:
        return read_drawings(path, frame)
    except InputError as problem:
        named = problem.values | {"file": f"{path.parent.name}/{path.name}"}
        raise InputError(
            "{problem} Repair it, or move it out of the folder.",
            problem=InputError(problem.message, **named),
        ) from None


# --- arrays -----------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _read_npz(stamp: _Stamp, frame: str) -> DataSet:
    path = stamp[0]
    drawings = read_npz(path, frame)
    labels = _labels(path, drawings)
    classes = _in_order(set(labels))
    if not MIN_CLASSES <= len(classes) <= MAX_CLASSES:
        raise InputError(
            "{file}: {low} to {high} different labels are needed; found: {count}.",
            file=path.name, count=len(classes), low=MIN_CLASSES, high=MAX_CLASSES,
        )  # fmt: skip
    _check_names(path.name, classes)
    test = _read_test(path, classes, frame) if has_test(path) else None
    whole = _not_blank(drawings, labels, classes)
    return split_by_class(f"npz:{path.name}", tuple(classes), whole, frame, test)


def _labels(path: Path, drawings: Drawings, part: str = "") -> list[str]:
    if drawings.labels is None:
        raise InputError(
            "{file} contains no array named {name}; a data set needs a label for every image.",
            file=path.name, name=f"{part}labels",
        )  # fmt: skip
    return [str(label) for label in drawings.labels]


def _read_test(path: Path, classes: list[str], frame: str) -> ImageSet:
    drawings = read_npz(path, frame, TEST)
    labels = _labels(path, drawings, TEST)
    for label in labels:
        if label not in classes:
            raise InputError(
                "{file}: {name!r} is in test_labels but not in labels; only a class that was "
                "trained can be tested.",
                file=path.name, name=label,
            )  # fmt: skip
    test = _not_blank(drawings, labels, classes)
    if not len(test):
        raise InputError("{file} contains no drawings.", file=path.name)
    return test


def _in_order(names: Iterable[str]) -> list[str]:
    """Sort numbers by value, anything else by its letters."""
    names = sorted(names)
    return sorted(names, key=int) if are_numerals(names) else names


# --- both -------------------------------------------------------------------------------------


def _check_names(name: str, classes: list[str]) -> None:
    for label in classes:
        if not label or len(label) > MAX_LABEL or not label.isprintable():
            raise InputError(
                "{data}: {name!r} is not a valid class name. Use 1 to {most} printable characters.",
                data=name, name=label, most=MAX_LABEL,
            )  # fmt: skip


def _not_blank(drawings: Drawings, labels: list[str], classes: list[str]) -> ImageSet:
    numbers = {label: k for k, label in enumerate(classes)}
    whole = ImageSet(drawings.images, torch.tensor([numbers[label] for label in labels]))
    return whole.take(torch.nonzero(~drawings.blank)[:, 0])
