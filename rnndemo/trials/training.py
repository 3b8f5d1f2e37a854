"""The training of a trial: it is a run like any other, in its own folder."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import torch

from rnndemo.data.load import load
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import accuracy
from rnndemo.jobs.process import reserve_note, write_worker
from rnndemo.models.costs import flops
from rnndemo.models.network import Layered, Network
from rnndemo.storage.files import write_json
from rnndemo.storage.locks import locked
from rnndemo.storage.log import EventLog, EventReader
from rnndemo.storage.names import ABOUT, CONTROLS, WORKER
from rnndemo.training.demand.estimate import sizes_of
from rnndemo.training.demand.room import check_room
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.state import change_state
from rnndemo.training.tasks import task_of
from rnndemo.training.trainer import Diverged, StepEvent, Trainer
from rnndemo.trials.task import COMPLETE, PRUNED, STOPPED, Report, Result, ShouldStop, Task, failed

LOCK_TIMEOUT = 60.0  # seconds in which an earlier worker of the trial must end


class TrialStopped(Exception):
    """A person stopped the study."""


def train(task: Task, report: Report, should_stop: ShouldStop) -> Result:
    """Train a trial from beginning to end, and test it; what its folder held before is removed.

    Parameters
    ----------
    report : callable
        Receives stage and validation accuracy; returns whether to prune the trial, which is then
        tested as it is.
    should_stop : callable
        Called between two batches.

    Raises
    ------
    OSError
        If the folder cannot be written, or another process holds its lock.
    """
    torch.set_num_threads(1)
    task.folder.mkdir(parents=True, exist_ok=True)
    with locked(task.folder / WORKER, LOCK_TIMEOUT) as lock:
        _clear(task.folder)
        reserve_note(lock)
        write_worker(lock, os.getpid())
        try:
            make_run(task.folder, task.config)
            title = {"title": f"trial {task.number}", "notes": "", "made": time.time()}
            write_json(task.folder / ABOUT, title)
            data = load(task.config.data.name, task.config.data.frame)
            task_of(task.config).check(task.config, data)
            check_room(task.config, task.folder, sizes_of(data))
            controls = EventReader(task.folder / CONTROLS)
            engine = Engine(task.folder, data, controls, most_seconds=task.most_seconds)
        except InputError as problem:
            return _failed(task.folder, problem)
        return _train(task, engine, data, report, should_stop)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != WORKER:
            path.unlink(missing_ok=True)


def _train(
    task: Task, engine: Engine, data: DataSet, report: Report, should_stop: ShouldStop
) -> Result:
    requests = EventLog(task.folder / CONTROLS)
    trainer, stages = engine.trainer, list(task.stages)
    trainer.clock = time.process_time  # trials share the machine: what others take does not count

    def after(event: StepEvent) -> None:
        if should_stop():
            raise TrialStopped
        while stages and not trainer.done and 100 * trainer.progress >= stages[0]:
            stage = stages.pop(0)
            if report(stage, _accuracy(trainer, data)):
                requests.write("stop")
                engine.listen_seconds = 0.0  # so that it is received before the next step
                stages.clear()

    engine.on_step = after
    try:
        state = engine.run()
    except TrialStopped:
        change_state(task.folder, status="paused", doing="")
        return Result(STOPPED)
    except InputError as problem:
        return _failed(task.folder, problem, **_measured(engine, data))
    finally:
        requests.close()
    return Result(
        COMPLETE if state.status == "done" else PRUNED,
        _accuracy(trainer, data),
        state.test_accuracy, state.test_low, state.test_high, state.test_size,
        **_measured(engine, data),
    )  # fmt: skip


def _accuracy(trainer: Trainer, data: DataSet) -> float:
    """Return the share of the validation pictures that are answered right."""
    return accuracy(_network(trainer.saved_model), data.validation, trainer.config.data.scan)


def _network(model: Layered) -> Network:
    assert isinstance(model, Network)
    return model


def _measured(engine: Engine, data: DataSet) -> dict[str, Any]:
    trainer = engine.trainer
    return {
        "validation_size": len(data.validation),
        "seconds": trainer.seconds,
        "images": trainer.images,
        "steps": trainer.step,
        "parameters": trainer.model.count_parameters(),
        "flops": flops(_network(trainer.model), trainer.config.data.scan, data.image_size),
    }


def _failed(folder: Path, problem: InputError, **measured: Any) -> Result:
    change_state(
        folder, status="failed", doing="", message=problem.message, values=problem.plain_values
    )
    return failed(problem, diverged=isinstance(problem, Diverged), **measured)
