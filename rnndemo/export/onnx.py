"""Trained networks with one ONNX operator for each recurrent layer.

By default torch's exporter unrolls an RNN timestep by timestep: a network that reads pixel by pixel
would take minutes to export and megabytes to store.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from rnndemo.config import ModelConfig
from rnndemo.data.scans import scan_table
from rnndemo.errors import InputError
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import ENDS, Cell
from rnndemo.models.cells.linear import LinearCell, LinearLayer
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.heads import OUTPUT_ACTIVATIONS
from rnndemo.models.picture_networks import Sweeps
from rnndemo.models.store import Model

# pooling -> (module, hidden (batch, time, width)) -> pooled (batch, width), for the final answer
FINAL: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "last": lambda pooling, hidden: hidden[:, -1],
    "mean": lambda pooling, hidden: hidden.mean(1),
    "max": lambda pooling, hidden: hidden.amax(1),
    "attention": lambda pooling, hidden: (pooling.score(hidden).softmax(1) * hidden).sum(1),  # type: ignore[operator]
}


class OnnxLayer(nn.Module):
    """A recurrent layer as one ONNX operator: it can be exported, but not run.

    Parameters
    ----------
    layer : nn.Module
        A recurrent layer.

    Raises
    ------
    InputError
        If ONNX has no operator for its cells.
    """

    W: Tensor  # (directions, gates * hidden_size, features)
    R: Tensor  # (directions, gates * hidden_size, hidden_size)
    B: Tensor  # (directions, 2 * gates * hidden_size)

    def __init__(self, layer: nn.Module, config: ModelConfig) -> None:
        super().__init__()
        cell, ends = CELLS[config.cell], ENDS[: 1 + config.bidirectional]
        if cell.onnx is None:
            raise InputError(
                "ONNX has no operator for {cell} cells, so this network cannot be exported to it; "
                "train one with cells of these kinds: {known}.",
                cell=config.cell, known=", ".join(name for name in CELLS if in_onnx(CELLS[name])),
            )  # fmt: skip
        order = cell.onnx.order

        def stacked(name: str) -> Tensor:
            blocks = [getattr(layer, f"{name}_{end}").chunk(len(order)) for end in ends]
            return torch.stack([torch.cat([block[k] for k in order]) for block in blocks])

        self.register_buffer("W", stacked("weight_ih"))
        self.register_buffer("R", stacked("weight_hh"))
        self.register_buffer("B", torch.cat([stacked("bias_ih"), stacked("bias_hh")], 1))
        self.operator = cell.onnx.name
        self.attributes: dict[str, Any] = {
            "hidden_size": config.hidden_size,
            "direction": "bidirectional" if config.bidirectional else "forward",
            **cell.onnx.attributes,
        }
        if cell.takes_nonlinearity:
            self.attributes["activations"] = [config.nonlinearity.capitalize()] * len(ends)

    def forward(self, sequence: Tensor) -> Tensor:
        batch, time, _ = sequence.shape
        directions, _, hidden_size = self.R.shape
        hidden = torch.onnx.ops.symbolic(
            self.operator,
            (sequence.transpose(0, 1), self.W, self.R, self.B),
            self.attributes,
            dtype=sequence.dtype,
            shape=(time, directions, batch, hidden_size),
        )
        return hidden.permute(2, 0, 1, 3).flatten(2)  # (batch, time, directions * hidden_size)


class OnnxPasses(nn.Module):
    """A layer of linear cells as a few passes over the sequence, of operators that ONNX has."""

    def __init__(self, layer: LinearLayer) -> None:
        super().__init__()
        self.ways = nn.ModuleList(
            cell.passes() for cell in layer.paths() if isinstance(cell, LinearCell)
        )

    def forward(self, sequence: Tensor) -> Tensor:
        return torch.cat([way(sequence) for way in self.ways], -1)


def onnx_layer(layer: nn.Module, config: ModelConfig) -> nn.Module:
    """Return a recurrent layer as it can be exported.

    Raises
    ------
    InputError
        If ONNX has no operator for its cells.
    """
    return OnnxPasses(layer) if isinstance(layer, LinearLayer) else OnnxLayer(layer, config)


def in_onnx(cell: Cell) -> bool:
    """Return whether networks of such cells can be exported to ONNX."""
    return cell.onnx is not None or issubclass(cell.loop, LinearLayer)


class OnnxNetwork(nn.Module):
    """From pictures ``(batch, H, W)`` to calibrated probabilities ``(batch, classes)``."""

    order: Tensor

    def __init__(self, model: Model) -> None:
        super().__init__()
        # a copy: the exporter modifies the network, which other threads may use
        network = copy.deepcopy(model.network).float()
        self.logits = OnnxReader(network) if isinstance(network, SequenceClassifier) else network
        both = replace(network.config, bidirectional=True)
        for sweeps in [layer for layer in network.layers if isinstance(layer, Sweeps)]:
            sweeps.vertical = onnx_layer(sweeps.vertical, both)
            sweeps.horizontal = onnx_layer(sweeps.horizontal, both)
        self.activation = OUTPUT_ACTIVATIONS[network.config.output_activation]
        self.temperature = model.card.temperature
        table = scan_table(model.config.data.scan, *model.image_size)
        self.register_buffer("order", table.flatten())
        self.steps = tuple(table.shape)  # (time, features)
        self.eval()

    def forward(self, images: Tensor) -> Tensor:
        sequence = images.flatten(1).index_select(1, self.order).unflatten(1, self.steps)
        return self.activation(self.logits(sequence) / self.temperature)


class OnnxReader(nn.Module):
    """An RNN from sequences to logits, with one ONNX operator for each layer that has one."""

    def __init__(self, network: SequenceClassifier) -> None:
        super().__init__()
        self.config = network.config
        self.layers = nn.ModuleList(onnx_layer(layer, self.config) for layer in network.layers)
        self.pooling, self.head = network.pooling, network.head

    def forward(self, hidden: Tensor) -> Tensor:
        for layer in self.layers:
            hidden = layer(hidden)
        if self.config.bidirectional and self.config.pooling == "last":
            forward, backward = hidden.chunk(2, -1)
            pooled = torch.cat([forward[:, -1], backward[:, 0]], -1)
        else:
            pooled = FINAL[self.config.pooling](self.pooling, hidden)
        return self.head(pooled)
