"""How much memory and disk a run will take, estimated from its configuration alone.

Closed formulas: the numbers that the backward pass keeps, by layers, timesteps and batch
(`rnndemo.training.demand.networks`); the weights with their gradients, the optimiser's states and
their average; pictures, and the process itself. What libraries add was measured on an x86-64
processor with torch 2.15; ``python -m benchmarks demand`` prints how far the estimate is from what
runs take.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnndemo.config import RunConfig
from rnndemo.data.frames.table import FRAMES
from rnndemo.data.scans import scan_table
from rnndemo.data.sets import DataSet
from rnndemo.training.batches import POOL
from rnndemo.training.demand.networks import NETWORKS
from rnndemo.training.optimizers import OPTIMIZERS
from rnndemo.training.watch import VALIDATION_PICTURES

NUMBER = 4  # bytes of a float32
PROCESS = 420_000_000  # bytes of a process with torch and what a training imports
REPORTS = 1_500_000  # bytes of events, report and all else in a run's folder
PICTURES, CLASSES = 70_000, 26  # of a registered data set, at most

AUGMENTED = 20.0  # for each pixel of a batch that is varied


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
