"""What it costs a network to read one picture, counted rather than measured."""

from __future__ import annotations

from torch import nn

from rnndemo.data.scans import scan_table
from rnndemo.models.classifier import SequenceClassifier

GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def flops(model: SequenceClassifier, scan: str, image_size: tuple[int, int]) -> int:
    """Return the floating-point operations of all matrix products when one picture is read.

    A product of (m, k) and (k, n) counts 2·m·k·n. Activations, gates, biases and means count as
    nothing: they grow with the hidden size, products with its square.

    Parameters
    ----------
    model : SequenceClassifier
    scan : str
    image_size : tuple of int
        Height and width of the picture.
    """
    time, width = scan_table(scan, *image_size).shape
    hidden, directions = model.config.hidden_size, 2 if model.config.bidirectional else 1
    count = 0
    for _ in range(model.config.num_layers):
        count += time * directions * 2 * GATES[model.config.cell] * hidden * (width + hidden)
        width = directions * hidden
    count += time * sum(map(_product, model.pooling.modules()))
    return count + sum(map(_product, model.head.modules()))


def _product(module: nn.Module) -> int:
    return 2 * module.weight.numel() if isinstance(module, nn.Linear) else 0
