"""A model with 8-bit weights beside the same with 32-bit numbers: answers, bytes and time."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np

from rnndemo.export.formats import onnx_bytes
from rnndemo.export.int8 import check, quantised, session_of
from rnndemo.hardening.data import data_for
from rnndemo.hardening.pruning.jobs import MODEL
from rnndemo.hardening.pruning.numbers import NumbersMeasured, NumbersSide, save_numbers
from rnndemo.models.store import load_folder

ROUNDS, WARM_UP = 100, 10  # readings of one drawing that are timed, and those before them


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
    sessions = [session_of(content) for content in files]
    times: list[list[float]] = [[] for _ in sessions]
    for number in range(WARM_UP + ROUNDS):
        for session, took in zip(sessions, times, strict=True):
            start = time.perf_counter()
            session.run(None, one)
            if number >= WARM_UP:
                took.append(time.perf_counter() - start)
    return [min(each) for each in times]
