"""Build an untrained network from a configuration."""

from __future__ import annotations

from collections.abc import Callable

from rnndemo.config import ModelConfig, RunConfig
from rnndemo.data.scans import SCANS, scan_table
from rnndemo.errors import InputError
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.network import Layered, Network
from rnndemo.models.picture_networks import ConvNet, Perceptron, ReNet
from rnndemo.models.two_speed import TwoSpeed

LINES = [name for name, scan in SCANS.items() if scan.line]  # whose timesteps are picture lines


def build_network(config: RunConfig, image_size: tuple[int, int], classes: int) -> Network:
    """Return the untrained network of `config`.

    Parameters
    ----------
    image_size : tuple of int
        Height and width of the pictures.

    Raises
    ------
    InputError
        If the network sees pictures, but the scan does not read whole lines.
    """
    time, features = scan_table(config.data.scan, *image_size).shape
    network = NETWORKS[config.model.network](config.model, (time, features), classes)
    if not network.in_order and config.data.scan not in LINES:
        raise InputError(
            "model.network = {network}: it sees the picture at once, so data.scan = {scan} "
            "does not suit it; choose one of {options}.",
            network=config.model.network, scan=config.data.scan, options=", ".join(LINES),
        )  # fmt: skip
    return network


def reader(network: Layered) -> SequenceClassifier:
    """Return `network` if it reads in order, raise an `InputError` otherwise."""
    if not isinstance(network, SequenceClassifier):
        raise InputError(
            "This network ({network}) sees the whole picture at once, so there are no timesteps to "
            "look into; choose one that reads row by row.",
            network=network.config.network,
        )
    return network


TWO_SPEED = "two-speed"
IN_ORDER = ("rnn", TWO_SPEED)  # networks with hidden states at every timestep
RECURRENT = (*IN_ORDER, "renet")  # networks with cells

# name -> (ModelConfig, (time, features), classes) -> Network
NETWORKS: dict[str, Callable[[ModelConfig, tuple[int, int], int], Network]] = {
    # reads sequences of any length
    "rnn": lambda config, size, classes: SequenceClassifier(config, size[1], classes, size[0]),
    TWO_SPEED: lambda config, size, classes: TwoSpeed(config, size[1], classes, size[0]),
    "renet": ReNet,
    "cnn": ConvNet,
    "mlp": Perceptron,
}
