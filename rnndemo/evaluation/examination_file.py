"""The file of an examination: its arrays in one ``.npz``, read with suspicion."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rnndemo.data.arrays import BROKEN, MAX_IMAGES
from rnndemo.errors import InputError

SCHEMA = 1
MAX_BYTES = 64_000_000  # of one array, unpacked
MAX_NUMBERS = 20_000_000  # of a table (N, classes)

# name -> (dimensions, kinds of numpy in which a file may hold it, type in memory)
FORMS: dict[str, tuple[int, str, type]] = {
    "classes": (0, "iu", int),
    "labels": (1, "iu", np.int64),
    "answers": (1, "iu", np.int64),
    "confidences": (1, "f", np.float32),
    "rejected": (1, "b", np.bool_),
    "timesteps": (1, "iu", np.int64),
    "readout_accuracy": (1, "f", np.float64),
    "readout_pictures": (0, "iu", int),
    "mistakes": (1, "iu", np.int64),
    "mistake_rows": (3, "f", np.float32),
}


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write the arrays of `FORMS` beside `path` and rename the file into place."""
    narrow = np.min_scalar_type(-int(content["classes"]))
    kinds: dict[str, Any] = {"labels": narrow, "answers": narrow, "mistake_rows": np.float16}
    arrays: dict[str, Any] = {name: np.asarray(content[name], kinds.get(name)) for name in FORMS}
    file = io.BytesIO()
    np.savez_compressed(file, schema=SCHEMA, **arrays)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        fresh.write_bytes(file.getvalue())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def read(path: Path) -> dict[str, Any]:
    """Return what `write` wrote, each in its type of `FORMS`.

    Raises
    ------
    InputError
        If the file is missing, damaged or of another kind or version.
    """
    try:
        with zipfile.ZipFile(path) as file:
            schema = int(_array(file, "schema"))
            if schema > SCHEMA:
                raise InputError(
                    "The test report {file} was written by a newer version of the app. "
                    "Update the app to open it.",
                    file=path.name,
                )
            found = {name: _array(file, name) for name in FORMS}
        if not _agree(found):
            raise ValueError("sizes or ranges")
    except InputError:
        raise
    except (*BROKEN, KeyError, TypeError, MemoryError):
        raise InputError(
            "The test report {file} is missing, damaged or of another kind. Test the model again.",
            file=path.name,
        ) from None
    return {
        name: found[name].astype(kind) if ndim else int(found[name])
        for name, (ndim, _, kind) in FORMS.items()
    }


def _array(file: zipfile.ZipFile, name: str) -> np.ndarray:
    info = file.getinfo(f"{name}.npy")
    if info.file_size > MAX_BYTES:
        raise ValueError("too large")
    content = io.BytesIO(file.read(info))  # whole, so that its checksum is known to be right
    return np.lib.format.read_array(content, allow_pickle=False)


def _agree(found: Mapping[str, np.ndarray]) -> bool:
    """Tell whether kinds and sizes are right and every number is in its range."""
    if any(
        found[name].ndim != ndim or found[name].dtype.kind not in kinds
        for name, (ndim, kinds, _) in FORMS.items()
    ):
        return False
    n, classes, times = len(found["labels"]), int(found["classes"]), len(found["timesteps"])
    sizes = (
        0 < n <= MAX_IMAGES
        and classes > 0
        and max(n, classes) * classes <= MAX_NUMBERS
        and all(len(found[name]) == n for name in ("answers", "confidences", "rejected"))
        and len(found["readout_accuracy"]) == times > 0
        and found["mistake_rows"].shape == (len(found["mistakes"]), times, classes)
    )
    limits = {
        "labels": (0, classes - 1),
        "answers": (0, classes - 1),
        "confidences": (0, 1),
        "timesteps": (0, np.iinfo(np.int64).max),
        "readout_accuracy": (0, 1),
        "readout_pictures": (1, n),
        "mistakes": (0, n - 1),
        "mistake_rows": (0, 1),
    }
    return (
        sizes
        and all(_within(found[name], *range_) for name, range_ in limits.items())
        and bool((np.diff(found["timesteps"].astype(np.int64)) > 0).all())
    )


def _within(values: np.ndarray, low: int, high: int) -> bool:
    return bool(((values >= low) & (values <= high)).all())  # never so for NaN
