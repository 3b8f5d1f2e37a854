"""A set of own classes as data to train on: ``set:ID``.

Whoever knows the random name of a set may train on it. It is the same data in every process, as
long as the set is not changed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from rnndemo.data.own import OwnSet
from rnndemo.data.own_examples import EXAMPLES
from rnndemo.data.own_store import Kept, find
from rnndemo.data.sets import DataSet, ImageSet, split_by_class
from rnndemo.errors import InputError
from rnndemo.registry import DATA_SETS

PREFIX = "set:"


def offered(spec: str) -> bool:
    """Tell whether a page may train on `spec`: a registered data set, or a set of own classes."""
    if spec in DATA_SETS:
        return True
    try:
        return spec.startswith(PREFIX) and bool(find(spec.removeprefix(PREFIX)))
    except InputError:
        return False


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
    kept = find(name)
    content = kept.content
    problem = content.problem()
    if problem is not None:
        raise problem
    frames = EXAMPLES[content.kind].frames
    if frame not in ("auto", *frames):
        raise InputError(
            "data.frame = {frame}: the examples of {name} can be brought to {frames}.",
            frame=frame, name=content.name, frames=", ".join(frames),
        )  # fmt: skip
    # an example never changes: the names of all of them are a stamp of what is in them
    return _read(_Stamp(kept), frames[0] if frame == "auto" else frame)


class _Stamp:
    """A set as the key of a cache: equal where name, kind and examples are."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.key = (kept.folder, kept.content.name, kept.content.kind, kept.content.classes)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Stamp) and self.key == other.key


@lru_cache(maxsize=4)
def _read(stamp: _Stamp, frame: str) -> DataSet:
    kept, content = stamp.kept, stamp.kept.content
    images, labels, blank = [], [], 0
    for number, one in enumerate(content.classes):
        for example in one.examples:
            image = _seen(kept, content, example, frame)
            if image is None:
                blank += 1
                continue
            images.append(image)
            labels.append(number)
    names = tuple(one.name for one in content.classes)
    if not images:
        raise InputError("There is nothing to see in the examples of {name}.", name=content.name)
    whole = ImageSet(torch.from_numpy(np.stack(images)), torch.tensor(labels))
    return split_by_class(f"{PREFIX}{content.name}", names, whole, blank, frame)


def _seen(kept: Kept, content: OwnSet, example: str, frame: str) -> np.ndarray | None:
    """Return an example as the network sees it, uint8 ``(H, W)``; None where there is nothing."""
    kind = EXAMPLES[content.kind]
    try:
        seen = kind.seen(kept.read(example), frame)
    except InputError:  # one bad example spoils no set; a damaged file is as good as a blank one
        return None
    return (seen.image * 255).round().astype(np.uint8)
