"""Networks that see a picture at once: the peers with which RNNs are compared.

Like all networks here they take a sequence ``(batch, time, features)``, and treat it as a picture
of that height and width. They therefore need a scan whose timesteps are rows or columns. Hidden
size is their width, the number of layers their depth.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rnndemo.config import ModelConfig
from rnndemo.models.cells import CELLS
from rnndemo.models.cells.base import Layer, read
from rnndemo.models.network import Network
from rnndemo.models.starts import initialise

PREFIXES = 512  # pictures read in one batch
PATCH, PATCHED = 2, 2  # side of the patches that ReNet reads as one; the layers that do so


Stacked = tuple[list[nn.Module], int]


class PictureNetwork(Network):
    """A network whose layers turn pictures ``(batch, 1, height, width)`` into features.

    Parameters
    ----------
    size : tuple of int
        Height and width of the pictures.
    """

    in_order = False

    def __init__(self, config: ModelConfig, size: tuple[int, int], classes: int) -> None:
        super().__init__(config, size[1], classes)
        layers, width = self._stacked(config, *size)
        self.layers = nn.ModuleList(layers)
        self.build_head(width)

    def _stacked(self, config: ModelConfig, height: int, width: int) -> Stacked:
        """Return the layers, and how many features the last one makes of a picture."""
        raise NotImplementedError

    def activations(self, sequence: Tensor) -> list[Tensor]:
        """Return the outputs of layers, ``(batch, channels, height, width)`` or (batch, units)."""
        values, parts = sequence[:, None], []
        for layer in self.layers:
            values = layer(values)
            parts.append(values)
        return parts

    def forward(self, sequence: Tensor) -> Tensor:
        return self.head(self.activations(sequence)[-1].flatten(1))

    def readouts(self, sequence: Tensor) -> Tensor:
        """Return its logits if all lines after t are blank, ``(batch, time, classes)``."""
        batch, time, _ = sequence.shape
        seen = torch.ones(time, time, dtype=sequence.dtype, device=sequence.device).tril()
        covered = (sequence[:, None] * seen[..., None]).flatten(0, 1)  # (batch * time, time, …)
        logits = torch.cat([self(part) for part in covered.split(PREFIXES)])
        return logits.unflatten(0, (batch, time))


class Perceptron(PictureNetwork):
    """An MLP: every unit of a layer sees all units of the layer before.

    It has ``num_layers`` layers of ``hidden_size`` units.
    """

    def _stacked(self, config: ModelConfig, height: int, width: int) -> Stacked:
        units, layers = height * width, list[nn.Module]()
        for _ in range(config.num_layers):
            layers.append(
                nn.Sequential(
                    nn.Flatten(),
                    nn.Linear(units, config.hidden_size),
                    nn.ReLU(),
                    nn.Dropout(config.dropout),
                )
            )
            units = config.hidden_size
        return layers, units


class ConvNet(PictureNetwork):
    """A CNN: stages of two 3×3 convolutions, each with half the size and twice the channels.

    It has ``num_layers`` stages, the first with ``hidden_size`` channels. Stages after Simonyan and
    Zisserman 2015, batch normalisation after Ioffe and Szegedy 2015.
    """

    def _stacked(self, config: ModelConfig, height: int, width: int) -> Stacked:
        channels, layers = 1, list[nn.Module]()
        for stage in range(config.num_layers):
            deeper = config.hidden_size * 2**stage
            layers.append(
                nn.Sequential(
                    *_convolution(channels, deeper),
                    *_convolution(deeper, deeper),
                    nn.MaxPool2d(2, ceil_mode=True),
                )
            )
            channels, height, width = deeper, -(-height // 2), -(-width // 2)
        return layers, channels * height * width


def _convolution(channels: int, deeper: int) -> list[nn.Module]:
    convolution = nn.Conv2d(channels, deeper, 3, padding=1, bias=False)
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    return [convolution, nn.BatchNorm2d(deeper), nn.ReLU()]


class ReNet(PictureNetwork):
    """ReNet: in every layer RNNs sweep the picture down and up, then right and left.

    Visin et al. 2015, "ReNet: A Recurrent Neural Network Based Alternative to Convolutional
    Networks". After one layer each place depends on its row and column, after two on the picture.
    It has ``num_layers`` layers; each sweep has ``hidden_size`` units of ``cell`` per direction.
    """

    def _stacked(self, config: ModelConfig, height: int, width: int) -> Stacked:
        channels, layers = 1, list[nn.Module]()
        for number in range(config.num_layers):
            patch = PATCH if number < PATCHED else 1
            layers.append(Sweeps(config, channels, patch))
            channels = 2 * config.hidden_size
            height, width = -(-height // patch), -(-width // patch)
        return layers, channels * height * width


class Sweeps(nn.Module):
    """One layer of `ReNet`.

    Parameters
    ----------
    channels : int
        Of the input pictures.
    patch : int
        Side of the patches that a sweep reads as one; the picture shrinks by this factor.
    """

    def __init__(self, config: ModelConfig, channels: int, patch: int) -> None:
        super().__init__()
        self.patch = patch
        self.vertical: nn.Module
        self.horizontal: nn.Module
        cell = CELLS[config.cell]
        self.vertical, self.horizontal = (
            cell.layer(size, config, bidirectional=True)
            for size in (channels * patch * patch, 2 * config.hidden_size)
        )
        self.dropout = nn.Dropout(config.dropout)
        for layer in (self.vertical, self.horizontal):
            assert isinstance(layer, Layer)
            initialise(config, layer)

    def forward(self, picture: Tensor) -> Tensor:  # (batch, channels, height, width), the same out
        side, (height, width) = self.patch, picture.shape[2:]
        picture = F.pad(picture, (0, -width % side, 0, -height % side))
        places = F.pixel_unshuffle(picture, side)
        down = _swept(self.vertical, places.permute(0, 3, 2, 1))  # (batch, width, height, channels)
        along = _swept(self.horizontal, down.transpose(1, 2))
        return self.dropout(along.permute(0, 3, 1, 2))


def _swept(layer: nn.Module, lines: Tensor) -> Tensor:
    """Return the hidden states of every line of ``(batch, lines, places, channels)``."""
    each = lines.flatten(0, 1)
    # the ONNX export replaces the layer by an operator
    hidden = read(layer, each)[0] if isinstance(layer, Layer) else layer(each)
    return hidden.unflatten(0, lines.shape[:2])
