"""A run that has ended, made in this process: a list to look at, without a wait for workers."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.sets import DataSet
from rnndemo.storage.files import write_json
from rnndemo.storage.names import ABOUT
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.runs import Run, Runs

TINY = RunConfig(
    data=DataConfig(train_size=200),
    model=ModelConfig(hidden_size=16),
    training=TrainingConfig(lr=1e-2, epochs=1, batch_size=20),
)


def finished_run(visitor: Runs, data: DataSet, title: str, config: RunConfig = TINY) -> Run:
    """Train for a moment and test; the run is among the visitor's."""
    folder: Path = visitor.folder / secrets.token_hex(10)
    make_run(folder, config)
    write_json(folder / ABOUT, {"title": title, "notes": "", "made": time.time()})
    Engine(folder, data).run()
    return Run(folder, own=True)
