"""From hidden states to logits: pooling over time, then the output layers.

Every pooling is written for *all* prefixes at once: row t of the result pools h_0 … h_t only.
The prediction is the last row, which `Pooling.end` gives by itself and sooner; the others are the
readouts at t.
"""

from __future__ import annotations

from collections.abc import Callable

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
    """From ``(batch, time, features)`` to the same: what is pooled of h_0 … h_t, for every t."""

    def end(self, hidden: Tensor) -> Tensor:
        """Return what is pooled of all timesteps, ``(batch, features)``."""
        pooled: Tensor = self(hidden)
        return pooled[:, -1]


class LastPooling(Pooling):
    """The hidden state itself: what the network holds when it stops reading at t."""

    def forward(self, hidden: Tensor) -> Tensor:  # (batch, time, features), the same out
        return hidden


class MeanPooling(Pooling):
    """The mean of h_0 … h_t."""

    def forward(self, hidden: Tensor) -> Tensor:
        counts = torch.arange(1, hidden.shape[1] + 1, device=hidden.device)
        return hidden.cumsum(1) / counts[:, None]

    def end(self, hidden: Tensor) -> Tensor:
        return hidden.mean(1)


class MaxPooling(Pooling):
    """The largest value that each unit had so far."""

    def forward(self, hidden: Tensor) -> Tensor:
        return hidden.cummax(1).values

    def end(self, hidden: Tensor) -> Tensor:
        return hidden.max(1).values


class AttentionPooling(Pooling):
    """A weighted mean of h_0 … h_t; weights are a softmax of one learnt score a timestep.

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
    """Return the layers that follow the pooling: those of the config, then one logit a class."""
    layers: list[nn.Module] = [nn.Dropout(config.dropout)]
    for i, size in enumerate(config.head_sizes):
        named = i < len(config.head_activations)
        layers += [
            nn.Linear(features, size),
            ACTIVATIONS[config.head_activations[i] if named else "relu"](),
        ]
        features = size
    return nn.Sequential(*layers, nn.Linear(features, classes))


# logits -> probabilities over the last axis
OUTPUT_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda logits: logits.softmax(-1),
    "sigmoid": lambda logits: logits.sigmoid(),
}
