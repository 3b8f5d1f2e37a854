"""Trials and runs on a Dask cluster; the only module that imports Dask."""

from __future__ import annotations

import logging
import queue
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnndemo.cluster.messages import Cargo, RunUpdate
from rnndemo.cluster.remote import train_live
from rnndemo.errors import N_, InputError
from rnndemo.storage.files import write_bytes
from rnndemo.storage.log import Event
from rnndemo.trials.executor import CLOSING, DIED, OBJECTIVE, Ended, Executor, Reached, TrialEvent
from rnndemo.trials.task import COMPLETE, STOPPED, Result, Task, failed
from rnndemo.trials.worker import cancel_on_cluster, run_on_cluster

if TYPE_CHECKING:
    from distributed import Future, Queue

CLUSTER_TIMEOUT = 30.0  # seconds in which a cluster must answer, and have a worker
SIZE_TIMEOUT = 2.0  # seconds in which a cluster must report its size
SIZE_SECONDS = 1.0  # between two requests for its size
SEND_TIMEOUT, RECEIVE_TIMEOUT = 5.0, 60.0  # seconds after which a scheduler counts as lost
MAX_UPDATES = 2  # in the queue of a run: more would fill the scheduler
RUN_PRIORITY = 10  # of runs that people watch; that of trials is 0

LOST = N_("The cluster can no longer be reached, so the study stopped.")


class ClusterExecutor(Executor):
    """Runs trials on a Dask cluster; a trial's files come back with its result.

    Parameters
    ----------
    address : str
        Of the scheduler, for example ``tcp://10.0.0.5:8786``.
    most : int, default 0
        How many trials at once; 0: one per worker process of the cluster.
    objective : str, default `OBJECTIVE`
        ``module:function``, which the cluster's machines must be able to import.
    patience : float, optional
        Seconds in which the cluster must answer, and have a worker; by default `CLUSTER_TIMEOUT`.

    Raises
    ------
    InputError
        If Dask is not installed, there is no cluster, or it has no worker.
    """

    def __init__(
        self, address: str, most: int = 0, objective: str = OBJECTIVE, patience: float | None = None
    ) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                "A cluster needs Dask: install it with pip install -r requirements-cluster.txt."
            ) from None
        patience = CLUSTER_TIMEOUT if patience is None else patience
        # our own messages replace its log
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            self.client = Client(address, timeout=patience, set_as_default=False)
        except (OSError, ValueError, TimeoutError):
            raise InputError(
                "There is no Dask scheduler at {address!r}. Start one, or correct the address, "
                "for example tcp://10.0.0.5:8786.",
                address=address,
            ) from None
        self.address, self.most, self.objective = address, most, objective
        self.tasks: dict[int, tuple[Task, Future[Any]]] = {}
        self.ended: queue.Queue[int] = queue.Queue()
        self.size, self.size_time = 0, 0.0
        self._wait_for_workers(patience)

    def _wait_for_workers(self, patience: float) -> None:
        try:
            self.client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            self.close()
            raise InputError(
                "The cluster at {address} has no workers. Start some: dask worker {address} "
                "--nthreads 1",
                address=self.address,
            ) from None

    @property
    def capacity(self) -> int:
        """How many trials can run at once, now."""
        now = time.monotonic()
        if now - self.size_time > SIZE_SECONDS:
            scheduler = self.client.scheduler
            if scheduler is not None:
                with suppress(OSError):  # if it is lost, its trials will report that
                    workers = self.client.sync(scheduler.ncores, callback_timeout=SIZE_TIMEOUT)
                    self.size = len(workers)
            self.size_time = now
        return min(self.size, self.most) if self.most else self.size

    def submit(self, task: Task) -> None:
        """Run a trial as soon as a worker is free."""
        future = self._start(0, run_on_cluster, task.to_json(), self.objective)
        self.tasks[task.number] = task, future
        future.add_done_callback(lambda _, number=task.number: self.ended.put(number))

    def _start(self, priority: int, function: Callable[..., Any], *given: Any) -> Future[Any]:
        """Return the future of a call of `function` with `given` and the task's random name."""
        key = f"trial-{secrets.token_hex(8)}"
        return self.client.submit(function, *given, key, key=key, pure=False, priority=priority)

    def finished(self, seconds: float) -> list[TrialEvent]:
        """Return the events since the last call; wait up to `seconds` for the first."""
        events: list[TrialEvent] = []
        with suppress(queue.Empty):
            number = self.ended.get(timeout=seconds)
            while True:
                events += self._events(number)
                number = self.ended.get_nowait()
        return events

    def _events(self, number: int) -> list[TrialEvent]:
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
            "The cluster's workers cannot run trials ({error}). Install this version of the "
            "app on each machine, and start the workers where it can be imported.",
            error=repr(problem),
        )

    def cancel(self, number: int) -> None:
        """Stop a trial between two batches."""
        if number in self.tasks:
            key = self.tasks[number][1].key
            self.client.run(cancel_on_cluster, key, on_error="ignore")

    def close(self) -> None:
        """Leave the cluster; trials that still run are lost."""
        for _, future in self.tasks.values():
            future.cancel()
        self.tasks = {}
        self.client.close(timeout=CLOSING)


