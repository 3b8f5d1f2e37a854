"""Trials and runs on a Dask cluster; the only module that knows Dask, once there is one."""

from __future__ import annotations

import logging
import queue
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnndemo.cluster.messages import RunRequest, RunUpdate
from rnndemo.cluster.remote import answer_live, train_live
from rnndemo.errors import N_, InputError
from rnndemo.storage.files import write_bytes
from rnndemo.trials.executor import CLOSING, DIED, OBJECTIVE, Ended, Executor, Reached, TrialEvent
from rnndemo.trials.task import COMPLETE, STOPPED, Result, Task, failed
from rnndemo.trials.worker import cancel_on_cluster, run_on_cluster

if TYPE_CHECKING:
    from distributed import Future

CLUSTER_TIMEOUT = 30.0  # seconds in which a cluster must answer, and have a worker
ANSWER = 2.0  # seconds in which a cluster tells how large it is
LOOK = 1.0  # seconds between two looks at how large it is, and at who has a run
NEWS = 5.0  # seconds in which a worker answers what is new of its run
FIRST = 10  # priority of runs that people watch; of trials it is 0

LOST = N_("The cluster cannot be reached any more, so the study stopped.")


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
    patience : float, optional
        Seconds in which the cluster must answer, and have a worker; where not given,
        `CLUSTER_TIMEOUT`.

    Raises
    ------
    InputError
        If Dask is not installed, or there is no cluster, or it has no worker.
    """

    def __init__(
        self,
        address: str,
        most: int = 0,
        objective: str = OBJECTIVE,
        patience: float | None = None,
    ) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                "A cluster needs Dask: install it with pip install -r requirements-cluster.txt."
            ) from None
        patience = CLUSTER_TIMEOUT if patience is None else patience
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say it in our own words
        try:
            self.client = Client(address, timeout=patience, set_as_default=False)
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
        self._wait_for_workers(patience)

    def _wait_for_workers(self, patience: float) -> None:
        try:
            self.client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            self.close()
            raise InputError(
                "The cluster at {address} has no worker; start some: dask worker {address} "
                "--nthreads 1",
                address=self.address,
            ) from None

    @property
    def capacity(self) -> int:
        """How many trials can run at once, now."""
        now = time.monotonic()
        if now - self.looked > LOOK:
            scheduler = self.client.scheduler
            with suppress(OSError):  # a cluster that is lost is told by the trials it had
                if scheduler is not None:
                    self.size = len(self.client.sync(scheduler.ncores, callback_timeout=ANSWER))
            self.looked = now
        return min(self.size, self.most) if self.most else self.size

    def submit(self, task: Task) -> None:
        """Run a trial as soon as there is room."""
        self._submit(task, 0, run_on_cluster, task.to_json(), self.objective)

    def _submit(self, task: Task, priority: int, function: Callable[..., Any], *given: Any) -> None:
        name = self._name(task.number)
        future = self.client.submit(
            function, *given, name,
            key=f"{name}-{secrets.token_hex(4)}", pure=False, priority=priority,
        )  # fmt: skip
        self.tasks[task.number] = task, future
        future.add_done_callback(lambda _, number=task.number: self.ended.put(number))

    def _name(self, number: int) -> str:
        return f"trial-{self.name}-{number}"

    def finished(self, seconds: float) -> list[TrialEvent]:
        """Return what has happened, waiting for it up to so many `seconds`."""
        told: list[TrialEvent] = []
        with suppress(queue.Empty):
            number = self.ended.get(timeout=seconds)
            while True:
                told += self._told(number)
                number = self.ended.get_nowait()
        return told

    def _told(self, number: int) -> list[TrialEvent]:
        task, future = self.tasks.pop(number)
        if future.status != "finished":
            return [Ended(number, self._failure(future))]
        return self._results(task, future.result())

    def _results(self, task: Task, given: Any) -> list[TrialEvent]:
        content, reached, files = given
        task.folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            write_bytes(task.folder / Path(name).name, data)
        stages = [Reached(task.number, stage, accuracy) for stage, accuracy in reached]
        return [*stages, Ended(task.number, Result.from_json(content))]

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

    def cancel(self, number: int) -> None:
        """Let a trial stop between two batches."""
        if number in self.tasks:
            self.client.run(cancel_on_cluster, self._name(number), on_error="ignore")

    def close(self) -> None:
        """Give back what was taken; trials that still run are lost."""
        for _, future in self.tasks.values():
            future.cancel()
        self.tasks = {}
        self.client.close(timeout=CLOSING)


class LiveCluster(ClusterExecutor):
    """A Dask cluster for one run that people watch and steer: see `rnndemo.cluster.remote`.

    It is submitted like a trial, and asked what is new while it is trained; what there is to tell
    when it has ended is the `last` answer.
    """

    where: tuple[float, str] = 0.0, ""  # when it was looked who has the run, and who has it
    last: RunUpdate | None = None

    def submit(self, task: Task) -> None:
        """Train a run as soon as there is room; of the task, its folder's name is enough."""
        self.last = None
        self._submit(task, FIRST, train_live, task.folder.name)

    def _results(self, task: Task, given: Any) -> list[TrialEvent]:
        self.last = given
        return [Ended(task.number, Result(COMPLETE))]

    @property
    def lost(self) -> bool:
        """Whether the scheduler cannot be reached any more."""
        return bool(self.client.status != "running")

    def ask(self, number: int, question: RunRequest) -> RunUpdate | None:
        """Ask a run what is new; None where it is not in hand, or its worker does not answer."""
        with suppress(OSError):  # a timeout is one too
            worker = self._worker(number)
            if worker:
                answer: RunUpdate | None = self._call(worker, self._name(number), question)
                if answer is not None:
                    return answer
        self.where = 0.0, ""
        return None

    def _worker(self, number: int) -> str:
        """Return the address of the worker that has a run in hand, "" where none has."""
        looked, worker = self.where
        scheduler = self.client.scheduler
        if time.monotonic() - looked > LOOK and number in self.tasks and scheduler is not None:
            key = self.tasks[number][1].key
            busy = self.client.sync(scheduler.processing, callback_timeout=ANSWER)
            worker = next((address for address, keys in busy.items() if key in keys), "")
            self.where = time.monotonic(), worker
        return worker

    def _call(self, worker: str, *given: Any) -> Any:
        """Let a worker answer, and wait no longer than `NEWS` for it."""

        async def call() -> Any:
            run = self.client.run(answer_live, *given, workers=[worker], on_error="ignore")
            return (await run).get(worker)

        return self.client.sync(call, callback_timeout=NEWS)
