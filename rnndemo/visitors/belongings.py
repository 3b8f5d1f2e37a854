"""All that one visitor has here: what it is, and how it is deleted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rnndemo.comparison.jobs import ComparisonJob, ComparisonJobs
from rnndemo.data.own.shelf import OwnSets
from rnndemo.errors import InputError
from rnndemo.hardening.corrupted.jobs import CorruptionJob, CorruptionJobs
from rnndemo.hardening.pruning.jobs import PruningJob, PruningJobs
from rnndemo.jobs.job import Job
from rnndemo.storage.folders import folders_in, folders_with
from rnndemo.storage.shelf import Shelf
from rnndemo.storage.visitors import bytes_of, folders_of, forget_visits
from rnndemo.sweeps.studies import Studies, Study
from rnndemo.training.runs import Run, Runs

# shelf -> its things that have processes, None where there are none
SHELVES: dict[type[Shelf[Any]], type[Job] | None] = {
    Runs: Run,
    Studies: Study,
    ComparisonJobs: ComparisonJob,
    PruningJobs: PruningJob,
    CorruptionJobs: CorruptionJob,
    OwnSets: None,
}
TRIES = 3  # to delete: what was being written meanwhile goes at the next


@dataclass(frozen=True)
class Belongings:
    """What a visitor has here.

    Parameters
    ----------
    counts : dict
        Name of a kind, such as "runs", -> how many.
    bytes : int
        Of all files, what was deleted among them.
    """

    counts: dict[str, int]
    bytes: int


def belongings(owner: str) -> Belongings:
    """Return what the visitor whose folder is named `owner` has here."""
    counts = {shelf.kind: len(folders_with(shelf(owner).folder, shelf.mark)) for shelf in SHELVES}
    return Belongings(counts, bytes_of(owner))


def works(owner: str) -> bool:
    """Return whether a process works for a visitor, or waits to."""
    return any(job.running for job in _jobs(owner))


def delete_everything(owner: str) -> None:
    """End a visitor's processes, and delete all that the visitor has, what was deleted included.

    Raises
    ------
    InputError
        If something of it could not be deleted.
    """
    for _ in range(TRIES):
        for job in _jobs(owner):
            with suppress(InputError, OSError):
                job.kill(os.killpg)  # and the processes that it has started
        for folder in folders_of(owner):
            shutil.rmtree(folder, ignore_errors=True)
    if any(folders_of(owner)):
        raise InputError(
            "Not all could be deleted; try again, or ask whoever runs this server to do so."
        )
    forget_visits(owner)


def _jobs(owner: str) -> Iterator[Job]:
    for shelf, thing in SHELVES.items():
        for folder in folders_in(shelf(owner).folder) if thing else ():
            yield thing(folder, own=True)  # type: ignore[misc]
