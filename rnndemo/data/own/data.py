"""A set of own classes as data to train on: ``set:ID``.

Anyone who knows the random name of a set may train on it. The data are the same in every process
until the set is changed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from rnndemo.data.files.pictures import EIGHT_BIT, as_bytes
from rnndemo.data.frames import path
from rnndemo.data.frames.strokes import Strokes, rotation
from rnndemo.data.once import loaded_once
from rnndemo.data.own.examples import EXAMPLES
from rnndemo.data.own.shelf import PREFIX, OwnSetFolder, OwnSets
from rnndemo.data.sets import SPLIT_SEED, DataSet, ImageSet, split_by_class
from rnndemo.errors import InputError

SETS = 24  # that are kept in memory: a class works on as many at once
COPIES = 20  # varied copies of each pen path in training


def load_set(name: str, frame: str = "auto") -> DataSet:
    """Return the set with the random name `name` as data.

    Parameters
    ----------
    frame : str, default "auto"
        "ink" (as "auto") or "path" for drawings, "photo" (as "auto") for photographs.

    Returns
    -------
    DataSet
        Named ``set:NAME`` with the name that a person gave the set; its classes in their order.

    Raises
    ------
    InputError
        If there is no such set, it has another kind of examples, or too few of them.
    """
    own_set = OwnSets.find_anyones(name)
    content = own_set.content
    problem = content.problem()
    if problem is not None:
        raise problem
    frames = EXAMPLES[content.kind].frames
    if frame not in ("auto", *frames):
        raise InputError(
            "data.frame = {frame}: the examples of {name} can only be read as {frames}.",
            frame=frame, name=content.name, frames=", ".join(frames),
        )  # fmt: skip
    # examples never change, so their names are a cache key of their content; deleted ones are
    # left out of the key
    key = replace(own_set, content=replace(content, deleted=()))
    return _read(key, frames[0] if frame == "auto" else frame)


@loaded_once(SETS)
def _read(own_set: OwnSetFolder, frame: str) -> DataSet:
    content = own_set.content
    examples = [
        (number, example, image)
        for number, one in enumerate(content.classes)
        for example in one.examples
        if (image := _seen(own_set, example, frame)) is not None
    ]
    if not examples:
        raise InputError("There is nothing to see in the examples of {name}.", name=content.name)
    whole = ImageSet(
        torch.from_numpy(np.stack([image for _, _, image in examples])),
        torch.tensor([number for number, _, _ in examples]),
    )
    names = tuple(one.name for one in content.classes)
    data = split_by_class(f"{PREFIX}{content.name}", names, whole, frame)
    return replace(data, train=varied(data.train)) if frame == "path" else data


def _seen(own_set: OwnSetFolder, example: str, frame: str) -> np.ndarray | None:
    """Return an example as the network sees it, uint8 ``(H, W)``; None if it is blank."""
    try:
        seen = EXAMPLES[own_set.content.kind].seen(own_set.read(example), frame)
    except (
        InputError
    ):  # one bad example is no reason to refuse the set; a damaged file counts as blank
        return None
    return as_bytes(seen.image)


def varied(train: ImageSet) -> ImageSet:
    """Return pen paths and `COPIES` copies of each: rotated, stretched, slanted and bent.

    Only pictures are varied anew in every epoch (`rnndemo.data.augment`).
    """
    rng = np.random.default_rng(SPLIT_SEED)
    copies = [
        path.picture(_bent(_strokes(picture), rng))
        for picture in train.images.numpy()
        for _ in range(COPIES)
    ]
    drawn = as_bytes(np.stack(copies))
    return ImageSet(
        torch.cat([train.images, torch.from_numpy(drawn)]),
        torch.cat([train.labels, train.labels.repeat_interleave(COPIES)]),
    )


def _strokes(picture: np.ndarray) -> Strokes:
    """Return the strokes of a pen path, uint8 ``(64, 5)``."""
    values = picture.astype(float) / EIGHT_BIT * 2 - 1
    lifted = np.flatnonzero(values[1:, 4] > 0) + 1
    return [part for part in np.split(values[:, :2], lifted) if len(part)]


def _bent(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Return strokes of size 1 as another movement of the hand might have drawn them."""
    turn, (wide, high), slant = (
        rng.normal(0, 0.14),
        np.exp(rng.normal(0, 0.14, 2)),
        rng.normal(0, 0.14),
    )
    matrix = rotation(turn) @ np.array([[wide, slant], [0, high]])
    waves, phase = rng.uniform(0.5, 2.5, 2), rng.uniform(0, 2 * np.pi, 2)
    height = rng.normal(0, 0.04, 2)
    share = np.linspace(0, 2 * np.pi, sum(map(len, strokes)))[:, None]
    bend = height * np.sin(waves * share + phase)
    parts = np.split(bend, np.cumsum([len(stroke) for stroke in strokes])[:-1])
    return [stroke @ matrix.T + part for stroke, part in zip(strokes, parts, strict=True)]
