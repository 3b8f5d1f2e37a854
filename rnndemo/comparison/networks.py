"""Networks of equal size, trained as every run is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from rnndemo.comparison.peers import TOLERANCE, WEIGHTS
from rnndemo.comparison.results import About
from rnndemo.config import ModelConfig, RunConfig
from rnndemo.errors import InputError
from rnndemo.models.build import build_network
from rnndemo.models.store import Model, load_folder
from rnndemo.sweeps.objective import train
from rnndemo.sweeps.trials import COMPLETE, STOPPED, Task
from rnndemo.training.engine import load_config
from rnndemo.training.state import read_state

WIDEST = 512  # hidden size


class Stopped(Exception):
    """A person stopped the comparison."""


def sized(model: ModelConfig, about: About) -> ModelConfig:
    """Return `model`, on other pictures than MNIST's with the width that brings it to `WEIGHTS`."""
    return replace(model, hidden_size=_width(model, about.image_size, len(about.classes)))


@lru_cache(maxsize=64)
def _width(model: ModelConfig, image_size: tuple[int, int], classes: int) -> int:
    def weights(width: int) -> int:
        config = RunConfig(model=replace(model, hidden_size=width))
        return build_network(config, image_size, classes).count_parameters()

    if abs(weights(model.hidden_size) / WEIGHTS - 1) <= TOLERANCE:
        return model.hidden_size
    low, high = 1, WIDEST  # the largest width with fewer weights lies in [low, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if weights(middle) <= WEIGHTS else (low, middle)
    return min((low, high), key=lambda width: abs(weights(width) - WEIGHTS))


def trained(folder: Path, config: RunConfig, should_stop: Callable[[], bool]) -> Model:
    """Return the model of the run in `folder`, trained there unless it already is.

    Raises
    ------
    Stopped
        If `should_stop` says so.
    InputError
        If the training fails.
    """
    if not _is_done(folder, config):
        result = train(Task(0, config, folder), lambda stage, accuracy: False, should_stop)
        if result.state == STOPPED:
            raise Stopped
        if result.state != COMPLETE:
            raise InputError(result.message, **result.values)
    return load_folder(folder)


def _is_done(folder: Path, config: RunConfig) -> bool:
    try:
        return read_state(folder).status == "done" and load_config(folder) == config
    except InputError:
        return False
