"""Trainings that begin with the weights of a trained model instead of random ones."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Size, Tensor

from rnndemo.config import RunConfig
from rnndemo.data.load import Data
from rnndemo.errors import InputError
from rnndemo.models.scene_store import SceneModel
from rnndemo.models.store import Model
from rnndemo.training.checkpoint import start_content
from rnndemo.training.tasks import task_of
from rnndemo.training.trainer import StartingWeights

SHOWN = 3  # names of weights in a message


def start_of(model: Model | SceneModel, config: RunConfig, data: Data, command: str = "") -> bytes:
    """Return the first checkpoint of a run of `config` that goes on from a model.

    Parameters
    ----------
    data : Data
        That the run learns from: as many classes as the model has.
    command : str, optional
        What trains all this again, for the card.

    Raises
    ------
    InputError
        If the model's network has other weights than that of `config`.
    """
    task, weights = task_of(config), dict(model.network.state_dict())
    task.check(config, data)
    wanted = task.build(config, data).state_dict()
    differs = [name for name in wanted | weights if _shape(wanted, name) != _shape(weights, name)]
    if differs:
        raise InputError(
            "The network of {model!r} cannot begin this training: its weights are of other shapes "
            "({names}). Give the training the same network, hidden size, layers, output layers and "
            "number of classes.",
            model=model.name, names=", ".join(differs[:SHOWN]),
        )  # fmt: skip
    return start_content(config, StartingWeights(weights, command=command))


def _shape(weights: Mapping[str, Tensor], name: str) -> Size | None:
    return weights[name].shape if name in weights else None
