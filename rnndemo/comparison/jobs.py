"""Comparisons that visitors measure here: start, find, stop.

Each is a folder of its visitor, with a random name. Whoever knows the name may look at it; only its
visitor may stop it or let it go on. One process measures it (`rnndemo.comparison.worker`), which
waits for its turn like a training.

=================  =============================================================================
in its folder      what it holds
=================  =============================================================================
``asked.json``     what is asked: an `Asked`
``ended.json``     how it ended, and why; not there while it is measured, or was interrupted
``worker``         a lock, held by the one process that measures it
``worker.log``     what that process printed
=================  =============================================================================

and what `rnndemo.comparison.results` says.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rnndemo.comparison.peers import PEERS
from rnndemo.data.load import offered
from rnndemo.errors import N_, InputError
from rnndemo.jobs import process
from rnndemo.jobs.process import read_exit_note, reserve_note, write_worker
from rnndemo.jobs.queue import place_of_run, run_queue
from rnndemo.storage.files import as_input_error, read_json, write_json
from rnndemo.storage.folders import folder_named, folders_in, has_file, visitor_folder
from rnndemo.storage.locks import is_locked, locked
from rnndemo.storage.names import LOG, WORKER
from rnndemo.storage.records import read

ASKED, ENDED = "asked.json", "ended.json"
MAX_KEPT = 10  # of one visitor
NOT_WRITTEN = N_("The comparison could not be written ({reason}); make room in the data folder.")

_processes: list[subprocess.Popen[bytes]] = []  # so that those that ended are seen off


@dataclass(frozen=True)
class Job:
    """A comparison that is or was measured here; `own` where it may be stopped and go on."""

    folder: Path
    own: bool = False

    @property
    def name(self) -> str:
        """Its random name, part of links to it."""
        return self.folder.name

    @property
    def asked(self) -> Asked:
        """What it measures; an `InputError` where that cannot be read."""
        try:
            return read(Asked, read_json(self.folder / ASKED))
        except ValueError:
            raise InputError(
                "{file} cannot be read: it is missing or damaged.", file=ASKED
            ) from None

    @property
    def status(self) -> Status:
        """What it is doing."""
        if is_locked(self.folder / WORKER):
            place = place_of_run(run_queue(), self.name)
            return Status("queued" if place else "running", place)
        try:
            return read(Status, read_json(self.folder / ENDED))
        except ValueError:
            return Status("stopped", 0, read_exit_note(self.folder))

    def go(self) -> None:
        """Measure it, or what of it is not measured yet.

        Raises
        ------
        InputError
            If it is another visitor's, or cannot be measured here.
        """
        self._check_own()
        self.asked.check()
        with as_input_error(NOT_WRITTEN):
            if is_locked(self.folder / WORKER):
                return
            with locked(self.folder / WORKER) as lock:
                (self.folder / ENDED).unlink(missing_ok=True)
                reserve_note(lock)
                worker = process.start(
                    "comparison", [str(self.folder), str(run_queue())],
                    self.folder, self.folder / LOG, lock,
                )  # fmt: skip
                write_worker(lock, worker.pid)
        _processes[:] = [one for one in _processes if one.poll() is None] + [worker]

    def stop(self) -> None:
        """End its process at once; what is measured stays, and it can go on."""
        self._check_own()
        with as_input_error(NOT_WRITTEN):
            process.kill(self.folder, os.killpg)

    def _check_own(self) -> None:
        if not self.own:
            raise InputError(
                "This comparison belongs to someone else: it can be looked at, not changed."
            )


class Jobs:
    """One visitor's comparisons.

    Parameters
    ----------
    owner : str
        The name of the visitor's folder.

    Raises
    ------
    ValueError
        If it is no such name.
    """

    def __init__(self, owner: str) -> None:
        self.folder = visitor_folder("comparisons", owner)

    def all(self) -> list[Job]:
        """Return the comparisons, the newest first."""
        paths = [path for path in folders_in(self.folder) if has_file(path, ASKED)]
        found = [Job(path, own=True) for path in paths]
        return sorted(found, key=_made, reverse=True)

    def start(self, asked: Asked) -> Job:
        """Measure peers; of those that were measured before, the newest are kept.

        Raises
        ------
        InputError
            If it cannot be measured, or another of this visitor's is being measured.
        """
        asked.check()
        before = self.all()
        if any(job.status.active for job in before):
            raise InputError("One comparison at a time: stop the other first, or wait.")
        job = Job(self.folder / secrets.token_hex(10), own=True)
        with as_input_error(NOT_WRITTEN):
            job.folder.mkdir(parents=True)
            write_json(job.folder / ASKED, {**asdict(asked), "made": time.time()})
        job.go()
        for old in before[MAX_KEPT - 1 :]:
            shutil.rmtree(old.folder, ignore_errors=True)
        return job

    def find(self, name: str) -> Job:
        """Return the comparison of that name: this visitor's, or another's to look at.

        Raises
        ------
        InputError
            If there is none.
        """
        if found := folder_named(self.folder, name, ASKED):
            return Job(found, own=found.parent == self.folder)
        raise InputError(
            "There is no comparison {name!r} here; it is too old, or the link is not whole.",
            name=name[:40],
        )


def _made(job: Job) -> float:
    try:
        return job.asked.made
    except InputError:
        return 0.0


MAX_EPOCHS, MAX_SEEDS = 200, 5
LIMITS = {"epochs": (0, MAX_EPOCHS), "seeds": (1, MAX_SEEDS)}


@dataclass(frozen=True)
class Asked:
    """What a comparison is to measure.

    Parameters
    ----------
    data : str
        A registered data set, or ``set:ID``.
    peers : tuple of str
        Keys of `PEERS`.
    epochs : int
        Of each network; 0 for as many as the amount of pictures asks for.
    seeds : int
        Trainings of each network.
    made : float
        Seconds since 1970.
    """

    data: str
    peers: tuple[str, ...]
    epochs: int
    seeds: int
    made: float = 0.0

    @property
    def all_peers(self) -> list[str]:
        """The peers, and those whose training time they are given, in the order of the table."""
        wanted = {*self.peers, *(PEERS[name].time_of for name in self.peers if name in PEERS)}
        return [name for name in PEERS if name in wanted]

    def check(self) -> None:
        """See that it can be measured.

        Raises
        ------
        InputError
            If it cannot.
        """
        if not offered(self.data):
            raise InputError("There is no data set {name!r} here.", name=self.data[:40])
        if not self.peers or any(name not in PEERS for name in self.peers):
            raise InputError("Choose at least one peer.")
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise InputError(
                    "{field} = {value!r}: a whole number from {low} to {high} is needed.",
                    field=name, value=value, low=least, high=most,
                )  # fmt: skip


@dataclass(frozen=True)
class Status:
    """What a comparison is doing: "queued", "running", "done", "stopped" or "failed".

    Parameters
    ----------
    status : str
    place : int
        In the queue.
    message : str
        What went wrong, a gettext key.
    values : dict
        Of its placeholders.
    """

    status: str
    place: int = 0
    message: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether a process waits or measures."""
        return self.status in ("queued", "running")
