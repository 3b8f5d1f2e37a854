"""A visitor's measurements of pruned models: start, find and stop them.

Each has a folder of its visitor's (`rnndemo.storage.shelf`). One process measures it
(`rnndemo.hardening.pruning.worker`), which waits for its turn like a training.

======================  ========================================================================
in its folder           content
======================  ========================================================================
``asked.json``          the `PruningRequest`
``model``               a copy of the model, until all is measured
``points.json``         what is measured so far (`rnndemo.hardening.pruning.measured`)
``ended.json``          how it ended, and why; missing while it runs, or if it was interrupted
``worker``, ``asking``  locks: held by the process that measures it, and to start or end that one
``worker.log``          the output of that process
======================  ========================================================================
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rnndemo.errors import N_, InputError, check_one_of
from rnndemo.jobs.job import Job
from rnndemo.jobs.outcome import Outcome, read_outcome
from rnndemo.storage.files import read_json, unreadable, write_json
from rnndemo.storage.records import read
from rnndemo.storage.shelf import Shelf

ASKED, ENDED, MODEL = "asked.json", "ended.json", "model"
MAX_MEASUREMENTS = 12  # of one visitor
PRUNED_BY = {"units": ("spread", "taylor"), "weights": ("",)}  # what is removed -> by which measure


@dataclass(frozen=True)
class PruningRequest:
    """What is to be measured.

    Parameters
    ----------
    model : str
        The digest of the whole model's file.
    kind : str
        What is removed, a key of `PRUNED_BY`.
    measure : str
        By which measure of what a unit matters, "" for weights.
    made : float
        Seconds since 1970.
    """

    model: str
    kind: str
    measure: str = ""
    made: float = 0.0

    def check(self) -> None:
        """Check that it can be measured, an `InputError` otherwise."""
        check_one_of("kind", self.kind, tuple(PRUNED_BY))
        check_one_of("measure", self.measure, PRUNED_BY[self.kind])


class PruningJob(Job):
    """A measurement that is or was made here."""

    not_own = N_("This measurement belongs to someone else: you can look at it, not change it.")
    not_written = N_("The measurement could not be written ({reason}); {hint}.")

    @property
    def request(self) -> PruningRequest:
        """What it is requested to measure; an `InputError` where that cannot be read."""
        try:
            return read(PruningRequest, read_json(self.folder / ASKED))
        except ValueError:
            raise unreadable(ASKED) from None

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
        """Start to measure it, or what is missing of it.

        Raises
        ------
        InputError
            If it is another visitor's, or the server is full.
        """
        self.check_own()
        self.request.check()
        with self._locked():
            if not self.running:
                self.check_queue()
                self._enqueue("pruning", self.queue)

    def stop(self) -> None:
        """Kill its process; what is measured remains, and it can continue."""
        self.kill(os.killpg)

    def _mark_resumed(self) -> None:
        (self.folder / ENDED).unlink(missing_ok=True)


class PruningJobs(Shelf[PruningJob]):
    """One visitor's measurements of pruned models."""

    thing = PruningJob
    kind, mark = "prunings", ASKED
    missing = N_("This measurement is not here any more.")
    not_written = PruningJob.not_written

    def start(self, request: PruningRequest, save: Callable[[Path], None]) -> PruningJob:
        """Start a measurement, return it, and delete the visitor's oldest ones.

        Parameters
        ----------
        save : callable
            Writes the whole model into a folder.

        Raises
        ------
        InputError
            If it cannot be measured, or another measurement of this visitor runs.
        """
        request.check()
        before = self.all()
        if any(job.outcome.active for job in before):
            raise InputError(
                "Only one measurement can run at a time: stop the other first, or wait."
            )
        with self._new_folder() as folder:
            folder.mkdir(parents=True)
            save(folder / MODEL)
            write_json(folder / ASKED, {**asdict(request), "made": time.time()})
            job = PruningJob(folder, own=True)
            job.go()
        for old in before[MAX_MEASUREMENTS - 1 :]:
            shutil.rmtree(old.folder, ignore_errors=True)
        return job
