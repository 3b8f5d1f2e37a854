"""What all networks have in common, whether they read in order or see a picture at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from torch import Tensor, nn

from rnndemo.config import ModelConfig
from rnndemo.models.heads import OUTPUT_ACTIVATIONS, output_layers


class Network(nn.Module):
    """From sequences ``(batch, time, features)`` to one logit a class.

    Parameters
    ----------
    features : int
        Size of the input x_t.

    Attributes
    ----------
    in_order : bool
        Whether it reads one timestep after the other, so that it has a hidden state at each.
    layers : nn.ModuleList
        What lies before the head.
    """

    in_order: ClassVar[bool]
    layers: nn.ModuleList
    head: nn.Sequential

    def __init__(self, config: ModelConfig, features: int, classes: int) -> None:
        super().__init__()
        self.config = config
        self.features = features
        self.classes = classes

    def build_head(self, width: int) -> None:
        """Add the output layers, which take `width` numbers.

        Sigmoid outputs start at the share that one class has of all (Lin et al. 2017): from 1/2
        each, the first steps would bend the layers below only to say "no" to everything.
        """
        self.head = output_layers(width, self.config, self.classes)
        last = self.head[-1]
        if self.config.output_activation == "sigmoid" and isinstance(last, nn.Linear):
            nn.init.constant_(last.bias, -math.log(max(1, self.classes - 1)))

    def activations(self, sequence: Tensor) -> list[Tensor]:
        """Return what every layer gives for sequences, ``(batch, …)`` each."""
        raise NotImplementedError

    def forward(self, sequence: Tensor) -> Tensor:
        """Return the logits ``(batch, classes)`` for sequences ``(batch, time, features)``."""
        raise NotImplementedError

    def readouts(self, sequence: Tensor) -> Tensor:
        """Return what it would answer if the sequence ended at t, ``(batch, time, classes)``."""
        raise NotImplementedError

    def probabilities(self, logits: Tensor, temperature: float = 1.0) -> Tensor:
        """Apply the output activation to ``logits / temperature``."""
        return OUTPUT_ACTIVATIONS[self.config.output_activation](logits / temperature)

    def count_parameters(self) -> int:
        """Return the number of trainable weights."""
        return sum(p.numel() for p in self.parameters())


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put `model` into evaluation mode, and back into its own afterwards."""
    training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(training)
