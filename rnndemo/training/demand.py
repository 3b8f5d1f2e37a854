"""How much memory and disk a run will take, estimated from its configuration alone.

Closed formulas: the numbers that the backward pass keeps, by layers, timesteps and batch; the
weights with their gradients, the optimiser's states and their average; pictures, and the process
itself. What libraries add was measured on an x86-64 processor with the CPU build of torch 2.15;
``python -m benchmarks demand`` prints how far the estimate is from what runs take.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rnndemo.config import ModelConfig, RunConfig
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.scans import scan_table
from rnndemo.data.sets import DataSet
from rnndemo.errors import N_, InputError
from rnndemo.jobs.machine import SERVER_DISK, free_disk, memory_each
from rnndemo.models.cells import CELLS
from rnndemo.models.picture_networks import PATCH, PATCHED
from rnndemo.training.batches import POOL
from rnndemo.training.optimizers import OPTIMIZERS
from rnndemo.training.watch import VALIDATION_PICTURES

NUMBER = 4  # bytes of a float32
PROCESS = 420_000_000  # bytes of a process with torch and what a training imports
REPORTS = 1_500_000  # bytes of events, report and all else in a run's folder
PICTURES, CLASSES = 70_000, 26  # of a registered data set, at most

# numbers that a kernel keeps or needs for each unit and timestep of a training step
KEPT = {"lstm": 13.0, "gru": 13.0, "rnn": 7.0}
KEPT_IN_LOOP = 8.0  # for each gate, of a cell without a kernel
CONVOLVED = 9.0  # for each channel and place of a convolution, of two in a stage
SWEPT = 6.0  # copies of a sweep's result
AUGMENTED = 20.0  # for each pixel of a batch that is varied

SLACK = 1.5  # how far an estimate may be exceeded

TOO_MUCH_MEMORY = N_(
    "This run needs about {needs} GB of memory, and a run may take at most {most} GB here. Lower "
    "batch_size, hidden_size or num_layers, or choose a scan with fewer timesteps."
)
TOO_MUCH_DISK = N_(
    "This run needs about {needs} GB on disk, and {most} GB are free. Lower hidden_size or "
    "num_layers, or make room in the data folder."
)


@dataclass(frozen=True)
class Demand:
    """What a run takes at most.

    Parameters
    ----------
    memory : int
        Bytes of its process.
    disk : int
        Bytes of its folder.
    """

    memory: int
    disk: int


@dataclass(frozen=True)
class Sizes:
    """Those of a data set.

    Parameters
    ----------
    image : tuple of int
        Height and width of its pictures.
    pictures : int
        In all its parts.
    """

    image: tuple[int, int] = FRAMES["ink"].size
    classes: int = CLASSES
    pictures: int = PICTURES


def sizes_of(data: DataSet) -> Sizes:
    """Return the sizes of a data set that is loaded."""
    pictures = len(data.train) + len(data.validation) + len(data.test)
    return Sizes(data.image_size, len(data.classes), pictures)


@dataclass(frozen=True)
class Network:
    """What counts of a network.

    Parameters
    ----------
    weights : int
        How many.
    kept : float
        Numbers that a training step needs for one picture.
    read : float
        Numbers that reading one picture needs, without learning from it.
    """

    weights: float
    kept: float
    read: float


def demand_of(config: RunConfig, sizes: Sizes | None = None) -> Demand:
    """Return what a run of `config` takes, on data of these sizes, by default large ones.

    Raises
    ------
    InputError
        If pictures of that size cannot be read by its scan.
    """
    sizes = sizes or Sizes(FRAMES[_frame(config)].size)
    network = NETWORKS[config.model.network](config.model, _sequence(config, sizes), sizes.classes)
    training, pixels = config.training, sizes.image[0] * sizes.image[1]
    states = sum(name not in ("", "step") for name in OPTIMIZERS[training.optimizer].states)
    stored = NUMBER * network.weights * (1 + states + bool(training.ema_decay))
    batch = training.batch_size
    pool = POOL * pixels * ((config.data.synthetic > 0) + (config.data.outliers > 0))
    varied = AUGMENTED * (config.data.augmentation != "none") * batch * pixels * NUMBER
    step = NUMBER * batch * (network.kept + 3 * pixels)
    watching = NUMBER * max(VALIDATION_PICTURES) * network.read
    memory = (
        PROCESS
        + 2 * sizes.pictures * pixels
        + 4 * pool
        + stored + NUMBER * network.weights
        # either a step, or what happens between two: a checkpoint is gathered before it is written
        + max(step, varied, watching, 2 * stored)
    )  # fmt: skip
    return Demand(int(memory), int(2 * stored + NUMBER * network.weights + REPORTS))


def _frame(config: RunConfig) -> str:
    """Return the frame of the pictures, as far as the configuration says."""
    if config.data.name == "gestures-strokes":
        return "path"
    return config.data.frame if config.data.frame in FRAMES else "ink"


def _sequence(config: RunConfig, sizes: Sizes) -> tuple[int, int]:
    """Return the number of timesteps, and of features at each."""
    time, features = scan_table(config.data.scan, *sizes.image).shape
    return int(time), int(features)


def _recurrent(model: ModelConfig, features: int, directions: int) -> Network:
    """Return a layer of cells, at one timestep."""
    cell = CELLS[model.cell]
    gates, units = max(1, len(cell.gates)), model.hidden_size
    kept = KEPT.get(model.cell, KEPT_IN_LOOP * (gates + 1))
    return Network(
        directions * gates * units * (features + units + 2),
        directions * units * kept + 2 * features,
        directions * units * (gates + 3) + features,
    )


def _head(model: ModelConfig, width: int, classes: int) -> float:
    """Return the weights of the output layers."""
    sizes = [width, *model.head_sizes, classes]
    return sum((one + 1) * other for one, other in pairwise(sizes))


def _reader(model: ModelConfig, size: tuple[int, int], classes: int) -> Network:
    time, features = size
    directions = 1 + model.bidirectional
    width, weights, kept, read = directions * model.hidden_size, 0.0, 0.0, 0.0
    for number in range(model.num_layers):
        layer = _recurrent(model, width if number else features, directions)
        weights, kept = weights + layer.weights, kept + time * layer.kept
        read = max(read, time * layer.read)
    kept += time * width * (model.pooling != "last") * 4
    read += time * width * model.num_layers
    return Network(weights + _head(model, width, classes), kept, read)


def _perceptron(model: ModelConfig, size: tuple[int, int], classes: int) -> Network:
    units, weights = size[0] * size[1], 0.0
    for _ in range(model.num_layers):
        weights, units = weights + (units + 1) * model.hidden_size, model.hidden_size
    kept = 6.0 * model.hidden_size * model.num_layers
    return Network(weights + _head(model, units, classes), kept, kept)


def _convolutional(model: ModelConfig, size: tuple[int, int], classes: int) -> Network:
    (height, width), before = size, 1
    weights = kept = read = 0.0
    for stage in range(model.num_layers):
        channels = model.hidden_size * 2**stage
        weights += 9 * channels * (before + channels) + 4 * channels
        places = channels * height * width
        kept, read = kept + CONVOLVED * places, max(read, 3.0 * places)
        before, height, width = channels, -(-height // 2), -(-width // 2)
    return Network(weights + _head(model, before * height * width, classes), kept, read)


def _sweeping(model: ModelConfig, size: tuple[int, int], classes: int) -> Network:
    (height, width), channels = size, 1
    weights = kept = read = 0.0
    for number in range(model.num_layers):
        side = PATCH if number < PATCHED else 1
        height, width = -(-height // side), -(-width // side)
        for features in (channels * side * side, 2 * model.hidden_size):
            layer, places = _recurrent(model, features, 2), height * width
            weights, kept = weights + layer.weights, kept + places * layer.kept
            kept += SWEPT * places * 2 * model.hidden_size / 2
            read = max(read, places * (layer.read + SWEPT * model.hidden_size))
        channels = 2 * model.hidden_size
    return Network(weights + _head(model, channels * height * width, classes), kept, read)


# name -> (ModelConfig, (time, features), classes) -> what counts of the network
NETWORKS: dict[str, Callable[[ModelConfig, tuple[int, int], int], Network]] = {
    "rnn": _reader,
    "renet": _sweeping,
    "cnn": _convolutional,
    "mlp": _perceptron,
}


def check_room(config: RunConfig, folder: Path, sizes: Sizes | None = None) -> None:
    """Check that this machine can bear a run of `config` beside others, an `InputError` otherwise.

    Parameters
    ----------
    folder : Path
        Where it would be written.
    sizes : Sizes, optional
        As for `demand_of`.
    """
    needs = demand_of(config, sizes)
    for what, most, message in (
        (needs.memory, memory_each(), TOO_MUCH_MEMORY),
        (needs.disk, max(0, free_disk(folder) - SERVER_DISK), TOO_MUCH_DISK),
    ):
        if what > most:
            raise InputError(message, needs=gigabytes(what), most=gigabytes(most))


def bound_memory(config: RunConfig, sizes: Sizes) -> None:
    """Let this process fail, rather than others suffer, if it needs far more than estimated.

    The kernel then refuses further memory of its own to it (``RLIMIT_DATA``), and an allocation
    raises an error.
    """
    with suppress(OSError, ValueError):  # the system knows no such limit
        most = _private() + int(SLACK * demand_of(config, sizes).memory)
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.RLIM_INFINITY))


def _private() -> int:
    """Return the bytes that count for ``RLIMIT_DATA``; an OSError or ValueError if unknown."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise ValueError("unknown")


def gigabytes(count: float) -> str:
    """Return a number of bytes in gigabytes, in two digits."""
    return f"{count / 1e9:.2g}" if count < 99e9 else f"{count / 1e9:.0f}"
