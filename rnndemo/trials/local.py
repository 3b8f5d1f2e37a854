"""Trials in worker processes of this machine: see `rnndemo.trials.worker`."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnndemo.errors import InputError
from rnndemo.jobs.process import WORKERS, environment
from rnndemo.trials.executor import CLOSING, DIED, OBJECTIVE, Ended, Executor, Reached, TrialEvent
from rnndemo.trials.task import STOPPED, Result, Task, failed

MAX_ATTEMPTS = 3  # of one trial, if its worker dies; a cluster has its own limit


@dataclass
class _Process:
    """A worker process, with the trial that it trains."""

    process: subprocess.Popen[bytes]
    task: Task | None = None
    ready: bool = False
    rest: bytes = b""  # the start of a line whose end is not read yet
    lines: list[dict[str, Any]] = field(default_factory=list)

    def send(self, **content: Any) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # it has died; `finished` will notice
            self.process.stdin.write(json.dumps(content).encode() + b"\n")
            self.process.stdin.flush()

    def read(self) -> bool:
        """Read its output into `lines`; return whether it lives."""
        assert self.process.stdout is not None
        content = os.read(self.process.stdout.fileno(), 1 << 16)
        *lines, self.rest = (self.rest + content).split(b"\n")
        self.lines += map(json.loads, lines)
        return bool(content)


class LocalExecutor(Executor):
    """Worker processes on this machine, started at once, for one trial after the other.

    Parameters
    ----------
    log : Path
        File for what the workers print.
    objective : str, default `OBJECTIVE`
        ``module:function`` that trains a trial.
    """

    def __init__(self, workers: int, log: Path, objective: str = OBJECTIVE) -> None:
        self.log, self.objective = log, objective
        self.selector = selectors.DefaultSelector()
        self.waiting: deque[Task] = deque()
        self.attempts: dict[int, int] = {}
        self.cancelled: set[int] = set()
        self.events: list[TrialEvent] = []
        self.failures = 0  # workers in a row that died before they were ready
        self.processes = [self._start() for _ in range(workers)]

    @property
    def capacity(self) -> int:
        """How many trials can run at once, now."""
        return len(self.processes)

    def _start(self) -> _Process:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", WORKERS["trial"], self.objective],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment(),
                start_new_session=True,  # Ctrl-C goes to the study alone, which cancels its trials
            )  # fmt: skip
        worker = _Process(process)
        assert process.stdout is not None
        self.selector.register(process.stdout, selectors.EVENT_READ, worker)
        return worker

    def submit(self, task: Task) -> None:
        """Run a trial as soon as a worker is free."""
        self.attempts[task.number] = 0
        self.cancelled.discard(task.number)
        self.waiting.append(task)
        self._hand_out()

    def _hand_out(self) -> None:
        for worker in self.processes:
            if worker.task is None and self.waiting:
                worker.task = self.waiting.popleft()
                self.attempts[worker.task.number] += 1
                worker.send(task=worker.task.to_json())

    def finished(self, seconds: float) -> list[TrialEvent]:
        """Return the events since the last call; wait up to `seconds` for the first."""
        for key, _ in self.selector.select(0.0 if self.events else seconds):
            worker: _Process = key.data
            lives = worker.read()
            for line in worker.lines:
                self._receive(worker, line)
            worker.lines.clear()
            if not lives:
                self._replace(worker)
        self._hand_out()
        events, self.events = self.events, []
        return events

    def _receive(self, worker: _Process, line: dict[str, Any]) -> None:
        if "reached" in line:
            self.events.append(Reached(*line["reached"]))
        elif "ended" in line:
            worker.task = None
            self.events.append(Ended(line["ended"], Result.from_json(line["result"])))
        else:
            worker.ready, self.failures = True, 0

    def _replace(self, worker: _Process) -> None:
        """Reap a worker that has died; start another, and repeat its trial."""
        self.processes.remove(worker)
        self._reap(worker)
        self.failures += not worker.ready
        if self.failures >= MAX_ATTEMPTS:
            raise InputError(
                "Workers end as soon as they start; see {log} for the reason.", log=str(self.log)
            )
        if worker.task is not None:
            self._retry(worker.task)
        self.processes.append(self._start())

    def _retry(self, task: Task) -> None:
        if task.number in self.cancelled:
            self.events.append(Ended(task.number, Result(STOPPED)))
        elif self.attempts[task.number] >= MAX_ATTEMPTS:
            self.events.append(Ended(task.number, failed(InputError(DIED))))
        else:
            self.waiting.appendleft(task)

    def _reap(self, worker: _Process) -> None:
        """Close the pipes of a worker and wait for its end; kill it after `CLOSING`."""
        process = worker.process
        assert process.stdout is not None
        assert process.stdin is not None
        self.selector.unregister(process.stdout)
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(CLOSING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def cancel(self, number: int) -> None:
        """Stop a trial between two batches."""
        self.cancelled.add(number)
        for task in list(self.waiting):
            if task.number == number:
                self.waiting.remove(task)
                self.events.append(Ended(number, Result(STOPPED)))
        for worker in self.processes:
            if worker.task is not None and worker.task.number == number:
                worker.send(cancel=number)

    def close(self) -> None:
        """End the workers; trials that still run are lost."""
        for worker in self.processes:
            self._reap(worker)
        self.processes = []
        self.selector.close()