class LiveCluster(ClusterExecutor):
    """A Dask cluster for one run that people watch and steer: see `rnndemo.cluster.remote`.

    The task and its launcher exchange messages through two queues of the scheduler: updates, named
    after the task, and requests, named after the attempt that they are for.
    """

    updates: Queue | None = None
    requests: Queue | None = None

    def submit(self, task: Task) -> None:
        """Train a run as soon as a worker is free; only the name of the task's folder is used."""
        from distributed import Queue

        self.future = self._start(RUN_PRIORITY, _train_on_worker, task.folder.name)
        self.updates = Queue(self.future.key, self.client, MAX_UPDATES)

    def receive(self, seconds: float) -> RunUpdate | Result | None:
        """Return an update, or how the task ended; wait up to `seconds` for either."""
        with suppress(OSError):  # TimeoutError included
            if self.updates is not None and not self.lost:
                content = self.updates.get(timeout=seconds, callback_timeout=RECEIVE_TIMEOUT)
                return RunUpdate(**content)
        if not self.future.done():
            return None
        return Result(COMPLETE) if self.future.status == "finished" else self._failure(self.future)

    def send(self, attempt: str, message: Cargo | Event) -> None:
        """Send a message to an attempt; do nothing if the cluster is lost."""
        from distributed import Queue

        with suppress(OSError):
            if self.requests is None or self.requests.name != attempt:
                self.requests = Queue(attempt, self.client)
            content = vars(message) if isinstance(message, Cargo) else message
            self.requests.put(content, callback_timeout=SEND_TIMEOUT)

    @property
    def lost(self) -> bool:
        """Whether the scheduler cannot be reached any more."""
        return bool(self.client.status != "running")

    def close(self) -> None:
        """Leave the cluster; cancel a run that is still trained."""
        for messages in filter(None, (self.updates, self.requests)):
            messages.close()
        super().close()  # Dask then cancels this client's tasks


def _train_on_worker(run: str, key: str) -> None:
    """Train a run in a worker of the cluster, as the task `key`."""
    from distributed import Queue, get_client, get_worker

    tasks = get_worker().state.tasks
    updates, requests = Queue(key, get_client(), MAX_UPDATES), Queue(client=get_client())

    def cancelled() -> bool:  # true also if the client has gone
        return key not in tasks or tasks[key].state != "executing"

    try:
        train_live(run, updates, requests, cancelled)
    finally:
        if cancelled():
            updates.get(batch=True)  # empty the queue: nobody else will
        updates.close()
        requests.close()
