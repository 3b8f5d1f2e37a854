"""Networks that look at scenes: recurrent sweeps, and their convolutional peer.

A picture is read in windows, each a place of a coarse board of places ``(rows, columns)``. Layers
turn the places into features; three heads turn these into the class of every pixel, boxes, and the
number that the digits make from left to right.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnndemo.config import DIRECTIONS, ModelConfig, RunConfig, ScenesConfig
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import Layer, read

SIDES = 4  # numbers of a box: its distances from the place to the left, top, right and bottom
RARE = -3.0  # bias of what says that an object is at a place: at first, it seldom is
LARGEST = 4.0  # limit of the logarithm of a distance


class SceneOutput(NamedTuple):
    """What a network says of a batch of scenes.

    Parameters
    ----------
    masks : Tensor
        Logits of every pixel, ``(batch, classes + 1, height, width)``; the last is the ground.
    objects : Tensor
        Logits of an object being at each place, ``(batch, rows, columns)``.
    classes : Tensor
        Logits of its class, ``(batch, rows, columns, classes)``.
    boxes : Tensor
        Its box, ``(batch, rows, columns, 4)``: left, top, right, bottom, in pixels.
    number : Tensor
        Logits of a digit, or none (the last), at each column, ``(batch, columns, classes + 1)``, to
        be read by connectionist temporal classification (Graves et al. 2006).
    """

    masks: Tensor
    objects: Tensor
    classes: Tensor
    boxes: Tensor
    number: Tensor


class SceneNetwork(nn.Module):
    """The base class: windows, layers, and heads.

    Parameters
    ----------
    config : RunConfig
        Its model and scenes.

    Attributes
    ----------
    layers : nn.ModuleList
        Each turns features ``(batch, rows, columns, channels)`` into others of the same places.
    """

    in_order = False

    def __init__(self, config: RunConfig, classes: int) -> None:
        super().__init__()
        self.config, self.scenes, self.classes = config.model, config.scenes, classes
        features, layers = self.scenes.window**2, list[nn.Module]()
        for _ in range(self.config.num_layers):
            layers.append(self.build_layer(features))
            features = self.width
        self.layers = nn.ModuleList(layers)
        self.mask_head = nn.Linear(features, self.scenes.stride**2 * (classes + 1))
        self.box_head = nn.Linear(features, 1 + classes + SIDES)
        self.column = nn.Linear(features, self.config.hidden_size)
        self.line = self.build_line(self.config.hidden_size)
        self.number_head = nn.Linear(2 * self.config.hidden_size, classes + 1)
        nn.init.constant_(self.box_head.bias[:1], RARE)

    @property
    def width(self) -> int:
        """How many features a layer makes of a place."""
        raise NotImplementedError

    def build_layer(self, features: int) -> nn.Module:
        """Return an untrained layer that reads so many features."""
        raise NotImplementedError

    def build_line(self, features: int) -> nn.Module:
        """Return what reads columns ``(batch, columns, features)`` for the number."""
        raise NotImplementedError

    def windows(self, images: Tensor) -> Tensor:
        """Return the pixels around every place, ``(batch, rows, columns, window²)``.

        Parameters
        ----------
        images : Tensor
            ``(batch, height, width)`` in [0, 1].
        """
        side, stride = self.scenes.window, self.scenes.stride
        (height, width), margin = images.shape[1:], (side - stride) // 2
        images = F.pad(images, (0, -width % stride, 0, -height % stride))[:, None]
        places = F.unfold(images, side, padding=margin, stride=stride)
        rows, columns = (-(-length // stride) for length in (height, width))
        return places.unflatten(2, (rows, columns)).permute(0, 2, 3, 1)

    def features(self, images: Tensor) -> list[Tensor]:
        """Return the output of every layer, ``(batch, rows, columns, width)`` each."""
        places, parts = self.windows(images), []
        for layer in self.layers:
            places = layer(places)
            parts.append(places)
        return parts

    def forward(self, images: Tensor) -> SceneOutput:
        last = self.features(images)[-1]
        return self.say(last, (images.shape[1], images.shape[2]))

    def say(self, features: Tensor, size: tuple[int, int]) -> SceneOutput:
        """Return what the heads make of the last layer's features.

        Parameters
        ----------
        size : tuple of int
            Height and width of the pictures.
        """
        boxes = self.box_head(features)
        columns = self.line(self.column(features).amax(1))
        return SceneOutput(
            self.pixels(self.mask_head(features))[..., : size[0], : size[1]],
            boxes[..., 0],
            boxes[..., 1 : 1 + self.classes],
            self.around(boxes[..., -SIDES:]),
            self.number_head(columns),
        )

    def pixels(self, places: Tensor) -> Tensor:
        """Return numbers ``(batch, rows, columns, (classes + 1) * stride²)`` as those of pixels."""
        return F.pixel_shuffle(places.permute(0, 3, 1, 2), self.scenes.stride)

    def around(self, distances: Tensor) -> Tensor:
        """Return boxes, given the logarithms of the distances of their sides from each place."""
        stride = self.scenes.stride
        reach = distances.float().clamp(-LARGEST, LARGEST).exp() * 2 * stride
        rows, columns = distances.shape[1:3]
        y, x = (torch.arange(count, device=reach.device) * stride + stride / 2 for count in (rows, columns))
        low = torch.stack([x - reach[..., 0], y[:, None] - reach[..., 1]], -1)
        high = torch.stack([x + reach[..., 2], y[:, None] + reach[..., 3]], -1)
        return torch.cat([low, high], -1)

    def count_parameters(self) -> int:
        """Return the number of trainable weights."""
        return sum(p.numel() for p in self.parameters())


class SweepNetwork(SceneNetwork):
    """RNNs that sweep over the places: down, up, to the right and to the left.

    After ReNet (Visin et al. 2015) and ReSeg (Visin et al. 2016), but the sweeps of a layer all
    read what the layer before has made, so that each can be asked what it alone would say. It has
    no convolution.
    """

    @property
    def width(self) -> int:
        return len(self.scenes.directions) * self.config.hidden_size

    def build_layer(self, features: int) -> nn.Module:
        return Sweeps(self.config, self.scenes.directions, features)

    def build_line(self, features: int) -> nn.Module:
        return Line(self.config, features)


class Sweeps(nn.Module):
    """One layer of `SweepNetwork`.

    Parameters
    ----------
    directions : tuple of str
        Some of `DIRECTIONS`; the features of a place are theirs, in the order of `DIRECTIONS`.
    """

    def __init__(self, config: ModelConfig, directions: tuple[str, ...], features: int) -> None:
        super().__init__()
        cell = CELLS[config.cell]
        self.directions = [name for name in DIRECTIONS if name in directions]
        self.readers, self.norms = nn.ModuleDict(), nn.ModuleDict()
        for name in self.directions:
            layer = cell.layer(features, config, bidirectional=False)
            cell.initialise(layer)
            self.readers[name] = layer
            # each on its own, so that the heads add up what the sweeps say
            self.norms[name] = nn.LayerNorm(config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, places: Tensor) -> Tensor:
        swept = [self.norms[name](self.sweep(name, places)) for name in self.directions]
        return self.dropout(torch.cat(swept, -1))

    def sweep(self, name: str, places: Tensor) -> Tensor:
        """Return every hidden state of one direction, ``(batch, rows, columns, hidden_size)``."""
        axis, backward = WAYS[name]
        lines = places.transpose(1, 2) if axis == 1 else places  # (batch, lines, along, …)
        each = lines.flatten(0, 1)
        layer = self.readers[name]
        hidden = _read(layer, each.flip(1)).flip(1) if backward else _read(layer, each)
        hidden = hidden.unflatten(0, lines.shape[:2])
        return hidden.transpose(1, 2) if axis == 1 else hidden


# direction -> the axis of the places along which it reads, and whether from the end
WAYS = {"down": (1, False), "up": (1, True), "right": (2, False), "left": (2, True)}


def _read(layer: nn.Module, sequence: Tensor) -> Tensor:
    # the ONNX export replaces the layer by an operator
    return read(layer, sequence)[0] if isinstance(layer, Layer) else layer(sequence)


class Line(nn.Module):
    """RNNs that read the columns of a scene from both ends, for its number."""

    def __init__(self, config: ModelConfig, features: int) -> None:
        super().__init__()
        cell = CELLS[config.cell]
        layer = cell.layer(features, config, bidirectional=True)
        cell.initialise(layer)
        self.reader: nn.Module = layer

    def forward(self, columns: Tensor) -> Tensor:
        return _read(self.reader, columns)


class ConvolutionNetwork(SceneNetwork):
    """The convolutional peer: the same windows and heads, 3×3 convolutions over the places.

    Layers are residual (He et al. 2016); each looks twice as far as the one before (Yu and Koltun
    2016), so that after a few all places have been seen.
    """

    @property
    def width(self) -> int:
        return len(DIRECTIONS) * self.config.hidden_size

    def build_layer(self, features: int) -> nn.Module:
        reach = 2 ** len(getattr(self, "built", ()))
        return Convolutions(features, self.width, reach)

    def build_line(self, features: int) -> nn.Module:
        return ConvolvedLine(features)
