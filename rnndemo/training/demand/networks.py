"""What counts of a network for the memory that its training takes, without building it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from rnndemo.config import ModelConfig, RunConfig
from rnndemo.models.cells import CELLS
from rnndemo.models.picture_networks import PATCH, PATCHED

# cell -> numbers for each unit and timestep of a training step: those that its kernel keeps for the
# backward pass, those that it needs besides while it passes through one direction of a layer, and
# those that it needs for one direction where nothing is learnt
KEPT = {
    "lstm": (7.5, 9.5, 0.5), "gru": (9.0, 2.5, 3.5), "rnn": (3.0, 2.0, 1.0),
    "lru": (6.5, 8.0, 4.0), "mingru": (7.0, 2.0, 3.0),
}  # fmt: skip
# for each unit and number read, where a layer has its last state without those before: what weighs
# all that is read, whatever the batch
ALONE = 5.0
RETURNED = 2.0  # copies of the hidden states of each layer that is read
KEPT_IN_LOOP = 8.0  # numbers for each gate, of a cell without a kernel
CONVOLVED, CONVOLVING = 5.0, 2.5  # the same for each channel and place of a stage of convolutions
SWEPT, SWEEPING = 3.0, 8.0  # copies of what a sweep returns, where it is learnt from and else
CONNECTED = 3.0  # numbers for each unit of an MLP
AXES = ("down", "up"), ("right", "left")  # of a network for scenes
PIXELS = 12.0  # copies of the logits of every pixel of a scene


@dataclass(frozen=True)
class Footprint:
    """What counts of a network.

    Parameters
    ----------
    weights : int
        How many.
    kept : float
        Numbers that a training step keeps of one picture.
    passing : float
        Numbers that it needs besides, while it passes through a layer.
    read : float
        Numbers that reading one picture needs, without learning from it.
    once : float, default 0
        Numbers that a training step needs besides, for however many pictures.
    """

    weights: float
    kept: float
    passing: float
    read: float
    once: float = 0.0


# (ModelConfig, features, directions) -> what counts of a layer at one timestep
LayerFootprint = Callable[[ModelConfig, int, int], Footprint]


def _recurrent(model: ModelConfig, features: int, directions: int) -> Footprint:
    """Return a layer of cells, at one timestep."""
    cell = CELLS[model.cell]
    gates, units = max(1, len(cell.gates)), model.hidden_size
    weights = sum(math.prod(shape) for shape in cell.shapes(features, units).values())
    in_loop = KEPT_IN_LOOP * (gates + 1)
    kept, passing, read = KEPT.get(model.cell, (in_loop, 0.0, in_loop))
    return Footprint(
        directions * weights,
        directions * units * kept + features,
        units * passing + features,
        units * read + features,
    )


def _head(model: ModelConfig, width: int, classes: int) -> float:
    """Return the weights of the output layers."""
    sizes = [width, *model.head_sizes, classes]
    return sum((one + 1) * other for one, other in pairwise(sizes))


def _fast(model: ModelConfig, features: int, directions: int) -> Footprint:
    """Return the layer of a network of two speeds that ticks at every pixel, at one timestep."""
    layer = _recurrent(replace(model, cell="lru"), features, directions)
    doubled = 2 * directions * model.hidden_size * (features - 1)  # a weight for all pixels
    return replace(layer, weights=layer.weights - doubled)


def _reader(
    model: ModelConfig, size: tuple[int, int], classes: int, first: LayerFootprint = _recurrent
) -> Footprint:
    time, features = size
    directions = 1 + model.bidirectional
    width = directions * model.hidden_size
    weights = kept = passing = read = once = 0.0
    for number in range(model.num_layers):
        layer = (_recurrent if number else first)(model, width if number else features, directions)
        last = number == model.num_layers - 1 and model.pooling == "last"
        if last and CELLS[model.cell].last_alone:
            once = ALONE * time * width * (width if number else features)
            layer = replace(layer, kept=features, passing=0.0)
        weights, kept = weights + layer.weights, kept + time * layer.kept
        passing, read = max(passing, time * layer.passing), max(read, time * layer.read)
    kept += time * width * (model.pooling != "last") * 3
    read += time * width * model.num_layers * RETURNED
    return Footprint(weights + _head(model, width, classes), kept, passing, read, once)


def _two_speed(model: ModelConfig, size: tuple[int, int], classes: int) -> Footprint:
    return _reader(replace(model, num_layers=model.num_layers + 1), size, classes, _fast)


def _perceptron(model: ModelConfig, size: tuple[int, int], classes: int) -> Footprint:
    units, weights = size[0] * size[1], 0.0
    for _ in range(model.num_layers):
        weights, units = weights + (units + 1) * model.hidden_size, model.hidden_size
    kept = CONNECTED * model.hidden_size * model.num_layers
    return Footprint(weights + _head(model, units, classes), kept, 0.0, kept)


def _convolutional(model: ModelConfig, size: tuple[int, int], classes: int) -> Footprint:
    (height, width), before = size, 1
    weights = kept = passing = read = 0.0
    for stage in range(model.num_layers):
        channels = model.hidden_size * 2**stage
        weights += 9 * channels * (before + channels) + 4 * channels
        places = channels * height * width
        kept, passing = kept + CONVOLVED * places, max(passing, CONVOLVING * places)
        read = max(read, 3.0 * places)
        before, height, width = channels, -(-height // 2), -(-width // 2)
    return Footprint(weights + _head(model, before * height * width, classes), kept, passing, read)


def _sweeping(model: ModelConfig, size: tuple[int, int], classes: int) -> Footprint:
    (height, width), channels = size, 1
    weights = kept = passing = read = 0.0
    for number in range(model.num_layers):
        side = PATCH if number < PATCHED else 1
        height, width = -(-height // side), -(-width // side)
        for features in (channels * side * side, 2 * model.hidden_size):
            layer, places = _recurrent(model, features, 2), height * width
            copied = SWEPT * 2 * model.hidden_size
            weights, kept = weights + layer.weights, kept + places * (layer.kept + copied)
            passing = max(passing, places * layer.passing)
            read = max(read, places * (layer.read + SWEEPING * 2 * model.hidden_size))
        channels = 2 * model.hidden_size
    return Footprint(
        weights + _head(model, channels * height * width, classes), kept, passing, read
    )


# name -> (ModelConfig, (time, features), classes) -> what counts of the network
NETWORKS: dict[str, Callable[[ModelConfig, tuple[int, int], int], Footprint]] = {
    "rnn": _reader,
    "two-speed": _two_speed,
    "renet": _sweeping,
    "cnn": _convolutional,
    "mlp": _perceptron,
}


def scene_network(config: RunConfig, size: tuple[int, int], classes: int) -> Footprint:
    """Return what counts of a network for scenes of ``(height, width)``."""
    model, stride = config.model, config.scenes.stride
    places = -(-size[0] // stride) * -(-size[1] // stride)
    features = config.scenes.window**2
    weights = kept = passing = read = 0.0
    for number in range(model.num_layers):
        last = number == model.num_layers - 1
        parts, features = _scene_layer(config, features, last)
        for layer, width in parts:
            weights, kept = weights + layer.weights, kept + places * (layer.kept + SWEPT * width)
            passing = max(passing, places * layer.passing)
            read = max(read, places * (layer.read + SWEEPING * features))
    pixels = size[0] * size[1] * (classes + 1) * PIXELS
    weights += _scene_heads(config, features, classes)
    return Footprint(weights, kept + pixels, passing, read + pixels)


def _scene_layer(
    config: RunConfig, features: int, last: bool
) -> tuple[list[tuple[Footprint, int]], int]:
    """Return the parts of a layer with how many features each makes, and all make together."""
    model = config.model
    units = model.hidden_size
    if model.network == "cnn":
        convolved = Footprint(
            9.0 * units * (features + units) + 4 * units,
            2 * CONVOLVED * units, CONVOLVING * units, 3.0 * units,
        )  # fmt: skip
        return [(convolved, units)], units
    parts = []
    for axis in AXES:
        if ways := sum(name in axis for name in config.scenes.directions):
            layer = _recurrent(model, features, ways)
            norms = Footprint(
                layer.weights + 2 * ways * units, layer.kept, layer.passing, layer.read
            )
            parts.append((norms, ways * units))
            features = features if last else ways * units
    return parts, sum(width for _, width in parts) if last else features


def _scene_heads(config: RunConfig, features: int, classes: int) -> float:
    """Return the weights of what says masks, boxes and the number."""
    units, stride = config.model.hidden_size, config.scenes.stride
    numbers = stride**2 * (classes + 1) + (1 + classes + 4) + units
    line, width = _recurrent(config.model, units, 2).weights, 2 * units
    if config.model.network == "cnn":
        line, width = 2 * (3 * units + 1) * units, units
    return (features + 1) * numbers + line + (width + 1) * (classes + 1)
