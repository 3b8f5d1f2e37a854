"""How much each hidden unit matters, and what it does: measured over pictures.

``taylor`` is the loss that a unit's removal would add, to first order: its hidden states are h_t,
so setting them to zero changes the loss by about -Σ_t h_t ∂loss/∂h_t (Molchanov, Mallya, Tyree,
Frosio, Kautz 2019, "Importance estimation for neural network pruning", equation 8: the mean of the
squares). ``spread`` is the norm of the weights that read a unit times how much it varies: a unit
that is never read, or always the same, says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from rnndemo.data.scans import to_sequence
from rnndemo.data.sets import ImageSet
from rnndemo.hardening.pruning.units import readers
from rnndemo.models.cells.base import ENDS
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.network import evaluating
from rnndemo.models.unroll import last_hidden, unroll
from rnndemo.reading.gradients import LOSSES

Scores = list[list[Tensor]]  # [layer][direction] -> (hidden_size,)


@dataclass(frozen=True)
class Removed:
    """What a unit had done, over the pictures that it was measured on.

    Parameters
    ----------
    layer, direction, unit : int
        Which one, from 0; direction 1 reads backward.
    mean : float
        Its mean activation over pictures and timesteps.
    spread : float
        The standard deviation of that.
    label : str
        The class whose logit it moved most, against the mean of all classes.
    moved : float
        By how much, on average over pictures, in units of the logit: to first order, as `taylor`.
    """

    layer: int
    direction: int
    unit: int
    mean: float
    spread: float
    label: str
    moved: float


class Readings:
    """Pictures as a network reads them, with every hidden state in the graph of its logits.

    Parameters
    ----------
    pictures : ImageSet
        A few hundred: every timestep of every layer is kept.
    """

    def __init__(self, network: SequenceClassifier, pictures: ImageSet, scan: str) -> None:
        self.network, self.labels = network, pictures.labels
        self.states: dict[tuple[int, int, int], Tensor] = {}  # layer, direction, timestep
        weight = next(network.parameters())
        sequence = to_sequence(pictures.images.to(weight.dtype) / 255, scan)
        with evaluating(network), torch.enable_grad():
            layers = unroll(network, sequence.requires_grad_(), self._keep)
            self.logits = network.head(network.pool(last_hidden(layers))[:, -1])

    def _keep(self, layer: int, direction: int, t: int, h: Tensor) -> Tensor:
        self.states[layer, direction, t] = h
        return h

    def hidden(self, layer: int, direction: int) -> Tensor:
        """Return the hidden states ``(time, pictures, hidden_size)``, in the order of reading."""
        return torch.stack(
            [h for (i, d, _), h in self.states.items() if (i, d) == (layer, direction)]
        ).detach()

    def effects(self, of: Tensor) -> list[list[Tensor]]:
        """Return Σ_t h_t ∂of/∂h_t, ``[layer][direction]`` ``(pictures, hidden_size)`` each.

        Parameters
        ----------
        of : Tensor
            A sum over pictures, of numbers that are each of one picture alone.
        """
        states = list(self.states.values())
        slopes = torch.autograd.grad(of, states, retain_graph=True, materialize_grads=True)
        config = self.network.config
        total = [
            [torch.zeros_like(states[0]) for _ in range(1 + config.bidirectional)]
            for _ in range(config.num_layers)
        ]
        for (layer, direction, _), state, slope in zip(self.states, states, slopes, strict=True):
            total[layer][direction] += state.detach() * slope
        return total


def taylor(readings: Readings) -> Scores:
    """Return the mean of (Σ_t h_t ∂loss/∂h_t)² over pictures, of every unit."""
    loss = LOSSES[readings.network.config.output_activation]
    with torch.enable_grad():
        whole = loss(readings.logits, readings.labels)
    return [[one.square().mean(0) for one in row] for row in readings.effects(whole)]


def spread(readings: Readings) -> Scores:
    """Return the norm of the weights that read a unit, times its standard deviation."""
    network = readings.network
    directions = range(1 + network.config.bidirectional)
    return [
        [
            outgoing(network, layer, d)
            * readings.hidden(layer, d).flatten(0, 1).std(0, correction=0)
            for d in directions
        ]
        for layer in range(network.config.num_layers)
    ]


def outgoing(network: SequenceClassifier, layer: int, direction: int) -> Tensor:
    """Return the norm of the weights that read each unit of a layer, ``(hidden_size,)``."""
    size, weights = network.config.hidden_size, network.state_dict()
    ends = ENDS[: 1 + network.config.bidirectional]
    last = layer == network.config.num_layers - 1
    above = readers(network) if last else [f"layers.{layer + 1}.weight_ih_{end}" for end in ends]
    columns = [weights[name].split(size, 1)[direction] for name in above]
    if (name := f"layers.{layer}.weight_hh_{ENDS[direction]}") in weights:
        columns.append(weights[name])
    return torch.cat(columns).norm(dim=0)


# name -> function from readings to the score of every unit
MEASURES: dict[str, Callable[[Readings], Scores]] = {"taylor": taylor, "spread": spread}


def describe(
    readings: Readings, units: list[list[Tensor]], classes: tuple[str, ...]
) -> list[Removed]:
    """Return what `units` do, ``[layer][direction]`` ``(units,)``: the strongest first."""
    with torch.enable_grad():
        each = [readings.effects(column.sum()) for column in readings.logits.unbind(1)]
    found = []
    for layer, row in enumerate(units):
        for direction, chosen in enumerate(row):
            hidden = readings.hidden(layer, direction)
            effects = torch.stack([effect[layer][direction] for effect in each])
            moved = (effects - effects.mean(0)).abs().mean(1)  # (classes, hidden_size)
            strongest = moved.max(0)
            for unit in chosen.tolist():
                states = hidden[..., unit]
                found.append(
                    Removed(
                        layer, direction, unit,
                        states.mean().item(), states.std(correction=0).item(),
                        classes[int(strongest.indices[unit])], strongest.values[unit].item(),
                    )
                )  # fmt: skip
    return sorted(found, key=lambda one: one.moved, reverse=True)
