"""In which number format a network trains faster on this machine."""

from __future__ import annotations

import math
import time
from typing import Any

from rnndemo.errors import InputError
from rnndemo.models.build import RECURRENT
from rnndemo.models.cells import CELLS
from rnndemo.models.network import Layered
from rnndemo.training.tasks.base import BatchSeries, TrainingTask

TRIES = 3  # passes that `resolve` times for each precision


def resolve(precision: str, model: Layered, task: TrainingTask, batches: BatchSeries) -> str:
    """Return "float32" or "bfloat16"; for "auto" whichever trains `model` faster on this machine.

    Only processors with bfloat16 units gain by it, and not all recurrent kernels use them;
    elsewhere autocast takes several times as long as float32, or has no LSTM at all. A few forward
    and backward passes are timed; they leave weights and random state as they were.

    Raises
    ------
    InputError
        If bfloat16 is asked for, and this processor cannot train `model` in it.
    """
    if precision == "float32":
        return precision
    gains = CELLS[model.config.cell].gains_by_bfloat16 or model.config.network not in RECURRENT
    if precision == "auto" and not gains:
        return "float32"
    half = seconds_in_half(model, task, batches.empty())
    if precision == "auto":
        return "bfloat16" if half < _seconds(False, model, task, batches.empty()) else "float32"
    if half == math.inf:
        raise InputError(
            "training.precision = bfloat16: this machine's processor cannot train this network in "
            "it; set auto or float32."
        )
    return precision


def seconds_in_half(model: Layered, task: TrainingTask, empty: Any) -> float:
    """Return the seconds of a pass in bfloat16, infinity where the processor has no way to do it.

    oneDNN has no LSTM in bfloat16 for processors without AVX-512.
    """
    try:
        return _seconds(True, model, task, empty)
    except RuntimeError:
        model.zero_grad()
        return math.inf


def _seconds(half: bool, model: Layered, task: TrainingTask, empty: Any) -> float:
    """Return the seconds of the fastest of `TRIES` passes over empty pictures."""
    times = []
    model.eval()  # so that dropout draws no random numbers
    for _ in range(TRIES):
        start = time.perf_counter()
        task.learn(model, empty, half, 0.0).loss.backward()
        times.append(time.perf_counter() - start)
    model.zero_grad()
    return min(times)
