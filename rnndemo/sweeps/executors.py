"""Where trials run: in worker processes of this machine, or on a Dask cluster.

An executor takes tasks and tells what becomes of them; which one it is changes nothing else. A
worker that dies loses only the trial that it had in hand, and that is tried again.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import secrets
import selectors
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnndemo.errors import N_, InputError
from rnndemo.files import HOME, home, write_bytes
from rnndemo.sweeps.trials import STOPPED, Result, Task, failed
from rnndemo.sweeps.worker import cancel_on_cluster, run_on_cluster

if TYPE_CHECKING:
    from distributed import Future

OBJECTIVE = "rnndemo.sweeps.objective:train"
MOST_ATTEMPTS = 3  # of one trial, when its worker dies
PATIENCE = 30.0  # seconds in which a cluster must answer, and have a worker
CLOSING = 5.0  # seconds that a worker has to end
ANSWER = 2.0  # seconds in which a cluster tells how large it is
LOOK = 1.0  # seconds between two looks at how large a cluster is

DIED = N_("The worker process that had this trial ended again and again; is there memory enough?")
LOST = N_("The cluster cannot be reached any more, so the study stopped.")


@dataclass(frozen=True)
class Reached:
    """A trial has reached a stage."""

    number: int
    stage: int
    accuracy: float


@dataclass(frozen=True)
class Ended:
    """A trial has ended."""

    number: int
    result: Result


Told = Reached | Ended


class Executor(ABC):
    """Runs trials somewhere."""

    @property
    @abstractmethod
    def capacity(self) -> int:
        """How many trials can run at once, now."""

    @abstractmethod
    def submit(self, task: Task) -> None:
        """Run a trial as soon as there is room."""

    @abstractmethod
    def finished(self, seconds: float) -> list[Told]:
        """Return what has happened; wait for it up to so many `seconds` where nothing has.

        Raises
        ------
        InputError
            If no trial can be run at all.
        """

    @abstractmethod
    def cancel(self, number: int) -> None:
        """Let a trial stop between two batches; it ends as "stopped" unless it ends before."""

    @abstractmethod
    def close(self) -> None:
        """Give back what was taken; trials that still run are lost."""


@dataclass
class _Process:
    """A worker process, with the trial that it has in hand."""

    process: subprocess.Popen[bytes]
    task: Task | None = None
    ready: bool = False
    rest: bytes = b""  # of a line that is not whole yet
    lines: list[dict[str, Any]] = field(default_factory=list)

    def say(self, **content: Any) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # it has died; its end is seen soon
            self.process.stdin.write(json.dumps(content).encode() + b"\n")
            self.process.stdin.flush()

    def read(self) -> bool:
        """Take in what it said; return whether it lives."""
        assert self.process.stdout is not None
        content = os.read(self.process.stdout.fileno(), 1 << 16)
        *lines, self.rest = (self.rest + content).split(b"\n")
        self.lines += map(json.loads, lines)
        return bool(content)


class LocalExecutor(Executor):
    """Worker processes on this machine, started at once and kept.

    Parameters
    ----------
    workers : int
    log : Path
        Where goes what they print.
    objective : str, default `OBJECTIVE`
        ``module:function``.
    """

    def __init__(self, workers: int, log: Path, objective: str = OBJECTIVE) -> None:
        self.log, self.objective = log, objective
        self.selector = selectors.DefaultSelector()
        self.waiting: deque[Task] = deque()
        self.attempts: dict[int, int] = {}
        self.cancelled: set[int] = set()
        self.told: list[Told] = []
        self.failures = 0  # workers that died before they were ready, one after the other
        self.processes = [self._start() for _ in range(workers)]

    @property
    def capacity(self) -> int:  # noqa: D102
        return len(self.processes)

    def _start(self) -> _Process:
        package = str(Path(__file__).resolve().parents[2])
        environment = {
            **os.environ,
            HOME: str(home()),
            "PYTHONPATH": os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])),
            "OMP_NUM_THREADS": "1",
        }
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "rnndemo.sweeps.worker", self.objective],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment,
                start_new_session=True,  # Ctrl-C is for the study, which then cancels its trials
            )  # fmt: skip
        worker = _Process(process)
        assert process.stdout is not None
        self.selector.register(process.stdout, selectors.EVENT_READ, worker)
        return worker

    def submit(self, task: Task) -> None:  # noqa: D102
        self.attempts[task.number] = 0
        self.cancelled.discard(task.number)
        self.waiting.append(task)
        self._hand_out()

    def _hand_out(self) -> None:
        for worker in self.processes:
            if worker.task is None and self.waiting:
                worker.task = self.waiting.popleft()
                self.attempts[worker.task.number] += 1
                worker.say(task=worker.task.to_json())

    def finished(self, seconds: float) -> list[Told]:  # noqa: D102
        for key, _ in self.selector.select(0.0 if self.told else seconds):
            worker: _Process = key.data
            lives = worker.read()
            for line in worker.lines:
                self._hear(worker, line)
            worker.lines.clear()
            if not lives:
                self._replace(worker)
        self._hand_out()
        told, self.told = self.told, []
        return told

    def _hear(self, worker: _Process, line: dict[str, Any]) -> None:
        if "reached" in line:
            self.told.append(Reached(*line["reached"]))
        elif "ended" in line:
            worker.task = None
            self.told.append(Ended(line["ended"], Result.from_json(line["result"])))
        else:
            worker.ready, self.failures = True, 0

    def _replace(self, worker: _Process) -> None:
        """See a worker off that has died, and let another take its place and its trial."""
        self.processes.remove(worker)
        self._see_off(worker)
        self.failures += not worker.ready
        if self.failures >= MOST_ATTEMPTS:
            raise InputError(
                "Workers end as soon as they begin; {log} says why.", log=str(self.log)
            )
        if worker.task is not None:
            self._again(worker.task)
        self.processes.append(self._start())

    def _again(self, task: Task) -> None:
        if task.number in self.cancelled:
            self.told.append(Ended(task.number, Result(STOPPED)))
        elif self.attempts[task.number] >= MOST_ATTEMPTS:
            self.told.append(Ended(task.number, failed(InputError(DIED))))
        else:
            self.waiting.appendleft(task)

    def _see_off(self, worker: _Process) -> None:
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

    def cancel(self, number: int) -> None:  # noqa: D102
        self.cancelled.add(number)
        for task in list(self.waiting):
            if task.number == number:
                self.waiting.remove(task)
                self.told.append(Ended(number, Result(STOPPED)))
        for worker in self.processes:
            if worker.task is not None and worker.task.number == number:
                worker.say(cancel=number)

    def close(self) -> None:  # noqa: D102
        for worker in self.processes:
            self._see_off(worker)
        self.processes = []
        self.selector.close()


class ClusterExecutor(Executor):
    """A Dask cluster. A trial's files come back with its result.

    Parameters
    ----------
    address : str
        Of the scheduler, for example ``tcp://10.0.0.5:8786``.
    most : int, default 0
        How many trials at once, at most; 0: one for each of the cluster's worker processes.
    objective : str, default `OBJECTIVE`
        ``module:function``, which the cluster's machines must be able to import.

    Raises
    ------
    InputError
        If Dask is not installed, or there is no cluster, or it has no worker.
    """

    def __init__(self, address: str, most: int = 0, objective: str = OBJECTIVE) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                "A cluster needs Dask: install it with pip install -r requirements-cluster.txt."
            ) from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say it in our own words
        try:
            self.client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TimeoutError):
            raise InputError(
                "There is no Dask scheduler at {address!r}; start one, or mend the address, for "
                "example tcp://10.0.0.5:8786.",
                address=address,
            ) from None
        self.address, self.most, self.objective = address, most, objective
        self.name = secrets.token_hex(5)
        self.tasks: dict[int, tuple[Task, Future[Any]]] = {}
        self.ended: queue.Queue[int] = queue.Queue()
        self.size, self.looked = 0, 0.0
        self._wait_for_workers()

    def _wait_for_workers(self) -> None:
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            self.close()
            raise InputError(
                "The cluster at {address} has no worker; start some: dask worker {address} "
                "--nthreads 1",
                address=self.address,
            ) from None

    @property
    def capacity(self) -> int:  # noqa: D102
        now = time.monotonic()
        if now - self.looked > LOOK:
            scheduler = self.client.scheduler
            with suppress(OSError):  # a cluster that is lost is told by the trials it had
                if scheduler is not None:
                    self.size = len(self.client.sync(scheduler.ncores, callback_timeout=ANSWER))
            self.looked = now
        return min(self.size, self.most) if self.most else self.size

    def submit(self, task: Task) -> None:  # noqa: D102
        name = self._name(task.number)
        future = self.client.submit(
            run_on_cluster, task.to_json(), self.objective, name,
            key=f"{name}-{secrets.token_hex(4)}", pure=False,
        )  # fmt: skip
        self.tasks[task.number] = task, future
        future.add_done_callback(lambda _, number=task.number: self.ended.put(number))

    def _name(self, number: int) -> str:
        return f"trial-{self.name}-{number}"

    def finished(self, seconds: float) -> list[Told]:  # noqa: D102
        told: list[Told] = []
        with suppress(queue.Empty):
            number = self.ended.get(timeout=seconds)
            while True:
                told += self._told(number)
                number = self.ended.get_nowait()
        return told

    def _told(self, number: int) -> list[Told]:
        task, future = self.tasks.pop(number)
        if future.status != "finished":
            return [Ended(number, self._failure(future))]
        content, reached, files = future.result()
        task.folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            write_bytes(task.folder / Path(name).name, data)
        stages = [Reached(number, stage, accuracy) for stage, accuracy in reached]
        return [*stages, Ended(number, Result.from_json(content))]

    def _failure(self, future: Future[Any]) -> Result:
        from distributed import KilledWorker

        if future.status == "cancelled":
            return Result(STOPPED, message=LOST)
        problem = future.exception()
        if isinstance(problem, KilledWorker):
            return failed(InputError(DIED))
        raise InputError(
            "The cluster's workers cannot run trials ({error}); install this version of the app "
            "on each machine, and start its workers where it can be imported.",
            error=repr(problem),
        )

    def cancel(self, number: int) -> None:  # noqa: D102
        if number in self.tasks:
            self.client.run(cancel_on_cluster, self._name(number), on_error="ignore")

    def close(self) -> None:  # noqa: D102
        for _, future in self.tasks.values():
            future.cancel()
        self.tasks = {}
        self.client.close(timeout=CLOSING)
