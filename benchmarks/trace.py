"""python -m benchmarks trace: the cost of a trace, as a ratio to a plain forward pass.

The three kinds of passes alternate, so that a busy machine slows all of them; the figures are
medians. Weights are random, since cost does not depend on them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from benchmarks.timing import medians
from rnndemo.data.scans import to_sequence
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.presets import PRESETS
from rnndemo.reading.traces import trace

MODELS = ("digits-lstm", "digits-gru", "digits-rnn")
BATCHES = (1, 32)
SIZE, CLASSES = 28, 10


def main(arguments: list[str]) -> None:
    """Print one line for each model and batch size."""
    torch.set_num_threads(1)
    print(f"{'model':<14}{'batch':>6}{'forward ms':>12}{'trace':>9}{'with gradients':>16}")
    for name in MODELS:
        scan = PRESETS[name].data.scan
        model = SequenceClassifier(PRESETS[name].model, SIZE, CLASSES).eval()
        for batch in BATCHES:
            images = torch.rand(batch, SIZE, SIZE)
            took = medians(_calls(model, images, scan))
            plain = took["forward"]
            print(
                f"{name:<14}{batch:>6}{plain * 1e3:>12.2f}{took['trace'] / plain:>8.1f}x"
                f"{took['gradients'] / plain:>15.1f}x"
            )


def _calls(
    model: SequenceClassifier, images: torch.Tensor, scan: str
) -> dict[str, Callable[[], object]]:
    def forward() -> torch.Tensor:
        with torch.inference_mode():
            return model(to_sequence(images, scan))

    return {
        "forward": forward,
        "trace": lambda: trace(model, images, scan, gradients=False),
        "gradients": lambda: trace(model, images, scan),
    }
