"""A visitor's measurements of pruned models: start, find and stop them.

They are jobs of `rnndemo.jobs.requested`, of which one process measures each
(`rnndemo.hardening.pruning.worker`). Besides the files of such a job, its folder has:

===============  ===============================================================
``model``        a copy of the model, until all is measured
``points.json``  what is measured so far (`rnndemo.hardening.pruning.measured`); of
                 smaller numbers it is `rnndemo.hardening.pruning.numbers`
===============  ===============================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rnndemo.errors import N_, check_one_of
from rnndemo.jobs.requested import RequestedJob, RequestedJobs

MODEL = "model"
NUMBERS = "numbers"  # the kind that removes nothing: its numbers get smaller
MAX_MEASUREMENTS = 12  # of one visitor
PRUNED_BY = {"units": ("spread", "taylor"), "weights": ("",)}  # what is removed -> by which measure
ASKED_FOR = {**PRUNED_BY, NUMBERS: ("",)}


@dataclass(frozen=True)
class PruningRequest:
    """What is to be measured.

    Parameters
    ----------
    model : str
        The digest of the whole model's file.
    kind : str
        What is removed, or `NUMBERS`: a key of `ASKED_FOR`.
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
        check_one_of("kind", self.kind, tuple(ASKED_FOR))
        check_one_of("measure", self.measure, ASKED_FOR[self.kind])


class PruningJob(RequestedJob[PruningRequest]):
    """A measurement that is or was made here."""

    asks, worker = PruningRequest, "pruning"
    not_own = N_("This measurement belongs to someone else: you can look at it, not change it.")
    not_written = N_("The measurement could not be written ({reason}); {hint}.")

    @property
    def process(self) -> str:
        """Which process works on it: a key of `rnndemo.jobs.process.WORKERS`."""
        return "int8" if self.request.kind == NUMBERS else self.worker


class PruningJobs(RequestedJobs[PruningJob]):
    """One visitor's measurements of pruned models."""

    thing, kind, kept = PruningJob, "prunings", MAX_MEASUREMENTS
    missing = N_("This measurement is not here any more.")
    busy = N_("Only one measurement can run at a time: stop the other first, or wait.")
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
        return self._start(request, lambda folder: save(folder / MODEL))
