"""A set of own classes as data to train on: ``set:ID``.

Whoever knows the random name of a set may train on it. It is the same data in every process, as
long as the set is not changed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import torch

from rnndemo.data.files.pictures import EIGHT_BIT, as_bytes
from rnndemo.data.frames import path
from rnndemo.data.frames.strokes import Strokes
from rnndemo.data.own.examples import EXAMPLES
from rnndemo.data.own.shelf import OwnSetFolder, OwnSets
from rnndemo.data.sets import SPLIT_SEED, DataSet, ImageSet, split_by_class
from rnndemo.errors import InputError

PREFIX = "set:"
COPIES = 20  # of each way of the pen in training


def load_set(name: str, frame: str = "auto") -> DataSet:
    """Return the set of that random name.

    Parameters
    ----------
    name : str
    frame : str, default "auto"
        To which examples are brought: "ink" (as "auto") or "path" for drawings, "photo" (as
        "auto") for photographs.

    Returns
    -------
    DataSet
        Named ``set:NAME`` with the name that a person gave it; its classes in their order there.

    Raises
    ------
    InputError
        If there is no such set, it has another kind of examples, or too few of them.
    """
    kept = OwnSets.find_anyones(name)
    content = kept.content
    problem = content.problem()
    if problem is not None:
        raise problem
    frames = EXAMPLES[content.kind].frames
    if frame not in ("auto", *frames):
        raise InputError(
            "data.frame = {frame}: the examples of {name} can only be read as {frames}.",
            frame=frame, name=content.name, frames=", ".join(frames),
        )  # fmt: skip
    # an example never changes: the names of all of them are a stamp of what is in them, and what
    # was deleted does not count
    stamp = replace(kept, content=replace(content, deleted=()))
    return _read(stamp, frames[0] if frame == "auto" else frame)


@lru_cache(maxsize=4)
def _read(kept: OwnSetFolder, frame: str) -> DataSet:
    content = kept.content
    examples = [
        (number, example, image)
        for number, one in enumerate(content.classes)
        for example in one.examples
        if (image := _seen(kept, example, frame)) is not None
    ]
    if not examples:
        raise InputError("There is nothing to see in the examples of {name}.", name=content.name)
    whole = ImageSet(
        torch.from_numpy(np.stack([image for _, _, image in examples])),
        torch.tensor([number for number, _, _ in examples]),
    )
    names = tuple(one.name for one in content.classes)
    blank = len(content.examples) - len(examples)
    data = split_by_class(f"{PREFIX}{content.name}", names, whole, blank, frame)
    return replace(data, train=varied(data.train)) if frame == "path" else data


def _seen(kept: OwnSetFolder, example: str, frame: str) -> np.ndarray | None:
    """Return an example as the network sees it, uint8 ``(H, W)``; None where there is nothing."""
    try:
        seen = EXAMPLES[kept.content.kind].seen(kept.read(example), frame)
    except InputError:  # one bad example spoils no set; a damaged file is as good as a blank one
        return None
    return as_bytes(seen.image)


def varied(train: ImageSet) -> ImageSet:
    """Return ways of the pen with `COPIES` more of each: turned, stretched, slanted and bent.

    Pictures are varied anew in every epoch (`rnndemo.data.augment`), which knows no strokes.
    """
    rng = np.random.default_rng(SPLIT_SEED)
    copies = [
        path.picture(_bent(_strokes(way), rng))
        for way in train.images.numpy()
        for _ in range(COPIES)
    ]
    drawn = as_bytes(np.stack(copies))
    return ImageSet(
        torch.cat([train.images, torch.from_numpy(drawn)]),
        torch.cat([train.labels, train.labels.repeat_interleave(COPIES)]),
    )


def _strokes(way: np.ndarray) -> Strokes:
    """Return the strokes of a way of the pen, uint8 ``(64, 5)``."""
    values = way.astype(float) / EIGHT_BIT * 2 - 1
    lifted = np.flatnonzero(values[1:, 4] > 0) + 1
    return [part for part in np.split(values[:, :2], lifted) if len(part)]


def _bent(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Return strokes, 1 in size, as another move of the hand might have drawn them."""
    turn, (wide, high), slant = (
        rng.normal(0, 0.14),
        np.exp(rng.normal(0, 0.14, 2)),
        rng.normal(0, 0.14),
    )
    matrix = np.array([[wide, slant], [0, high]])
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ matrix
    waves, phase = rng.uniform(0.5, 2.5, 2), rng.uniform(0, 2 * np.pi, 2)
    height = rng.normal(0, 0.04, 2)
    share = np.linspace(0, 2 * np.pi, sum(map(len, strokes)))[:, None]
    bend = height * np.sin(waves * share + phase)
    parts = np.split(bend, np.cumsum([len(stroke) for stroke in strokes])[:-1])
    return [stroke @ matrix.T + part for stroke, part in zip(strokes, parts, strict=True)]
