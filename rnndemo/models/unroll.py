"""Run all recurrent layers of a network in a Python loop over time.

The fast ``torch.nn`` kernels serve training and most analyses. The stepwise cells compute the same
numbers from the same weights, and allow a hidden state to be changed inside the loop.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from rnndemo.models.cells.base import StepwiseCell, Unrolled
from rnndemo.models.classifier import SequenceClassifier

# (layer, direction, t, h_t (batch, hidden_size)) -> the h_t that is used instead
Hook = Callable[[int, int, int, Tensor], Tensor]


def cells_of(model: SequenceClassifier) -> list[list[StepwiseCell]]:
    """Return the stepwise cells that share the weights of `model`: ``[layer][direction]``."""
    directions = 2 if model.config.bidirectional else 1
    return [
        [kind.stepwise(layer, d) for d in range(directions)]
        for kind, layer in zip(model.kinds, model.layers, strict=True)
    ]


def unroll(
    model: SequenceClassifier,
    sequence: Tensor,
    hook: Hook | None = None,
    lengths: Tensor | None = None,
) -> list[list[Unrolled]]:
    """Run all recurrent layers of `model` in a Python loop over time.

    Parameters
    ----------
    sequence : Tensor
        ``(batch, time, features)``.
    hook : callable, optional
        Receives every new h_t, and returns the one that next timestep and layer read instead.
    lengths : Tensor, optional
        ``(batch,)``: the lengths of the sequences; later states are zero.

    Returns
    -------
    list of list of Unrolled
        ``[layer][direction]``; `last_hidden` joins the last layer's directions for the head.
    """
    layers: list[list[Unrolled]] = []
    for i, cells in enumerate(cells_of(model)):
        x = model.between(last_hidden(layers)) if i else sequence
        layers.append(
            [cell.read(x, hook and partial(hook, i, d), lengths) for d, cell in enumerate(cells)]
        )
    return layers


def last_hidden(layers: list[list[Unrolled]]) -> Tensor:
    """Return the last layer's hidden states ``(batch, time, directions * hidden_size)``."""
    return torch.cat([path.hidden for path in layers[-1]], -1)
