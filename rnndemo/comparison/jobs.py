"""A visitor's comparisons: start, find and stop them.

Each has a folder of its visitor's (`rnndemo.storage.shelf`). One process measures it
(`rnndemo.comparison.worker`), which waits for its turn like a training.

======================  ========================================================================
in its folder           content
======================  ========================================================================
``asked.json``          the `ComparisonRequest`
``ended.json``          how it ended, and why; missing while it runs, or if it was interrupted
``worker``, ``asking``  locks: held by the process that measures it, and to start or end that one
``worker.log``          the output of that process
======================  ========================================================================

and the files of `rnndemo.comparison.results`.
"""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import asdict, dataclass

from rnndemo.comparison.peers import PEERS
from rnndemo.data.load import offered
from rnndemo.errors import N_, InputError, check_number
from rnndemo.jobs.job import Job
from rnndemo.jobs.outcome import Outcome, read_outcome
from rnndemo.storage.files import read_json, unreadable, write_json
from rnndemo.storage.records import read
from rnndemo.storage.shelf import Shelf

ASKED, ENDED = "asked.json", "ended.json"
MAX_COMPARISONS = 10  # of one visitor
MAX_EPOCHS, MAX_SEEDS = 200, 5


@dataclass(frozen=True)
class ComparisonRequest:
    """What a comparison is requested to measure.

    Parameters
    ----------
    data : str
        A registered data set, or ``set:ID``.
    peers : tuple of str
        Keys of `PEERS`.
    epochs : int
        Of each network; 0 for a number that suits the number of pictures.
    seeds : int
        Number of trainings of each network.
    made : float
        Seconds since 1970.
    """

    data: str
    peers: tuple[str, ...]
    epochs: int
    seeds: int
    made: float = 0.0

    def check(self) -> None:
        """Check that it can be measured, an `InputError` otherwise."""
        if not offered(self.data):
            raise InputError("There is no data set {name!r} here.", name=self.data[:40])
        if not self.peers or any(name not in PEERS for name in self.peers):
            raise InputError("Choose at least one method.")
        check_number("epochs", self.epochs, 0, MAX_EPOCHS, whole=True)
        check_number("seeds", self.seeds, 1, MAX_SEEDS, whole=True)


class ComparisonJob(Job):
    """A comparison that is or was measured here."""

    not_own = N_("This comparison belongs to someone else: you can look at it, but not change it.")
    not_written = N_("The comparison could not be written ({reason}); {hint}.")

    @property
    def request(self) -> ComparisonRequest:
        """What it is requested to measure; an `InputError` where that cannot be read."""
        try:
            return read(ComparisonRequest, read_json(self.folder / ASKED))
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
            If it is another visitor's, or cannot be measured here.
        """
        self.check_own()
        self.request.check()
        with self._locked():
            if not self.running:
                self.check_queue()
                self._enqueue("comparison", self.queue)

    def stop(self) -> None:
        """Kill its process; measured peers remain, and it can continue."""
        self.kill(os.killpg)

    def _mark_resumed(self) -> None:
        (self.folder / ENDED).unlink(missing_ok=True)


class ComparisonJobs(Shelf[ComparisonJob]):
    """One visitor's comparisons."""

    thing = ComparisonJob
    kind, mark = "comparisons", ASKED
    missing = N_(
        "The comparison of this link is not here: it was too old to keep, or the link is "
        "incomplete."
    )
    not_written = ComparisonJob.not_written

    def start(self, request: ComparisonRequest) -> ComparisonJob:
        """Start a comparison, return it, and delete the visitor's oldest ones.

        Raises
        ------
        InputError
            If it cannot be measured, or another comparison of this visitor runs.
        """
        request.check()
        before = self.all()
        if any(job.outcome.active for job in before):
            raise InputError(
                "Only one comparison can run at a time: stop the other first, or wait."
            )
        with self._new_folder() as folder:
            folder.mkdir(parents=True)
            write_json(folder / ASKED, {**asdict(request), "made": time.time()})
            job = ComparisonJob(folder, own=True)
            job.go()
        for old in before[MAX_COMPARISONS - 1 :]:
            shutil.rmtree(old.folder, ignore_errors=True)
        return job
