"""How much memory and disk a run will take, estimated from its configuration alone.

Closed formulas: the numbers that the backward pass keeps, by layers, timesteps and batch
(`rnndemo.training.demand.networks`); the weights with their gradients, the optimiser's states and
their average; pictures, and the process itself. What libraries add was measured on an x86-64
processor with torch 2.15; ``python -m benchmarks demand`` prints how far the estimate is from what
runs take.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from rnndemo.config import RunConfig
from rnndemo.data.load import Data, image_size_of
from rnndemo.data.scans import scan_table
from rnndemo.data.scenes.data import SceneData, reads_scenes
from rnndemo.evaluation.batch import EVALUATION_BATCH
from rnndemo.training.demand.networks import NETWORKS, Footprint, scene_network
from rnndemo.training.steps.batches import POOL
from rnndemo.training.steps.optimizers import OPTIMIZERS
from rnndemo.training.watch import validation_pictures

NUMBER = 4  # bytes of a float32
# bytes of a process with torch and all else that a training imports, by whether torch can use CUDA
PROCESS = {True: 670_000_000, False: 320_000_000}
REPORTS = 90_000  # bytes of events, report and all else in the folder of a short run
# what a training step takes in bfloat16, as a share of float32; convolutions keep both
HALF = {"rnn": 0.6, "two-speed": 0.6, "renet": 0.6, "cnn": 1.4, "mlp": 1.4}
# registered data set -> its classes and pictures; the others
SIZES = {"letters": (26, 145_600), "gestures": (16, 20_000), "gestures-strokes": (16, 20_000)}
OTHER_SIZES = (10, 70_000)

SCENES = 12_000  # pictures that weigh as much as what scenes are made from, and those held out

AUGMENTED = 20.0  # for each pixel of a batch that is varied
ATTACKED = 8.0  # for each pixel of a batch that is attacked: what it was, became and may become


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

    image: tuple[int, int]
    classes: int
    pictures: int


def sizes_of(data: Data) -> Sizes:
    """Return the sizes of a data set that is loaded."""
    if isinstance(data, SceneData):
        return Sizes(data.image_size, len(data.classes), SCENES)
    pictures = len(data.train) + len(data.validation) + len(data.test)
    return Sizes(data.image_size, len(data.classes), pictures)


def demand_of(config: RunConfig, sizes: Sizes | None = None) -> Demand:
    """Return what a run of `config` takes, on data of these sizes, by default those of its name.

    Raises
    ------
    InputError
        If pictures of that size cannot be read by its scan.
    """
    sizes = sizes or _sizes(config)
    network = _network(config, sizes)
    training, pixels = config.training, sizes.image[0] * sizes.image[1]
    states = sum(name not in ("", "step") for name in OPTIMIZERS[training.optimizer].states)
    stored = NUMBER * network.weights * (1 + states + bool(training.ema_decay))
    batch = training.batch_size
    pool = POOL * pixels * ((config.data.synthetic > 0) + (config.data.outliers > 0))
    varied = AUGMENTED * (config.data.augmentation != "none") * batch * pixels * NUMBER
    half = HALF[config.model.network] if training.precision == "bfloat16" else 1.0
    copies = 3 + ATTACKED * (training.adversarial > 0)
    step = batch * (half * (network.kept + network.passing) + copies * pixels) + network.once
    learned = (config.data.train_size or sizes.pictures) * training.epochs
    reading = max(validation_pictures(learned), EVALUATION_BATCH)
    memory = (
        PROCESS[torch.version.cuda is not None]
        + 2 * sizes.pictures * pixels
        + 4 * pool
        + stored + NUMBER * network.weights
        # either a step, or what happens between two: a checkpoint is gathered before it is written
        + max(NUMBER * step, varied, NUMBER * reading * network.read, 2 * stored)
    )  # fmt: skip
    return Demand(int(memory), int(2 * stored + NUMBER * network.weights + REPORTS))


def _sizes(config: RunConfig) -> Sizes:
    """Return the sizes of the data that a configuration names, as far as the name tells."""
    size = image_size_of(config)
    if reads_scenes(config):
        return Sizes(size, OTHER_SIZES[0], SCENES)
    return Sizes(size, *SIZES.get(config.data.name, OTHER_SIZES))


def _network(config: RunConfig, sizes: Sizes) -> Footprint:
    """Return what counts of the network of a configuration."""
    if reads_scenes(config):
        return scene_network(config, sizes.image, sizes.classes)
    sequence = _sequence(config, sizes)
    return NETWORKS[config.model.network](config.model, sequence, sizes.classes)


def _sequence(config: RunConfig, sizes: Sizes) -> tuple[int, int]:
    """Return the number of timesteps, and of features at each."""
    time, features = scan_table(config.data.scan, *sizes.image).shape
    return int(time), int(features)
