"""Networks that look at scenes: recurrent sweeps, and their convolutional peer.

A picture is read in windows, one at each place of a coarse grid of ``(rows, columns)``. Layers turn
places into features; three heads turn these into the class of every pixel, into boxes, and into the
number that the digits make from left to right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnndemo.config import DIRECTIONS, ModelConfig, RunConfig
from rnndemo.errors import InputError
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import Layer, read
from rnndemo.models.network import Layered
from rnndemo.models.starts import initialise

SIDES = 4  # numbers of a box: the distances from its place to the left, top, right and bottom
RARE = -3.0  # bias of what says that an object is at a place: at first, it seldom is
LARGEST = 4.0  # limit of the logarithm of a distance
WAYS = {"vertical": ("down", "up"), "horizontal": ("right", "left")}


class SceneOutput(NamedTuple):
    """What a network says of a batch of scenes.

    Parameters
    ----------
    masks : Tensor
        Logits of every pixel, ``(batch, classes + 1, height, width)``; the last is the ground.
    objects : Tensor
        Logits of the middle of an object being at a place, ``(batch, rows, columns)``.
    classes : Tensor
        Logits of its class, ``(batch, rows, columns, classes)``.
    boxes : Tensor
        Its box, ``(batch, rows, columns, 4)``: left, top, right, bottom, in pixels.
    number : Tensor
        Logits of a digit, or of none (the last), at each column, ``(batch, columns, classes + 1)``,
        to be read by connectionist temporal classification (Graves et al. 2006).
    """

    masks: Tensor
    objects: Tensor
    classes: Tensor
    boxes: Tensor
    number: Tensor

    def float(self) -> SceneOutput:
        """Return all as float32."""
        return SceneOutput(*(part.float() for part in self))


class SceneNetwork(Layered):
    """The base class: windows, layers, and heads.

    Parameters
    ----------
    config : RunConfig
        Its ``model`` and ``scenes``.

    Attributes
    ----------
    layers : nn.ModuleList
        Each turns features ``(batch, rows, columns, channels)`` into others of the same places.
    head : nn.ModuleDict
        "mask" and "box" read a place, "column" a place for the number; "line" reads the columns
        from both ends, and "number" says what stands at each.
    """

    in_order = False

    def __init__(self, config: RunConfig, classes: int) -> None:
        super().__init__()
        self.config, self.scenes, self.classes = config.model, config.scenes, classes
        features, layers = self.scenes.window**2, list[nn.Module]()
        for number in range(self.config.num_layers):
            layer, features = self.build_layer(number, features)
            layers.append(layer)
        units = self.config.hidden_size
        line, width = self.build_line(units)
        self.layers = nn.ModuleList(layers)
        self.head = nn.ModuleDict(
            {
                "mask": nn.Linear(features, self.scenes.stride**2 * (classes + 1)),
                "box": nn.Linear(features, 1 + classes + SIDES),
                "column": nn.Linear(features, units),
                "line": line,
                "number": nn.Linear(width, classes + 1),
            }
        )
        self.head["box"].bias.data[0] = RARE

    def build_layer(self, number: int, features: int) -> tuple[nn.Module, int]:
        """Return the untrained layer `number`, and how many features it makes of a place."""
        raise NotImplementedError

    def build_line(self, features: int) -> tuple[nn.Module, int]:
        """Return what reads columns ``(batch, columns, features)``, and how many it makes."""
        raise NotImplementedError

    def grid(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return how many rows and columns of places a picture of ``(height, width)`` has."""
        height, width = size
        return -(-height // self.scenes.stride), -(-width // self.scenes.stride)

    def windows(self, images: Tensor) -> Tensor:
        """Return the pixels around every place, ``(batch, rows, columns, window²)``.

        Parameters
        ----------
        images : Tensor
            ``(batch, height, width)`` in [0, 1].
        """
        side, stride = self.scenes.window, self.scenes.stride
        size, margin = (images.shape[1], images.shape[2]), (side - stride) // 2
        padded = F.pad(images, (0, -size[1] % stride, 0, -size[0] % stride))[:, None]
        places = F.unfold(padded, side, padding=margin, stride=stride)
        return places.unflatten(2, self.grid(size)).permute(0, 2, 3, 1)

    def activations(self, images: Tensor) -> list[Tensor]:
        """Return the output of every layer, ``(batch, rows, columns, width)`` each."""
        places, parts = self.windows(images), []
        for layer in self.layers:
            places = layer(places)
            parts.append(places)
        return parts

    def forward(self, images: Tensor) -> SceneOutput:
        """Return what it says of pictures ``(batch, height, width)`` in [0, 1]."""
        return self.say(self.activations(images)[-1], (images.shape[1], images.shape[2]))

    def say(self, features: Tensor, size: tuple[int, int]) -> SceneOutput:
        """Return what the heads make of the last layer's output.

        Parameters
        ----------
        size : tuple of int
            Height and width of the pictures.
        """
        boxes = self.head["box"](features)
        columns = self.head["line"](self.head["column"](features).amax(1))
        return SceneOutput(
            self.pixels(self.head["mask"](features))[..., : size[0], : size[1]],
            boxes[..., 0],
            boxes[..., 1 : 1 + self.classes],
            self.around(boxes[..., -SIDES:]),
            self.head["number"](columns),
        )

    def pixels(self, places: Tensor) -> Tensor:
        """Return the numbers of places as those of pixels.

        Parameters
        ----------
        places : Tensor
            ``(batch, rows, columns, numbers * stride²)``; a place's pixels lie side by side.
        """
        return F.pixel_shuffle(places.permute(0, 3, 1, 2), self.scenes.stride)

    def around(self, distances: Tensor) -> Tensor:
        """Return boxes, given the logarithms of the distances of their sides from each place."""
        stride = self.scenes.stride
        reach = distances.float().clamp(-LARGEST, LARGEST).exp() * 2 * stride
        rows, columns = distances.shape[1:3]
        y, x = ((torch.arange(count) + 0.5) * stride for count in (rows, columns))
        low = torch.stack([x - reach[..., 0], y[:, None] - reach[..., 1]], -1)
        high = torch.stack([x + reach[..., 2], y[:, None] + reach[..., 3]], -1)
        return torch.cat([low, high], -1)


class SweepNetwork(SceneNetwork):
    """RNNs that sweep over the places: down, up, to the right and to the left; no convolution.

    Layers are those of ReNet (Visin et al. 2015) and ReSeg (Visin et al. 2016): the sweeps to the
    right and to the left read what those down and up have made. But in the last layer all four read
    the same, each makes features of its own, and the heads add up what these say: so each can be
    asked what it alone would say.
    """

    @property
    def directions(self) -> list[str]:
        """The sweeps of the last layer, in the order of their features."""
        return [name for name in DIRECTIONS if name in self.scenes.directions]

    def build_layer(self, number: int, features: int) -> tuple[nn.Module, int]:
        last = number == self.config.num_layers - 1
        parts = list[AxisSweeps]()
        for names in WAYS.values():
            if used := [name for name in self.directions if name in names]:
                parts.append(AxisSweeps(self.config, used, features))
                features = features if last else parts[-1].width
        width = sum(part.width for part in parts) if last else features
        return (Abreast(parts) if last else nn.Sequential(*parts)), width

    def build_line(self, features: int) -> tuple[nn.Module, int]:
        return ColumnReader(self.config, features), 2 * self.config.hidden_size

    def shares(self, features: Tensor) -> dict[str, Tensor]:
        """Return what each sweep of the last layer adds to the mask's logits.

        Parameters
        ----------
        features : Tensor
            The last layer's output, ``(batch, rows, columns, width)``.

        Returns
        -------
        dict of str to Tensor
            ``(batch, classes + 1, rows * stride, columns * stride)`` each; together with the bias
            they are the logits.
        """
        weights = self.head["mask"].weight.split(self.config.hidden_size, 1)
        parts = features.split(self.config.hidden_size, -1)
        return {
            name: self.pixels(part @ weight.T)
            for name, part, weight in zip(self.directions, parts, weights, strict=True)
        }


class Abreast(nn.Module):
    """Sweeps that read the same."""

    def __init__(self, parts: list[AxisSweeps]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, places: Tensor) -> Tensor:
        return torch.cat([part(places) for part in self.parts], -1)


class AxisSweeps(nn.Module):
    """Sweeps along one axis, there, back, or both.

    Parameters
    ----------
    directions : list of str
        One or two, of one axis.
    """

    def __init__(self, config: ModelConfig, directions: list[str], features: int) -> None:
        super().__init__()
        cell, self.size = CELLS[config.cell], config.hidden_size
        layer = cell.layer(features, config, bidirectional=len(directions) > 1)
        initialise(config, layer)
        self.reader: nn.Module = layer
        self.vertical = directions[0] in WAYS["vertical"]
        self.backward = directions in (["up"], ["left"])
        self.width = len(directions) * config.hidden_size
        # each on its own, so that the heads add up what the sweeps say (Ba et al. 2016)
        self.norms = nn.ModuleList(nn.LayerNorm(config.hidden_size) for _ in directions)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, places: Tensor) -> Tensor:  # (batch, rows, columns, …)
        lines = places.transpose(1, 2) if self.vertical else places
        each = lines.flatten(0, 1)  # (batch * lines, along, …)
        hidden = (
            _read(self.reader, each.flip(1)).flip(1) if self.backward else _read(self.reader, each)
        )
        parts = zip(self.norms, hidden.split(self.size, -1), strict=True)
        swept = torch.cat([norm(part) for norm, part in parts], -1).unflatten(0, lines.shape[:2])
        return self.dropout(swept.transpose(1, 2) if self.vertical else swept)


