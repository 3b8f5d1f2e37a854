"""python -m benchmarks flops: how near training comes to the machine's rate of matrix products.

Medians on one thread, in alternating rounds, of a square product of 1024 (the machine's own rate,
"sgemm") and of whole training steps as the app makes them: forward, loss, backward, clipping,
AdamW. Data are random, since cost does not depend on them. A step has three variants:

=========  ======================================================================================
torch      ``torch.nn``'s kernel, its last output into the head: the usual code
ours       the `SequenceClassifier` as it trains: torch's layers, one by one
products   only matrix products of these shapes: no activation, no gate, no optimiser
=========  ======================================================================================

Floating-point operations are those of matrix products, 2·m·n·k each; activations, biases and the
optimiser are not counted, though their time is. A step counts three times its forward pass:
backward needs one product for the gradients of the weights, and one for those of their inputs.
Gradients of pictures are not needed, and most kernels omit them: "needed" is the rate without
them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.timing import medians, options_of
from rnndemo.config import ModelConfig, TrainingConfig
from rnndemo.models.classifier import SequenceClassifier

SQUARE = 1024
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
ROWS = 512  # of each product over all timesteps
BATCH, TIME, FEATURES, HIDDEN, CLASSES = 128, 28, 28, 128, 10
TARGET = 0.9  # of sgemm, for the LSTM
ROUNDS = 60


def main(arguments: list[str]) -> None:
    """Print one line for each cell and variant."""
    rounds = 2 if options_of("flops", arguments).quick else ROUNDS
    torch.set_num_threads(1)
    torch.manual_seed(0)
    square = torch.rand(SQUARE, SQUARE)
    out = torch.empty_like(square)
    calls: dict[str, Callable[[], object]] = {"sgemm": lambda: torch.mm(square, square, out=out)}
    for cell, gates in GATES.items():
        calls[f"{cell} torch"] = _training(cell, _usual_forward)
        calls[f"{cell} ours"] = _training(cell, SequenceClassifier.forward)
        calls[f"{cell} products"] = _products(gates)
    took = medians(calls, rounds)
    peak = 2 * SQUARE**3 / took.pop("sgemm")
    print(f"batch {BATCH}, {TIME} rows of {FEATURES}, hidden {HIDDEN}, float32, one thread")
    print(f"sgemm of {SQUARE}: {peak / 1e9:.1f} GFLOP/s; the aim for the LSTM: {TARGET} of it")
    print(f"{'cell':<6}{'variant':<10}{'ms a step':>10}{'GFLOP/s':>9}{'of sgemm':>10}{'needed':>8}")
    for name, seconds in took.items():
        cell, variant = name.split()
        whole, needed = flops(GATES[cell])
        print(
            f"{cell:<6}{variant:<10}{seconds * 1e3:>10.2f}{whole / seconds / 1e9:>9.1f}"
            f"{whole / seconds / peak:>10.2f}{needed / seconds / peak:>8.2f}"
        )


def flops(gates: int) -> tuple[int, int]:
    """Return the operations of a step, with and without the gradients of the pictures."""
    forward = 2 * BATCH * TIME * (FEATURES + HIDDEN) * gates * HIDDEN + 2 * BATCH * HIDDEN * CLASSES
    return 3 * forward, 3 * forward - 2 * BATCH * TIME * FEATURES * gates * HIDDEN


def _usual_forward(model: SequenceClassifier, sequence: Tensor) -> Tensor:
    return model.head(model.layers[0](sequence)[0][:, -1])


def _training(
    cell: str, forward: Callable[[SequenceClassifier, Tensor], Tensor]
) -> Callable[[], object]:
    """Return a training step of a new model with this `forward`."""
    setting = TrainingConfig()
    model = SequenceClassifier(ModelConfig(cell=cell, hidden_size=HIDDEN), FEATURES, CLASSES)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=setting.lr, weight_decay=setting.weight_decay, fused=True
    )
    sequence = torch.rand(BATCH, TIME, FEATURES)
    target = F.one_hot(torch.randint(CLASSES, (BATCH,)), CLASSES).float()

    def step() -> float:
        loss = F.cross_entropy(forward(model, sequence), target)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), setting.max_norm)
        optimizer.step()
        return loss.item()

    return step


def _products(gates: int) -> Callable[[], object]:
    """Return a function that makes only the matrix products of a step, in our shapes."""
    read, width = HIDDEN + FEATURES, gates * HIDDEN
    rows, W = torch.rand(TIME, BATCH, read), torch.rand(read, width)
    a, dW, dh = torch.rand(ROWS, width), torch.zeros(read, width), torch.empty(BATCH, HIDDEN)
    W_h = torch.rand(width, HIDDEN)

    def step() -> None:
        for row in rows.unbind(0):
            torch.mm(row, W, out=a[:BATCH])
        for _ in range(TIME - 1):
            torch.mm(a[:BATCH], W_h, out=dh)
        for group in rows.flatten(0, 1).split(ROWS):
            torch.addmm(dW, group.t(), a[: len(group)], beta=0, out=dW)

    return step
