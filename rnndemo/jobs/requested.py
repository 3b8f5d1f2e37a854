"""Jobs that a visitor requests in a file of the job's folder, one at a time.

======================  ========================================================================
in its folder           content
======================  ========================================================================
``asked.json``          the request
``ended.json``          how it ended, and why; missing while it runs, or if it was interrupted
``worker``, ``asking``  locks: held by the process that works on it, and to start or end that one
``worker.log``          the output of that process
======================  ========================================================================

Each has a folder of its visitor's (`rnndemo.storage.shelf`). One process works on it, which waits
for its turn like a training.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rnndemo.errors import InputError
from rnndemo.jobs.job import Job
from rnndemo.jobs.outcome import Outcome, read_outcome, work
from rnndemo.jobs.queue import Turn
from rnndemo.storage.files import read_json, unreadable, write_json
from rnndemo.storage.records import read
from rnndemo.storage.shelf import Shelf

ASKED, ENDED = "asked.json", "ended.json"


class Request(Protocol):
    """What is requested: a frozen dataclass with the time when, in seconds since 1970."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def made(self) -> float:
        """When it was requested; 0 before."""

    def check(self) -> None:
        """Check that it can be done, an `InputError` otherwise."""


R = TypeVar("R", bound=Request)


class RequestedJob(Job, Generic[R]):
    """A job that is or was worked on here."""

    asks: ClassVar[type[Any]]  # of its request
    worker: ClassVar[str]  # a key of `rnndemo.jobs.process.WORKERS`

    @property
    def request(self) -> R:
        """What is requested; an `InputError` where that cannot be read."""
        try:
            found: R = read(self.asks, read_json(self.folder / ASKED))
        except ValueError:
            raise unreadable(ASKED) from None
        return found

    @property
    def process(self) -> str:
        """Which process works on it: a key of `rnndemo.jobs.process.WORKERS`."""
        return self.worker

    @property
    def made(self) -> float:
        """When it was requested, in seconds since 1970; 0 where that cannot be read."""
        try:
            return self.request.made
        except InputError:
            return 0.0

    @property
    def outcome(self) -> Outcome:
        """What it is doing, or how it ended."""
        if self.running:
            place = self.place
            return Outcome("queued" if place else "running", place=place)
        return read_outcome(self.folder / ENDED) or Outcome("stopped", self.exit_note)

    def go(self) -> None:
        """Start to work on it, or on what is missing of it.

        Raises
        ------
        InputError
            If it is another visitor's, cannot be done here, or the server is full.
        """
        self.check_own()
        self.request.check()
        with self._locked():
            if not self.running:
                self.check_queue()
                self._enqueue(self.process, self.queue)

    def stop(self) -> None:
        """Kill its process; what is measured remains, and it can continue."""
        self.kill(os.killpg)

    def _mark_resumed(self) -> None:
        (self.folder / ENDED).unlink(missing_ok=True)


J = TypeVar("J", bound=RequestedJob[Any])


class RequestedJobs(Shelf[J]):
    """One visitor's jobs of one kind."""

    mark = ASKED
    kept: ClassVar[int]  # of one visitor
    busy: ClassVar[str]  # an English message: that one of them runs already

    def _start(self, request: Request, prepare: Callable[[Path], None] = lambda _: None) -> J:
        """Start a job, return it, and delete the visitor's oldest ones.

        Parameters
        ----------
        prepare : callable, optional
            Writes into the job's folder what its process needs besides the request.

        Raises
        ------
        InputError
            If it cannot be done, or another job of this visitor's runs.
        """
        request.check()
        before = self.all()
        if any(job.outcome.active for job in before):
            raise InputError(self.busy)
        with self._new_folder() as folder:
            folder.mkdir(parents=True)
            prepare(folder)
            write_json(folder / ASKED, {**asdict(request), "made": time.time()})
            job = self.thing(folder, own=True)
            job.go()
        for old in before[self.kept - 1 :]:
            shutil.rmtree(old.folder, ignore_errors=True)
        return job


def work_on(arguments: list[str], full: str, failed: str, run: Callable[[Path], Outcome]) -> int:
    """Work on a job in this process, store how that ended, and return the exit status.

    Parameters
    ----------
    arguments : list of str
        FOLDER of the job, QUEUE of the tickets, and the descriptors LOCK and TICKET of its lock
        file and of its ticket: the process that starts this one holds both and passes them on. If
        nothing is stored, this one was killed.
    full, failed : str
        As for `rnndemo.jobs.process.report_failure`.
    run : callable
        Works on the job in a folder.
    """
    folder, queue, lock = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    turn = Turn(queue, folder.name, given=int(arguments[3]))
    work(folder / ENDED, lock, turn, full, failed, lambda: run(folder))
    return 0
