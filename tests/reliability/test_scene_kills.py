"""`kill -9` in a training of scenes, then resume: it goes on as if nothing had happened."""

from __future__ import annotations

import os
import signal

import torch

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.load import data_of
from rnndemo.jobs.process import worker_of
from rnndemo.training.history import History
from rnndemo.training.runs import Runs
from rnndemo.training.trainer import Trainer
from tests.runs import tensors, until_state, until_step

CONFIG = RunConfig(
    data=DataConfig(name="scenes", train_size=4000),
    model=ModelConfig(network="renet", hidden_size=8, dropout=0.1),
    training=TrainingConfig(epochs=1, batch_size=4),
)


def test_a_killed_training_goes_on_with_the_same_scenes_and_weights(visitor: Runs) -> None:
    run = visitor.start(CONFIG)
    until_step(run, 5)
    os.kill(worker_of(run.folder), signal.SIGKILL)
    until_state(run, "paused")
    run.ask("go")
    until_step(run, 12)
    run.ask("pause")
    step = until_state(run, "paused").step
    frames = [frame.step for frame in History(run.folder).update().scenes]
    assert frames == sorted(frames)
    assert {frames.count(step) for step in frames} <= {1, 2}  # twice where it went on

    torch.set_flush_denormal(True)  # as a worker does
    same = Trainer(CONFIG, data_of(CONFIG))
    for _ in range(step):
        same.advance()
    kept = tensors(run.folder)
    weights = same.model.state_dict()
    assert all(torch.equal(kept[f"model.{name}"], weights[name]) for name in weights)
