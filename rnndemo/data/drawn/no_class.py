"""Pictures that show none of a data set's classes, which a network learns to doubt."""

from __future__ import annotations

import torch
from torch import Tensor

from rnndemo.data.drawn import gestures, no_digits, no_gestures
from rnndemo.data.sets import DIGITS, ImageSet


def pool(classes: tuple[str, ...], frame: str, train: ImageSet, count: int, seed: int) -> Tensor:
    """Return `count` pictures that show no class, uint8 ``(count, H, W)``.

    Parameters
    ----------
    classes : tuple of str
        Of the data set.
    frame : str
        Of its pictures: "ink" or "path".
    train : ImageSet
        Its training pictures; only digits among them can be spoiled.
    """
    if classes == gestures.CLASSES or frame == "path":
        return torch.from_numpy(no_gestures.pool(frame, count, seed))
    if classes == DIGITS:
        return no_digits.pool(count, seed, train.images, train.labels)
    return no_digits.pool(count, seed)
