"""Read scenes from files, as a network for scenes sees them.

A picture, an ``.npz`` with ``images`` uint8 ``(N, H, W)``, or a folder with annotations in COCO's
form (`rnndemo.data.files.coco`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnndemo.data.files.arrays import read_arrays
from rnndemo.data.files.coco import CocoPicture, is_coco, read_coco
from rnndemo.data.files.pictures import ENDINGS, open_sized
from rnndemo.data.frames.scene import scene_of_picture
from rnndemo.errors import InputError

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class GivenScene:
    """A scene from a file.

    Parameters
    ----------
    source : str
        What people call it: the file's name, and its number if the file holds several.
    image : ndarray
        uint8 ``(height, width)``: the board that the network reads.
    size : tuple of int
        Width and height of the picture in the file.
    scale : tuple of float
        Pixels of the board for one of that picture, across and down.
    offset : tuple of float
        Where its left and top edges lie on the board.
    true : CocoPicture, optional
        What the file says of it.
    """

    source: str
    image: np.ndarray
    size: tuple[int, int]
    scale: tuple[float, float]
    offset: tuple[float, float]
    true: CocoPicture | None = None

    def on_board(self, box: Box) -> Box:
        """Return a box of the picture (left, top, right, bottom) on the board."""
        (sx, sy), (x, y) = self.scale, self.offset
        return box[0] * sx + x, box[1] * sy + y, box[2] * sx + x, box[3] * sy + y

    def in_picture(self, box: Box) -> Box:
        """Return a box of the board in pixels of the picture, cut at its border."""
        (sx, sy), (x, y), (width, height) = self.scale, self.offset, self.size
        across = [float(np.clip((side - x) / sx, 0, width)) for side in box[::2]]
        down = [float(np.clip((side - y) / sy, 0, height)) for side in box[1::2]]
        return across[0], down[0], across[1], down[1]

    def mask_on_board(self, mask: np.ndarray, nothing: int) -> np.ndarray:
        """Return a mask of the picture, ``(H, W)``, on the board; `nothing` beyond the picture."""
        (sx, sy), (x, y) = self.scale, self.offset
        height, width = self.image.shape
        across = np.floor((np.arange(width) + 0.5 - x) / sx).astype(int)
        down = np.floor((np.arange(height) + 0.5 - y) / sy).astype(int)
        inside = ((down >= 0) & (down < mask.shape[0]))[:, None]
        inside = inside & (across >= 0) & (across < mask.shape[1])
        found = mask[down.clip(0, mask.shape[0] - 1)][:, across.clip(0, mask.shape[1] - 1)]
        return np.where(inside, found, nothing)


def read_scenes(path: str, size: tuple[int, int], classes: tuple[str, ...]) -> list[GivenScene]:
    """Return the scenes in a file or folder, none if it holds none.

    Parameters
    ----------
    size : tuple of int
        Height and width of the board.
    classes : tuple of str
        Those that annotations may have.

    Raises
    ------
    InputError
        If it cannot be read; the message says why.
    """
    return list(_reader(Path(path))(Path(path), size, classes))


_Read = Callable[[Path, tuple[int, int], tuple[str, ...]], Iterator[GivenScene]]


def _reader(path: Path) -> _Read:
    if is_coco(path):
        return _folder
    kind = path.suffix.lower()
    if path.is_dir() or kind not in (".npz", *ENDINGS):
        raise InputError(
            "{file}: scenes are read from a picture ({endings}), an .npz with images, or a folder "
            "with an annotations.json.",
            file=path.name, endings=", ".join(ENDINGS),
        )  # fmt: skip
    return _arrays if kind == ".npz" else _picture


def _picture(path: Path, size: tuple[int, int], _classes: tuple[str, ...]) -> Iterator[GivenScene]:
    try:
        grey, full = open_sized(path)
    except InputError as problem:
        raise InputError("{file}: {problem}", file=path.name, problem=str(problem)) from None
    yield _seen(path.name, grey, full, size)


def _arrays(path: Path, size: tuple[int, int], _classes: tuple[str, ...]) -> Iterator[GivenScene]:
    images, _labels = read_arrays(path)
    for place, image in enumerate(images):
        yield _seen(f"{path.name} #{place + 1}", image, image.shape[::-1], size)


def _folder(path: Path, size: tuple[int, int], classes: tuple[str, ...]) -> Iterator[GivenScene]:
    for true in read_coco(path, classes):
        try:
            grey, full = open_sized(true.path)
        except InputError as problem:
            name = true.path.name
            raise InputError("{file}: {problem}", file=name, problem=str(problem)) from None
        if full != (true.width, true.height):
            raise InputError(
                "{file} has {width} × {height} pixels, but its annotations are of a picture of "
                "{other_width} × {other_height}.",
                file=true.path.name, width=full[0], height=full[1],
                other_width=true.width, other_height=true.height,
            )  # fmt: skip
        yield _seen(true.path.name, grey, full, size, true)


def _seen(
    source: str,
    picture: np.ndarray,
    full: tuple[int, ...],
    size: tuple[int, int],
    true: CocoPicture | None = None,
) -> GivenScene:
    """Return a picture, perhaps reduced from its `full` width and height, on the board."""
    try:
        seen = scene_of_picture(picture, size)
        image, scale, offset = seen.image, seen.scale, seen.offset
    except InputError:  # specks, or nothing that stands out: as if it were blank
        image, scale, offset = np.zeros(size, np.uint8), size[0] / picture.shape[0], (0.0, 0.0)
    across, down = picture.shape[1] / full[0], picture.shape[0] / full[1]
    return GivenScene(
        source, image, (full[0], full[1]), (scale * across, scale * down), offset, true
    )
