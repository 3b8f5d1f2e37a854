"""Store classical peers: arrays and a header in one safetensors file, without pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from rnndemo.comparison.classical.base import Classical
from rnndemo.comparison.classical.kinds import CLASSICAL
from rnndemo.comparison.classical.neighbours import NearestNeighbours
from rnndemo.errors import InputError
from rnndemo.storage.files import write_bytes

WEIGHTS = "classical.safetensors"


def save_classical(folder: Path, name: str, one: Classical) -> int:
    """Write a classical peer into `folder`; return its size in bytes, training pictures included.

    The training pictures of nearest neighbours are not written: the data set has them.
    """
    own = {} if isinstance(one, NearestNeighbours) else dict(one.arrays)
    header = {
        "kind": name,
        "classes": json.dumps(one.classes),
        "image_size": json.dumps(one.image_size),
        "settings": json.dumps(dict(one.settings)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / WEIGHTS, save(own or {"none": np.zeros(1, np.uint8)}, metadata=header))
    pictures = 0 if own else sum(array.nbytes for array in one.arrays.values())
    return (folder / WEIGHTS).stat().st_size + pictures


def load_classical(folder: Path, train: Mapping[str, np.ndarray] | None = None) -> Classical:
    """Return what `save_classical` wrote.

    Parameters
    ----------
    train : mapping of str to ndarray, optional
        `NearestNeighbours.arrays_of` the data set, which nearest neighbours need.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    try:
        with safe_open(folder / WEIGHTS, framework="numpy") as file:
            header = file.metadata()
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        kind = CLASSICAL[header["kind"]]
        needs_pictures = kind is NearestNeighbours
        classes = tuple(map(str, json.loads(header["classes"])))
        height, width = map(int, json.loads(header["image_size"]))
        settings: dict[str, Any] = json.loads(header["settings"])
        if not all(isinstance(value, int | float) for value in settings.values()):
            raise ValueError("settings")
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise ValueError("numbers")
        one = kind(
            classes, (height, width), settings, train if needs_pictures and train else arrays
        )
        if not needs_pictures or train:
            shares = one.probabilities(np.zeros((1, height, width), np.uint8))
            if shares.shape != (1, len(classes)):
                raise ValueError("classes")
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, AttributeError):
        raise InputError(
            "The comparison cannot be read: {file} is missing or damaged. Compare again.",
            file=f"{folder.name}/{WEIGHTS}",
        ) from None
    return one