class ColumnReader(nn.Module):
    """RNNs that read the columns of a scene from both ends, for its number."""

    def __init__(self, config: ModelConfig, features: int) -> None:
        super().__init__()
        cell = CELLS[config.cell]
        layer = cell.layer(features, config, bidirectional=True)
        initialise(config, layer)
        self.reader: nn.Module = layer

    def forward(self, columns: Tensor) -> Tensor:
        return _read(self.reader, columns)


def _read(layer: nn.Module, sequence: Tensor) -> Tensor:
    # the ONNX export replaces the layer by an operator
    return read(layer, sequence)[0] if isinstance(layer, Layer) else layer(sequence)


class ConvolutionNetwork(SceneNetwork):
    """The convolutional peer: the same windows and heads, 3×3 convolutions over the places.

    Layers are pairs of convolutions, added to what they read where that has as many channels (He et
    al. 2016); the second of each pair looks twice as far as that of the pair before (Yu and Koltun
    2016), so that a few layers see the whole picture.
    """

    def build_layer(self, number: int, features: int) -> tuple[nn.Module, int]:
        return Convolutions(features, self.config, 2**number), self.config.hidden_size

    def build_line(self, features: int) -> tuple[nn.Module, int]:
        return ConvolvedLine(features), features


class Convolutions(nn.Module):
    """One layer of `ConvolutionNetwork`.

    Parameters
    ----------
    reach : int
        Places between those that the second convolution reads.
    """

    def __init__(self, features: int, config: ModelConfig, reach: int) -> None:
        super().__init__()
        channels = config.hidden_size
        self.first = _convolution(nn.Conv2d(features, channels, 3, padding=1, bias=False))
        self.second = _convolution(
            nn.Conv2d(channels, channels, 3, padding=reach, dilation=reach, bias=False)
        )
        self.adds = features == channels
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, places: Tensor) -> Tensor:  # (batch, rows, columns, …)
        picture = places.permute(0, 3, 1, 2)
        seen = self.second(self.first(picture))
        seen = seen + picture if self.adds else seen
        return self.dropout(seen.permute(0, 2, 3, 1))


