"""A worker process of a study on this machine, and what a worker of a cluster runs.

``python -m rnndemo.trials.worker MODULE:OBJECTIVE`` reads tasks from stdin and writes events to
stdout, one JSON object per line. It trains one trial after the other, so that torch and the data
are loaded once. It ends at once when stdin ends: then the study has ended.

==================  =======================================
line in             meaning
==================  =======================================
``{"task": …}``     train a `rnndemo.trials.task.Task`
``{"cancel": 7}``   stop trial 7 between two batches
==================  =======================================

==================================================  ================================
line out                                            meaning
==================================================  ================================
``{"ready": true}``                                 everything is loaded
``{"reached": [7, 25, 0.91]}``                      trial, stage, validation accuracy
``{"ended": 7, "result": …}``                       see `rnndemo.trials.task.Result`
==================================================  ================================
"""

from __future__ import annotations

import json
import os
import queue
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from rnndemo.errors import N_, InputError, reason_of
from rnndemo.trials.task import STOPPED, Objective, Result, ShouldStop, Task, failed

HALTED = N_("Trial {number} could not be trained here ({reason}), so the study stopped.")

_cancelled: set[str] = set()  # names of tasks, in a worker process of a cluster
one_training = threading.Lock()  # a training owns the random state of its process


def objective_named(name: str) -> Objective:
    """Return the objective that ``module:function`` names."""
    module, _, attribute = name.partition(":")
    found: Objective = getattr(import_module(module), attribute)
    return found


def run(
    objective: Objective,
    task: Task,
    on_stage: Callable[[int, float], None],
    should_stop: ShouldStop,
) -> Result:
    """Run one trial; return its result, whatever happens.

    Parameters
    ----------
    on_stage : callable
        Receives stage and validation accuracy.

    Returns
    -------
    Result
        Failed if the trial is to blame; stopped, with a message, if the machine is.
    """

    def report(stage: int, accuracy: float) -> bool:
        on_stage(stage, accuracy)
        return accuracy < task.thresholds.get(stage, 0.0)

    try:
        return objective(task, report, should_stop)
    except InputError as problem:
        return failed(problem)
    except OSError as problem:
        values = {"number": task.number, "reason": reason_of(problem)}
        return Result(STOPPED, message=HALTED, values=values)
    except Exception as problem:
        traceback.print_exc()
        return failed(problem)


def run_on_cluster(
    content: Mapping[str, Any], objective: str, name: str
) -> tuple[dict[str, Any], list[tuple[int, float]], dict[str, bytes]]:
    """Run one trial in a worker of a cluster; its folder may be on another machine.

    Parameters
    ----------
    content : mapping
        A `Task` as JSON.
    objective : str
        As for `objective_named`.
    name : str
        Cancels the task: see `cancel_on_cluster`.

    Returns
    -------
    result : dict
        A `Result` as JSON.
    reached : list of (int, float)
        Stage and validation accuracy of each.
    files : dict of str to bytes
        All files of the run's folder.
    """
    reached: list[tuple[int, float]] = []
    with one_training, tempfile.TemporaryDirectory(prefix="rowbyrow-") as place:
        task = Task.from_json(content)
        task = replace(task, folder=Path(place) / task.folder.name)
        result = run(
            objective_named(objective), task,
            lambda *stage: reached.append(stage), lambda: name in _cancelled,
        )  # fmt: skip
        files = {path.name: path.read_bytes() for path in task.folder.glob("*") if path.is_file()}
    return result.to_json(), reached, files


def cancel_on_cluster(name: str) -> None:
    """Stop a task of `run_on_cluster` in this process between two batches."""
    _cancelled.add(name)


class _Worker:
    """A worker on this machine: reads tasks, trains them, writes events."""

    def __init__(self, name: str, lines_in: IO[str], lines_out: IO[str]) -> None:
        self.lines_in, self.lines_out = lines_in, lines_out
        self.tasks: queue.Queue[Task] = queue.Queue()
        self.cancelled: set[int] = set()
        self.objective = objective_named(name)

    def read(self) -> None:
        for line in self.lines_in:
            content = json.loads(line)
            if "task" in content:
                task = Task.from_json(content["task"])
                self.cancelled.discard(task.number)
                self.tasks.put(task)
            else:
                self.cancelled.add(content["cancel"])
        os._exit(0)

    def send(self, **content: Any) -> None:
        self.lines_out.write(json.dumps(content) + "\n")
        self.lines_out.flush()

    def work(self) -> None:
        threading.Thread(target=self.read, daemon=True).start()
        self.send(ready=True)
        while True:
            self.train(self.tasks.get())

    def train(self, task: Task) -> None:
        result = run(
            self.objective,
            task,
            lambda stage, accuracy: self.send(reached=[task.number, stage, accuracy]),
            lambda: task.number in self.cancelled,
        )
        self.send(ended=task.number, result=result.to_json())


def main(arguments: list[str]) -> None:
    """Work until stdin ends."""
    lines_out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    # what libraries print must not mix with our lines
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _Worker(arguments[0], sys.stdin, lines_out).work()


if __name__ == "__main__":
    main(sys.argv[1:])
