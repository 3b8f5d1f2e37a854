"""Data sets as whole tensors, and how they are split."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from rnndemo import registry
from rnndemo.errors import InputError

ASSETS = Path(__file__).resolve().parents[2] / "assets"

VALIDATION_SHARE = 1 / 12  # 5,000 of MNIST's 60,000
SPLIT_SEED = 20_11


@dataclass(frozen=True)
class ImageSet:
    """Pictures with their classes.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, H, W)``, light ink on dark (0 is background).
    labels : Tensor
        int64 ``(N,)``, each an index into the classes of the data set.
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, index: Tensor) -> ImageSet:
        """Return the pictures at `index`."""
        return ImageSet(self.images[index], self.labels[index])


@dataclass(frozen=True)
class DataSet:
    """A data set with its official test part; validation is cut from the training part."""

    name: str
    classes: tuple[str, ...]
    train: ImageSet
    validation: ImageSet
    test: ImageSet

    @property
    def image_size(self) -> tuple[int, int]:
        """Height and width of every picture."""
        return self.train.images.shape[1], self.train.images.shape[2]


def split(name: str, classes: tuple[str, ...], train: ImageSet, test: ImageSet) -> DataSet:
    """Cut the validation part from `train`, the same for everyone: the split has its own seed."""
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(SPLIT_SEED))
    count = int(len(train) * VALIDATION_SHARE)
    return DataSet(name, classes, train.take(order[count:]), train.take(order[:count]), test)


@lru_cache(maxsize=2)
def load(name: str) -> DataSet:
    """Return the data set registered as `name`.

    Raises
    ------
    InputError
        If there is none of that name, or its files are missing or damaged.
    """
    if name not in registry.DATA_SETS:
        raise InputError(
            "There is no data set named {name!r}; there are {known}.",
            name=name, known=", ".join(registry.DATA_SETS),
        )  # fmt: skip
    return registry.build(registry.DATA_SETS, name)()
