"""Read pictures with annotations in COCO's form: a folder with ``annotations.json``.

The file is not trusted: what is named in it must lie in the folder, and all of it is checked before
a picture is opened. Groups (``iscrowd``) are left out. Beside COCO's own fields a picture may have
``number``, its classes from left to right, such as "3 7 1".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnndemo.data.files.coco_masks import is_number, paint, polygons_of, runs_of
from rnndemo.errors import InputError

ANNOTATIONS = "annotations.json"
MAX_BYTES = 200_000_000
MAX_PICTURES, MAX_ANNOTATIONS, MAX_EACH = 100_000, 1_000_000, 1_000  # each: of one picture
MAX_SIDE = 12_000  # pixels
MAX_PAINTED = 500_000_000  # pixels of all masks of a picture together
MAX_NUMBER, SHOWN, NAMED = 4_000, 60, 3  # characters of a number, of a name; files in a message
NOTHING = -1  # of a pixel: in no mask

Record = Mapping[str, Any]


@dataclass(frozen=True)
class CocoObject:
    """One annotated thing.

    Parameters
    ----------
    label : str
        Its class.
    box : tuple of float
        Left, top, right, bottom, in pixels of the picture, within it.
    shape : ndarray, list or None
        Its mask, as runs or polygons; see `coco_masks`.
    """

    label: str
    box: tuple[float, float, float, float]
    shape: np.ndarray | list[list[float]] | None


@dataclass(frozen=True)
class CocoPicture:
    """A picture and what is true of it; width and height in pixels.

    Parameters
    ----------
    number : tuple of str or None
        Its classes from left to right, if the file says so.
    """

    path: Path
    width: int
    height: int
    objects: tuple[CocoObject, ...]
    number: tuple[str, ...] | None

    def mask(self, classes: tuple[str, ...]) -> np.ndarray | None:
        """Return the class of every pixel, int16 ``(height, width)``, `NOTHING` for none.

        None if an object has no mask. Of masks that overlap, the last one counts.
        """
        board = np.full((self.height, self.width), NOTHING, np.int16)
        for one in self.objects:
            if one.shape is None:
                return None
            paint(board, one.shape, classes.index(one.label))
        return board


def is_coco(path: Path) -> bool:
    """Return whether `path` is a folder with annotations, or such a file itself."""
    return (path / ANNOTATIONS).is_file() or path.suffix == ".json"


def read_coco(path: Path, classes: tuple[str, ...]) -> list[CocoPicture]:
    """Return the pictures of a folder, in the file's order; they are not opened.

    Parameters
    ----------
    path : Path
        The folder, or its file of annotations.
    classes : tuple of str
        Those that annotations may have.

    Raises
    ------
    InputError
        If something in the file is wrong; the message names it.
    """
    file = path / ANNOTATIONS if path.is_dir() else path
    content = _content(file)
    return _Reader(file, classes).pictures(content)


def _content(file: Path) -> Any:
    try:
        with file.open("rb") as opened:
            text = opened.read(MAX_BYTES + 1)
    except OSError:
        raise InputError("The file {file} cannot be read.", file=file) from None
    if len(text) > MAX_BYTES:
        raise InputError(
            "{file} is larger than {most} MB; share its pictures out to several folders.",
            file=file.name, most=MAX_BYTES // 1_000_000,
        )  # fmt: skip
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InputError("The file {file} is not valid JSON.", file=file) from None


def _shown(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"


class _Reader:
    """Checks one file of annotations."""

    def __init__(self, file: Path, classes: tuple[str, ...]) -> None:
        self.file, self.folder, self.classes = file, file.parent, classes

    @contextmanager
    def about(self, what: str) -> Iterator[None]:
        """Say of what in the file a problem is."""
        try:
            yield
        except InputError as problem:
            raise InputError(
                "{file}: {what}: {problem}",
                file=self.file.name, what=what, problem=str(problem),
            ) from None  # fmt: skip

    def pictures(self, content: Any) -> list[CocoPicture]:
        """Return what a file says."""
        if not isinstance(content, dict):
            raise InputError(
                "{file}: this is no COCO file; it must be an object with images, annotations "
                "and categories.",
                file=self.file.name,
            )
        images = self.records(content, "images", MAX_PICTURES)
        if not images:
            raise InputError(
                "{file}: it names no pictures; add them to images.", file=self.file.name
            )
        names = self.names(content)
        sizes = {key: self.size(key, image) for key, image in self.by_id("image", images).items()}
        each: dict[Any, list[CocoObject]] = {key: [] for key in sizes}
        annotations = self.records(content, "annotations", MAX_ANNOTATIONS)
        for key, record in self.by_id("annotation", annotations, numbered=True).items():
            with self.about(f"annotation {_shown(key)}"):
                place = self.key(record.get("image_id"))
                if place not in sizes:
                    raise InputError(
                        "its image_id {image} is that of no picture.", image=_shown(place)
                    )
                if record.get("iscrowd") not in (1, True):
                    each[place].append(self.object(record, names, sizes[place]))
        found = [
            self.picture(key, image, sizes[key], each[key])
            for key, image in zip(sizes, images, strict=True)
        ]
        self.check_there(found)
        return found

    def records(self, content: Record, name: str, most: int) -> list[Record]:
        """Return a list of objects."""
        records = content.get(name)
        if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
            raise InputError(
                "{file}: {name} must be a list of objects.", file=self.file.name, name=name
            )
        if len(records) > most:
            raise InputError(
                "{file}: {name} has {count:,} entries; at most {most:,} are read. Share them out "
                "to several folders.",
                file=self.file.name, name=name, count=len(records), most=most,
            )  # fmt: skip
        return records

    def by_id(self, what: str, records: list[Record], numbered: bool = False) -> dict[Any, Record]:
        """Return records by their ids; where `numbered`, one without has its place instead."""
        found: dict[Any, Record] = {}
        for place, record in enumerate(records):
            given = record.get("id", f"#{place + 1}" if numbered else None)
            key = self.key(given)
            if key is None:
                raise InputError(
                    "{file}: the {what} at place {place} has no id, or one that is no number "
                    "or text.",
                    file=self.file.name, what=what, place=place + 1,
                )  # fmt: skip
            if key in found:
                raise InputError(
                    "{file}: two of the {what}s have the id {key}; give each its own.",
                    file=self.file.name, what=what, key=_shown(key),
                )  # fmt: skip
            found[key] = record
        return found

    def key(self, value: Any) -> int | str | None:
        """Return an id, or None for what cannot be one."""
        return value if type(value) is int or isinstance(value, str) else None

    def names(self, content: Record) -> dict[Any, str]:
        """Return the names of categories."""
        records = self.by_id("category", self.records(content, "categories", MAX_PICTURES))
        for key, record in records.items():
            if not isinstance(record.get("name"), str | int):
                raise InputError(
                    "{file}: the category {key} has no name.", file=self.file.name, key=_shown(key)
                )
        return {key: str(record["name"]) for key, record in records.items()}

    def size(self, key: Any, image: Record) -> tuple[int, int]:
        """Return width and height of a picture."""
        width, height = sides = image.get("width"), image.get("height")
        if not all(type(side) is int and 0 < side <= MAX_SIDE for side in sides):
            raise InputError(
                "{file}: the picture {key} must have width and height, whole numbers from "
                "1 to {most}.",
                file=self.file.name, key=_shown(key), most=MAX_SIDE,
            )  # fmt: skip
        return int(width or 0), int(height or 0)

    def object(self, record: Record, names: Mapping[Any, str], size: tuple[int, int]) -> CocoObject:
        """Return what an annotation says."""
        category = self.key(record.get("category_id"))
        if category not in names:
            raise InputError(
                "its category_id {category} is not among the categories.",
                category=_shown(record.get("category_id")),
            )
        label = names[category]
        if label not in self.classes:
            raise InputError(
                "its class {label} is none of the model's; these are {classes}.",
                label=_shown(label), classes=", ".join(self.classes),
            )  # fmt: skip
        return CocoObject(label, _box(record.get("bbox"), size), _shape(record, size))

    def picture(
        self, key: Any, image: Record, size: tuple[int, int], objects: list[CocoObject]
    ) -> CocoPicture:
        """Return a picture with all that is true of it."""
        painted = size[0] * size[1] * sum(one.shape is not None for one in objects)
        with self.about(f"picture {_shown(key)}"):
            if len(objects) > MAX_EACH or painted > MAX_PAINTED:
                raise InputError(
                    "it has {count:,} annotations, more than can be read; at most {most:,} are "
                    "allowed, fewer with masks on large pictures.",
                    count=len(objects), most=MAX_EACH,
                )  # fmt: skip
            path = self.path(image.get("file_name"))
            return CocoPicture(path, *size, tuple(objects), self.number(image.get("number")))

    def path(self, name: Any) -> Path:
        """Return the path of a picture, which lies in the folder."""
        if not isinstance(name, str) or not name or not name.isprintable():
            raise InputError("it must have a file_name, the path of its file in the folder.")
        parts = Path(name).parts
        path = self.folder / name
        if Path(name).is_absolute() or ".." in parts or "\\" in name or ":" in name:
            raise InputError(
                "its file_name {name} leads out of the folder, so it is not read; put the picture "
                "into the folder.",
                name=_shown(name),
            )
        if any(_linked(self.folder / Path(*parts[: n + 1])) for n in range(len(parts))):
            raise InputError(
                "its file_name {name} is a link, so it is not read; put the picture itself into "
                "the folder.",
                name=_shown(name),
            )
        return path

    def number(self, value: Any) -> tuple[str, ...] | None:
        """Return the classes of a number."""
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > MAX_NUMBER:
            raise InputError('its number must be a text such as "3 7 1".')
        digits = tuple(value.split())
        strange = [digit for digit in digits if digit not in self.classes]
        if strange:
            raise InputError(
                "in its number, {digit} is none of the model's classes; these are {classes}.",
                digit=_shown(strange[0]), classes=", ".join(self.classes),
            )  # fmt: skip
        return digits

    def check_there(self, pictures: list[CocoPicture]) -> None:
        """Check that the files of all pictures are there."""
        gone = [str(one.path.relative_to(self.folder)) for one in pictures if not _there(one.path)]
        if gone:
            more = " …" if len(gone) > NAMED else ""
            raise InputError(
                "{file}: {count:,} of the {all:,} pictures are not in the folder: {names}. Put "
                "them there, or take them out of images.",
                file=self.file.name, count=len(gone), all=len(pictures),
                names=", ".join(name[:SHOWN] for name in gone[:NAMED]) + more,
            )  # fmt: skip


def _linked(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # a name that is too long
        return False


def _there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long
        return False


def _box(value: Any, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of a box, cut at the picture's border."""
    if not isinstance(value, list) or len(value) != 4 or not all(map(is_number, value)):
        raise InputError("its bbox must be four numbers: left, top, width, height.")
    left, top, width, height = map(float, value)
    if width <= 0 or height <= 0:
        raise InputError(
            "its bbox {box} has no size; width and height must be above 0.", box=_shown(value)
        )
    if left >= size[0] or top >= size[1] or left + width <= 0 or top + height <= 0:
        raise InputError(
            "its bbox {box} lies outside the picture, which has {width} × {height} pixels.",
            box=_shown(value), width=size[0], height=size[1],
        )  # fmt: skip
    return max(left, 0), max(top, 0), min(left + width, size[0]), min(top + height, size[1])


def _shape(record: Record, size: tuple[int, int]) -> np.ndarray | list[list[float]] | None:
    """Return the mask of an annotation."""
    given = record.get("segmentation")
    if given is None or given == []:
        return None
    if isinstance(given, dict):
        return runs_of(given, (size[1], size[0]))
    if isinstance(given, list):
        return polygons_of(given)
    raise InputError("its segmentation is neither polygons nor a run-length code.")
