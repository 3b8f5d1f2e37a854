"""`kill -9` at any moment, then resume: the weights are those of the uninterrupted run."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.load import load
from rnndemo.jobs.process import worker_of
from rnndemo.models import store
from rnndemo.storage import files
from rnndemo.storage.names import CHECKPOINT, WEIGHTS
from rnndemo.training import checkpoint, engine, worker
from rnndemo.training.checkpoint import save_checkpoint
from rnndemo.training.folder import make_run
from rnndemo.training.runs import Run, Runs
from rnndemo.training.state import read_state
from rnndemo.training.trainer import Trainer
from tests.runs import (
    differing,
    events,
    take_lock,
    tensors,
    until,
    until_state,
    until_step,
    write_request,
)

CONFIG = RunConfig(
    data=DataConfig(train_size=1500, augmentation="people"),
    model=ModelConfig(hidden_size=12, num_layers=2, dropout=0.2),
    training=TrainingConfig(epochs=4, batch_size=32, ema_decay=0.98, lr=5e-3),
    seed=3,
)
STEPS = 4 * 47


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained in this process, without a worker."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    make_run(folder, CONFIG)
    assert engine.Engine(folder, load("digits")).run().status == "done"
    return folder


def check_equal(folder: Path, uninterrupted: Path) -> None:
    assert differing(tensors(folder), tensors(uninterrupted)) == []
    assert (folder / WEIGHTS).read_bytes() == (uninterrupted / WEIGHTS).read_bytes()


def kill(run: Run) -> None:
    """Kill its worker as the system would: without a report."""
    with suppress(ProcessLookupError):  # it has just ended
        os.kill(worker_of(run.folder), signal.SIGKILL)
    state = until_state(run, "paused", "done")
    assert bool(state.message) == (state.status == "paused")


# --- workers of their own -------------------------------------------------------------------


def test_killed_twice_in_one_run(visitor: Runs, uninterrupted: Path) -> None:
    chance = random.Random(11)
    run = visitor.start(CONFIG)
    for number in range(2):
        until_step(run, 60 * number + chance.randrange(1, 60))
        kill(run)
        run.ask("go")
    assert until_state(run, "done").step == STEPS
    check_equal(run.folder, uninterrupted)
    begun, same = (events(folder, "start")[0] for folder in (run.folder, uninterrupted))
    assert begun["weights"] == same["weights"]
    assert len(events(run.folder, "rewind")) == 3


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_of_its_life(seed: int, visitor: Runs, uninterrupted: Path) -> None:
    chance = random.Random(seed)
    run = visitor.start(CONFIG)
    moment = time.monotonic() + chance.uniform(0.0, 4.0)
    until(lambda: time.monotonic() > moment, "the moment")
    kill(run)
    run.ask("go")
    until_state(run, "done")
    check_equal(run.folder, uninterrupted)


# --- at moments that no clock finds ---------------------------------------------------------
# A forked process is a worker that need not import everything again.


def work(folder: Path, dying: str, count: int) -> None:
    """Act as the worker of a run, and die while writing a file for the `count`-th time."""
    write, place, seen = files.write_bytes, (folder / "controls.jsonl").stat().st_size, 0

    def die(path: Path, content: bytes) -> None:
        nonlocal seen
        seen += path.name == dying
        if path.name == dying and seen == count:
            path.with_name(f".{path.name}.1.1.new").write_bytes(content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        write(path, content)

    for module in (files, checkpoint, store):
        vars(module)["write_bytes"] = die
    # after each step, however slow the disk is: so there are enough
    vars(engine)["CHECKPOINT_SECONDS"], vars(engine)["CHECKPOINT_SHARE"] = 0.0, 1e9
    lock = take_lock(folder)
    write_request(folder, "go")
    worker.main([str(folder), str(folder.parent / "queue"), str(place), str(lock)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_run(tmp_path / "run", CONFIG)
    (tmp_path / "run" / "controls.jsonl").touch()
    return tmp_path / "run"


def in_a_process(folder: Path, dying: str = "", count: int = 0) -> int:
    fork = multiprocessing.get_context("fork").Process(target=work, args=(folder, dying, count))
    fork.start()
    fork.join()
    assert fork.exitcode is not None
    return fork.exitcode


@pytest.mark.parametrize(
    ("dying", "count"),
    [
        (CHECKPOINT, 1),  # before the first step
        (CHECKPOINT, 4),
        ("state.json", 6),
        ("card.json", 1),  # trained to the end, and not tested yet
        (WEIGHTS, 1),
    ],
)
def test_killed_while_it_writes(dying: str, count: int, folder: Path, uninterrupted: Path) -> None:
    assert in_a_process(folder, dying, count) == -signal.SIGKILL
    assert (folder / f".{dying}.1.1.new").exists()
    assert in_a_process(folder) == 0
    assert read_state(folder).status == "done"
    assert read_state(folder).step == STEPS
    check_equal(folder, uninterrupted)
    assert [path.name for path in folder.glob(f".{CHECKPOINT}*")] == []


def test_killed_again_and_again_while_it_writes(folder: Path, uninterrupted: Path) -> None:
    for count in (3, 2, 2):
        assert in_a_process(folder, CHECKPOINT, count) == -signal.SIGKILL
    assert in_a_process(folder) == 0
    check_equal(folder, uninterrupted)


def test_equal_bits_are_no_accident(uninterrupted: Path, folder: Path) -> None:
    trainer = Trainer(CONFIG, load("digits"))
    for _ in range(3):
        trainer.advance()
    torch.rand(1)  # one random number too many
    trainer.advance()
    save_checkpoint(folder, trainer)
    assert "model.layers.0.weight_ih_l0" in differing(tensors(folder), tensors(uninterrupted))
