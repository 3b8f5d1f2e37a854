"""Which number format is faster here: asked of the machine, not of its name."""

from __future__ import annotations

import time

import torch
import torch.nn.functional as F

from rnndemo.models.network import Network
from rnndemo.training.batches import Batches

TRIES = 3
RECURRENT = ("rnn", "renet")  # networks with cells


def resolve(precision: str, model: Network, batches: Batches) -> str:
    """Return "float32" or "bfloat16"; for "auto" whichever trains `model` faster on this machine.

    Only processors with units for bfloat16 gain by it, and of the recurrent kernels only the
    LSTM's uses them; elsewhere autocast costs several times the time of float32. A few forward and
    backward passes tell. They leave weights and random state as they were.
    """
    if precision != "auto":
        return precision
    if model.config.network in RECURRENT and model.config.cell != "lstm":
        return "float32"
    return min(("float32", "bfloat16"), key=lambda name: _seconds(name, model, batches))


def _seconds(precision: str, model: Network, batches: Batches) -> float:
    """Return the seconds of the fastest of some passes on empty pictures."""
    size = batches.from_train, *batches.train.images.shape[1:]
    sequence = torch.zeros(size).flatten(1).unflatten(1, (-1, model.features))
    target = torch.zeros(len(sequence), dtype=torch.long)
    times = []
    model.eval()  # dropout draws no random numbers
    for _ in range(TRIES):
        start = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            logits = model(sequence)
        F.cross_entropy(logits.float(), target).backward()
        times.append(time.perf_counter() - start)
    model.zero_grad()
    return min(times)