class ConvolvedLine(nn.Module):
    """Convolutions along the columns of a scene, for its number."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.pair = nn.Sequential(
            *(
                part
                for reach in (1, 2)
                for part in (
                    nn.Conv1d(features, features, 3, padding=reach, dilation=reach),
                    nn.ReLU(),
                )
            )
        )

    def forward(self, columns: Tensor) -> Tensor:  # (batch, columns, features)
        return self.pair(columns.transpose(1, 2)).transpose(1, 2)


def _convolution(convolution: nn.Conv2d) -> nn.Sequential:
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    return nn.Sequential(convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU())


# model.network -> the network of scenes
NETWORKS: dict[str, Callable[[RunConfig, int], SceneNetwork]] = {
    "renet": SweepNetwork,
    "cnn": ConvolutionNetwork,
}


def build_scene_network(config: RunConfig, classes: int) -> SceneNetwork:
    """Return the untrained network of `config` for scenes.

    Raises
    ------
    InputError
        If its kind reads no scenes, its windows do not suit their places, or it has no sweep.
    """
    scenes = config.scenes
    if config.model.network not in NETWORKS:
        raise InputError(
            "model.network = {network}: it does not read scenes; choose one of {options}.",
            network=config.model.network, options=", ".join(NETWORKS),
        )  # fmt: skip
    if scenes.window < scenes.stride or (scenes.window - scenes.stride) % 2:
        raise InputError(
            "scenes.window = {window}: it must be {stride} (scenes.stride) or larger by an even "
            "number, so that windows leave no gap and lie evenly around their places.",
            window=scenes.window, stride=scenes.stride,
        )  # fmt: skip
    if not scenes.directions:
        raise InputError("scenes.directions: at least one direction is needed.")
    return NETWORKS[config.model.network](config, classes)
