"""From hidden states to logits: pooling over time, then the output layers.

Every pooling handles *all* prefixes at once: row t of the result pools h_0 … h_t only. The rows are
the readouts at t; the last row is the prediction, which `Pooling.end` computes alone and faster.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, repeat

import torch
from torch import Tensor, nn

from rnndemo.config import ModelConfig

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "gelu": nn.GELU,
    "sigmoid": nn.Sigmoid,
    "identity": nn.Identity,
}


class Pooling(nn.Module):
    """Pool h_0 … h_t for every t: from ``(batch, time, features)`` to the same shape."""

    def end(self, hidden: Tensor) -> Tensor:
        """Return the pooling of all timesteps, ``(batch, features)``."""
        pooled: Tensor = self(hidden)
        return pooled[:, -1]


class LastPooling(Pooling):
    """The hidden state h_t itself."""

    def forward(self, hidden: Tensor) -> Tensor:
        return hidden


class MeanPooling(Pooling):
    """The mean of h_0 … h_t."""

    def forward(self, hidden: Tensor) -> Tensor:
        counts = torch.arange(1, hidden.shape[1] + 1, device=hidden.device)
        return hidden.cumsum(1) / counts[:, None]

    def end(self, hidden: Tensor) -> Tensor:
        return hidden.mean(1)


class MaxPooling(Pooling):
    """The largest value of each unit up to t."""

    def forward(self, hidden: Tensor) -> Tensor:
        return hidden.cummax(1).values

    def end(self, hidden: Tensor) -> Tensor:
        return hidden.max(1).values


class AttentionPooling(Pooling):
    """The mean of h_0 … h_t, weighted by a softmax of learnt scores.

    score_t = v · h_t,  pooled_t = Σ_{s≤t} exp(score_s) h_s / Σ_{s≤t} exp(score_s)
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.score = nn.Linear(features, 1, bias=False)

    def forward(self, hidden: Tensor) -> Tensor:
        score = self.score(hidden).double()  # (batch, time, 1); double: early scores may be tiny
        weight = (score - score.amax(1, keepdim=True)).exp()
        return ((weight * hidden).cumsum(1) / weight.cumsum(1)).to(hidden.dtype)

    def end(self, hidden: Tensor) -> Tensor:
        weight = self.score(hidden).double().softmax(1).to(hidden.dtype)
        return (weight * hidden).sum(1)


POOLINGS: dict[str, Callable[[int], Pooling]] = {
    "last": lambda features: LastPooling(),
    "mean": lambda features: MeanPooling(),
    "max": lambda features: MaxPooling(),
    "attention": AttentionPooling,
}


def output_layers(features: int, config: ModelConfig, classes: int) -> nn.Sequential:
    """Return the layers after the pooling: those of `config`, then one logit per class."""
    layers: list[nn.Module] = [nn.Dropout(config.dropout)]
    names = chain(config.head_activations, repeat("relu"))
    for size, name in zip(config.head_sizes, names, strict=False):
        layers += [nn.Linear(features, size), ACTIVATIONS[name]()]
        features = size
    return nn.Sequential(*layers, nn.Linear(features, classes))


# logits -> probabilities over the last axis
OUTPUT_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda logits: logits.softmax(-1),
    "sigmoid": lambda logits: logits.sigmoid(),
}
