"""The base class of all networks, whether they read in order or see the picture at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from torch import Tensor, nn

from rnndemo.config import ModelConfig
from rnndemo.models.heads import OUTPUT_ACTIVATIONS, output_layers


class Layered(nn.Module):
    """What is trained: layers, and a head that says what it makes of their last output.

    Attributes
    ----------
    in_order : bool
        Whether it reads timestep by timestep, with a hidden state at each.
    layers : nn.ModuleList
        The layers before the head.
    head : nn.Module
        The output layers.
    """

    in_order: ClassVar[bool]
    config: ModelConfig
    layers: nn.ModuleList
    head: Any

    def activations(self, inputs: Tensor) -> list[Tensor]:
        """Return the output of every layer for a batch of inputs, ``(batch, …)`` each."""
        raise NotImplementedError

    def count_parameters(self) -> int:
        """Return the number of trainable weights."""
        return sum(p.numel() for p in self.parameters())


class Network(Layered):
    """A network from sequences ``(batch, time, features)`` to one logit per class.

    Parameters
    ----------
    features : int
        Size of the input x_t.
    """

    head: nn.Sequential

    def __init__(self, config: ModelConfig, features: int, classes: int) -> None:
        super().__init__()
        self.config = config
        self.features = features
        self.classes = classes

    def build_head(self, width: int) -> None:
        """Add the output layers, which take `width` numbers.

        Sigmoid outputs start at the prior probability of a class (Lin et al. 2017): if they started
        at 1/2, the first steps would only teach the layers below to answer "no" to everything.
        """
        self.head = output_layers(width, self.config, self.classes)
        last = self.head[-1]
        if self.config.output_activation == "sigmoid" and isinstance(last, nn.Linear):
            nn.init.constant_(last.bias, -math.log(max(1, self.classes - 1)))

    def forward(self, sequence: Tensor) -> Tensor:
        """Return the logits ``(batch, classes)`` for sequences ``(batch, time, features)``."""
        raise NotImplementedError

    def readouts(self, sequence: Tensor) -> Tensor:
        """Return its answer if the sequence ended at t, logits ``(batch, time, classes)``."""
        raise NotImplementedError

    def probabilities(self, logits: Tensor, temperature: float = 1.0) -> Tensor:
        """Return the output activation of ``logits / temperature``."""
        return OUTPUT_ACTIVATIONS[self.config.output_activation](logits / temperature)


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put `model` into evaluation mode, and restore its mode afterwards."""
    training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(training)
