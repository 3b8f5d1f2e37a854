"""Data sets as tensors in memory, how they are split, and which configurations fit them.

Its name is a registered one, that of a person's own pictures, ``folder:PATH`` or ``npz:PATH``
(`rnndemo.data.sources.folders`), or that of a set of own classes, ``set:ID``
(`rnndemo.data.own.data`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from rnndemo.config import RunConfig
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.scans import scan_table
from rnndemo.errors import InputError

VALIDATION_SHARE = 1 / 12  # 5,000 of MNIST's 60,000
TEST_SHARE = 1 / 6  # of data without an official test part; MNIST's is a seventh
MIN_PICTURES = 3  # per class: one each to train, to validate and to test
SPLIT_SEED = 20_11

DIGITS = tuple("0123456789")
GESTURES = (
    "triangle", "x", "rectangle", "circle", "check", "caret", "zig_zag", "arrow",
    "left_sq_bracket", "right_sq_bracket", "v", "delete_mark",
    "left_curly_brace", "right_curly_brace", "star", "pigtail",
)  # fmt: skip


@dataclass(frozen=True)
class ImageSet:
    """Pictures with their classes.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, H, W)``, light ink on dark (0 is background).
    labels : Tensor
        int64 ``(N,)``, indices into the classes of the data set.
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, index: Tensor) -> ImageSet:
        """Return the pictures at `index`, int64 ``(count,)``."""
        # many times faster than indexing with brackets, which goes pixel by pixel
        return ImageSet(self.images.index_select(0, index), self.labels.index_select(0, index))

    def evenly(self, most: int) -> ImageSet:
        """Return at most `most` pictures, evenly spaced: a set may be sorted."""
        return self.take(spaced(len(self), most))


def spaced(of: int, count: int) -> Tensor:
    """Return the places of at most `count` of so many pictures, evenly spaced, int64 ``(count,)``.

    The first ones would not do: a set may be sorted by class, and MNIST's first 5,000 test digits
    are harder than its last.
    """
    count = min(count, of)
    return torch.arange(count) * of // max(1, count)


def joined(parts: list[ImageSet]) -> ImageSet:
    """Return pictures of one size as one set."""
    images, labels = ([getattr(part, name) for part in parts] for name in ("images", "labels"))
    return ImageSet(torch.cat(images), torch.cat(labels))


@dataclass(frozen=True)
class DataSet:
    """A data set in three parts.

    Parameters
    ----------
    name : str
        Shown on model cards; never a path.
    train, validation, test : ImageSet
        `test` is the official test part where there is one.
    frame : str, default "ink"
        Of the pictures, a key of `rnndemo.data.frames.table.FRAMES`.
    """

    name: str
    classes: tuple[str, ...]
    train: ImageSet
    validation: ImageSet
    test: ImageSet
    frame: str = "ink"

    @property
    def image_size(self) -> tuple[int, int]:
        """Height and width of every picture."""
        return self.train.images.shape[1], self.train.images.shape[2]


def split(name: str, classes: tuple[str, ...], train: ImageSet, test: ImageSet) -> DataSet:
    """Split a validation part off `train`, with a fixed seed: the same for everyone."""
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(SPLIT_SEED))
    count = int(len(train) * VALIDATION_SHARE)
    return DataSet(name, classes, train.take(order[count:]), train.take(order[:count]), test)


def split_by_class(
    name: str,
    classes: tuple[str, ...],
    whole: ImageSet,
    frame: str = "ink",
    test: ImageSet | None = None,
) -> DataSet:
    """Split `whole` into training, validation and, unless `test` is given, test part.

    About a sixth of each class is for testing and a twelfth for validation, at least one picture
    each; the rest, shuffled, is for training. The seed is fixed: the same pictures are split the
    same for everyone, and each class independently of the other classes.

    Raises
    ------
    InputError
        If a class has fewer than three pictures.
    """
    shares = (VALIDATION_SHARE, TEST_SHARE) if test is None else (VALIDATION_SHARE,)
    parts: list[list[Tensor]] = [[] for _ in range(1 + len(shares))]
    for k, label in enumerate(classes):
        index = torch.nonzero(whole.labels == k)[:, 0]
        if len(index) < MIN_PICTURES:
            raise InputError(
                "{data}: the class {name!r} has too few pictures with something drawn on them "
                "({count}). It needs at least three: to train, to validate and to test. Add "
                "some, or remove the class.",
                data=name, name=label, count=len(index),
            )  # fmt: skip
        held = [max(1, round(len(index) * share)) for share in shares]
        sizes = [len(index) - sum(held), *held]
        for part, chosen in zip(parts, index[_shuffled(len(index))].split(sizes), strict=True):
            part.append(chosen)
    mixed = [torch.cat(part) for part in parts]
    train, validate, *rest = (whole.take(part[_shuffled(len(part))]) for part in mixed)
    held_out = rest[0] if test is None else test
    return DataSet(name, classes, train, validate, held_out, frame)


def _shuffled(count: int) -> Tensor:
    return torch.randperm(count, generator=torch.Generator().manual_seed(SPLIT_SEED))


def letters_among(names: Iterable[str]) -> list[str]:
    """Return the names that are letters: some outliers show letters too."""
    return [name for name in names if len(name) == 1 and name.isascii() and name.isalpha()]


def check_fit(config: RunConfig, data: DataSet) -> None:
    """Check that drawn digits, outliers, augmentation and scan of `config` suit the data set.

    Raises
    ------
    InputError
        If one does not: for example, if letters among the classes would be taught as "no class".
    """
    _check_synthetic(config.data.synthetic, data)
    frame, letters = FRAMES[data.frame], letters_among(data.classes)
    if (
        config.data.outliers and letters and data.classes != GESTURES
    ):  # outliers of gestures leave out x and v
        raise InputError(
            "data.outliers = {share}: some outliers are letters, and here letters are classes "
            "({letters}); set 0.",
            share=config.data.outliers, letters=", ".join(letters),
        )  # fmt: skip
    if config.data.outliers and not frame.takes_strokes:
        raise InputError(
            "data.outliers = {share}: outliers are drawings, but these pictures are "
            "photographs; set 0.",
            share=config.data.outliers,
        )  # fmt: skip
    if config.data.augmentation != "none" and not frame.varied:
        raise InputError(
            "data.augmentation = {name}: a pen path is not a picture that can be turned or "
            "bent; set none.",
            name=config.data.augmentation,
        )  # fmt: skip
    scan_table(config.data.scan, *data.image_size)


def _check_synthetic(share: float, data: DataSet) -> None:
    if share and data.classes != DIGITS:
        raise InputError(
            "data.synthetic = {share}: synthetic digits only suit data of the digits 0 to 9; "
            "set 0.",
            share=share,
        )
    if share and data.frame != "ink":
        raise InputError(
            "data.synthetic = {share}: synthetic digits have the form ink (data.frame), but these "
            "data have the form {frame}; set 0.",
            share=share, frame=data.frame,
        )  # fmt: skip
