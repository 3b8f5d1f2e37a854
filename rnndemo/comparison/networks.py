"""Train the networks of a comparison: all of about the same size, each as a run."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from rnndemo.comparison.peers import TOLERANCE, WEIGHTS
from rnndemo.comparison.results import ComparisonSpec
from rnndemo.config import ModelConfig, RunConfig
from rnndemo.data.sets import DataSet, check_fit
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import own_digest
from rnndemo.models.build import build_network
from rnndemo.models.store import Model, load_folder
from rnndemo.training.engine import Engine
from rnndemo.training.folder import check_same_data, load_config, make_run
from rnndemo.training.state import read_state
from rnndemo.training.trainer import StepEvent

MAX_WIDTH = 512  # hidden size


class ComparisonStopped(Exception):
    """The comparison was requested to stop."""


def sized(model: ModelConfig, about: ComparisonSpec) -> ModelConfig:
    """Return `model`, its width changed where its weights would differ from `WEIGHTS`."""
    return replace(model, hidden_size=_width(model, about.image_size, len(about.classes)))


@lru_cache(maxsize=64)
def _width(model: ModelConfig, image_size: tuple[int, int], classes: int) -> int:
    def weights(width: int) -> int:
        config = RunConfig(model=replace(model, hidden_size=width))
        return build_network(config, image_size, classes).count_parameters()

    if abs(weights(model.hidden_size) / WEIGHTS - 1) <= TOLERANCE:
        return model.hidden_size
    low, high = 1, MAX_WIDTH  # the largest width with fewer weights lies in [low, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if weights(middle) <= WEIGHTS else (low, middle)
    return min((low, high), key=lambda width: abs(weights(width) - WEIGHTS))


def trained(
    folder: Path,
    config: RunConfig,
    data: DataSet,
    should_stop: Callable[[], bool],
    start: bytes = b"",
) -> Model:
    """Return the model of the run in `folder`, which is trained to its end first if necessary.

    A run of another configuration, or of pictures that have changed since, is made anew. Its
    training time is CPU time of the process, which other processes hardly change.

    Parameters
    ----------
    start : bytes, optional
        Its first checkpoint, see `rnndemo.training.folder.make_run`.

    Raises
    ------
    ComparisonStopped
        If `should_stop` returns True; the run continues the next time.
    InputError
        If the training fails.
    """
    if not _has_run(folder, config, data):
        shutil.rmtree(folder, ignore_errors=True)
        check_fit(config, data)
        make_run(folder, config, start)
    if read_state(folder).status != "done":
        _train(folder, data, should_stop)
    return load_folder(folder)


def _has_run(folder: Path, config: RunConfig, data: DataSet) -> bool:
    """Return whether `folder` holds a run of `config` that learns from `data`."""
    try:
        read_state(folder)
        check_same_data(folder, lambda: own_digest(data))
        return load_config(folder) == config
    except InputError:
        return False


def _train(folder: Path, data: DataSet, should_stop: Callable[[], bool]) -> None:
    def on_step(event: StepEvent) -> None:
        if should_stop():
            raise ComparisonStopped

    engine = Engine(folder, data, on_step=on_step)
    engine.trainer.clock = time.process_time
    engine.run()
