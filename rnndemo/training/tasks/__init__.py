"""The tasks that a training can have, by the configuration's data."""

from __future__ import annotations

from rnndemo.config import RunConfig
from rnndemo.data.scenes.data import reads_scenes
from rnndemo.training.tasks.base import TrainingTask
from rnndemo.training.tasks.pictures import PicturesTask
from rnndemo.training.tasks.scenes import ScenesTask


def task_of(config: RunConfig) -> TrainingTask:
    """Return what a network of `config` learns."""
    return ScenesTask() if reads_scenes(config) else PicturesTask(config.training)
