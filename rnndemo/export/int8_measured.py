"""A model with 8-bit weights beside the same with 32-bit numbers: answers, bytes and time."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np

from rnndemo.export.formats import onnx_bytes
from rnndemo.export.int8 import check, quantised, session_of
from rnndemo.hardening.data import data_for
from rnndemo.hardening.pruning.curve import seconds_in_turn
from rnndemo.hardening.pruning.jobs import MODEL
from rnndemo.hardening.pruning.numbers import NumbersMeasured, NumbersSide, save_numbers
from rnndemo.models.store import load_folder

ROUNDS = 100  # readings of one drawing that are timed


def measure_numbers(folder: Path) -> None:
    """Measure the model of a job with 32-bit and with 8-bit weights, on all test pictures.

    Raises
    ------
    InputError
        If its cells have no 8-bit operators, or it or its data cannot be read.
    """
    model = load_folder(folder / MODEL)
    test, small, whole = data_for(model).test, quantised(model), onnx_bytes(model)
    found = check(model, small, test, len(test))
    seconds = _seconds([whole, small.content], test.images[:1].numpy())
    save_numbers(
        folder,
        NumbersMeasured(
            NumbersSide(len(whole), round(found.accuracy_before * found.n), seconds[0]),
            NumbersSide(len(small.content), round(found.accuracy * found.n), seconds[1]),
            found.n, round(found.same * found.n), small.share, small.left,
        ),
    )  # fmt: skip
    shutil.rmtree(folder / MODEL, ignore_errors=True)


def _seconds(files: list[bytes], picture: np.ndarray) -> list[float]:
    """Return the least time of each file for one drawing, measured in turn."""
    one = {"images": picture.astype("float32") / 255}
    calls = [partial(session_of(content).run, None, one) for content in files]
    return seconds_in_turn(calls, ROUNDS, min)
