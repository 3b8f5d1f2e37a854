"""A visitor's measurements of models on corrupted pictures: start, find and stop them.

They are jobs of `rnndemo.jobs.requested`, of which one process measures each
(`rnndemo.hardening.corrupted.worker`). Besides the files of such a job, its folder has:

===============  ==================================================================
``models``       a copy of each model in a folder of its digest, until all is measured
``points.json``  what is measured so far (`rnndemo.hardening.corrupted.measured`)
===============  ==================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rnndemo.data.corruptions import CORRUPTIONS, SEVERITIES
from rnndemo.errors import N_, InputError, check_one_of
from rnndemo.jobs.requested import RequestedJob, RequestedJobs

MODELS = "models"
MAX_MODELS = 4  # in one measurement
MAX_MEASUREMENTS = 40  # of one visitor; each is a few kB


@dataclass(frozen=True)
class CorruptionRequest:
    """What is to be measured.

    Parameters
    ----------
    models : tuple of str
        The digests of the models' files, 1 to `MAX_MODELS` different ones.
    kinds : tuple of str
        Keys of `CORRUPTIONS`, each measured at every severity.
    made : float
        Seconds since 1970.
    """

    models: tuple[str, ...]
    kinds: tuple[str, ...]
    made: float = 0.0

    @property
    def points(self) -> int:
        """How many figures it has: each model's of clean pictures, and of each corruption."""
        return len(self.models) * (1 + len(self.kinds) * len(SEVERITIES))

    def check(self) -> None:
        """Check that it can be measured, an `InputError` otherwise."""
        if not 1 <= len(set(self.models)) == len(self.models) <= MAX_MODELS:
            raise InputError("Choose 1 to {most} different models.", most=MAX_MODELS)
        for kind in self.kinds or ("",):
            check_one_of("kinds", kind, tuple(CORRUPTIONS))


class CorruptionJob(RequestedJob[CorruptionRequest]):
    """A measurement on corrupted pictures that is or was made here."""

    asks, worker = CorruptionRequest, "corruption"
    not_own = N_("This measurement belongs to someone else: you can look at it, not change it.")
    not_written = N_("The measurement could not be written ({reason}); {hint}.")


class CorruptionJobs(RequestedJobs[CorruptionJob]):
    """One visitor's measurements of models on corrupted pictures."""

    thing, kind, kept = CorruptionJob, "corruptions", MAX_MEASUREMENTS
    missing = N_("This measurement is not here any more.")
    busy = N_("Only one measurement can run at a time: stop the other first, or wait.")
    not_written = CorruptionJob.not_written

    def start(self, request: CorruptionRequest, save: Callable[[Path, str], None]) -> CorruptionJob:
        """Start a measurement, return it, and delete the visitor's oldest ones.

        Parameters
        ----------
        save : callable
            Writes into a folder the model with a digest.

        Raises
        ------
        InputError
            If it cannot be measured, or another measurement of this visitor runs.
        """

        def save_all(folder: Path) -> None:
            for digest in request.models:
                save(folder / MODELS / digest, digest)

        return self._start(request, save_all)
