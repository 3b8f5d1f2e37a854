"""Comparisons that visitors measure here: start, find, stop.

Each is a folder of its visitor, with a random name. Whoever knows the name may look at it; only its
visitor may stop it or let it go on. One process measures it (`rnndemo.comparison.job`), which waits
for its turn like a training.

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
from dataclasses import asdict, dataclass
from pathlib import Path

from rnndemo.comparison.asked import Asked, Status
from rnndemo.errors import N_, InputError
from rnndemo.files import (
    folder_named,
    folders_in,
    holds,
    in_words,
    locked,
    read_json,
    visitor_folder,
    write_json,
)
from rnndemo.training import detached
from rnndemo.training.queue import is_locked, place_of_run
from rnndemo.training.run import LOG, run_queue
from rnndemo.training.state import WORKER, make_room, read_last_words, write_worker

ASKED, ENDED = "asked.json", "ended.json"
MOST_KEPT = 10  # of one visitor
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
        content = read_json(self.folder / ASKED)
        try:
            asked = Asked(**{**content, "peers": tuple(map(str, content["peers"]))})
            if not (isinstance(asked.data, str) and type(asked.epochs) is type(asked.seeds) is int):
                raise ValueError("another kind")
        except (KeyError, TypeError, ValueError):
            raise InputError(
                "{file} cannot be read: it is missing or damaged.", file=ASKED
            ) from None
        return asked

    @property
    def status(self) -> Status:
        """What it is doing."""
        if is_locked(self.folder / WORKER):
            place = place_of_run(run_queue(), self.name)
            return Status("queued" if place else "running", place)
        try:
            content = read_json(self.folder / ENDED)
            return Status(str(content["status"]), 0, str(content["message"]), content["values"])
        except (InputError, KeyError, TypeError):
            return Status("stopped", 0, read_last_words(self.folder))

    def go(self) -> None:
        """Measure it, or what of it is not measured yet.

        Raises
        ------
        InputError
            If it is another visitor's, or cannot be measured here.
        """
        self._check_own()
        self.asked.check()
        with in_words(NOT_WRITTEN):
            if is_locked(self.folder / WORKER):
                return
            with locked(self.folder / WORKER) as lock:
                (self.folder / ENDED).unlink(missing_ok=True)
                make_room(lock)
                process = detached.start(
                    "rnndemo.comparison.job", [str(self.folder), str(run_queue())],
                    self.folder, self.folder / LOG, lock,
                )  # fmt: skip
                write_worker(lock, process.pid)
        _processes[:] = [one for one in _processes if one.poll() is None] + [process]

    def stop(self) -> None:
        """End its process at once; what is measured stays, and it can go on."""
        self._check_own()
        with in_words(NOT_WRITTEN):
            detached.kill(self.folder, os.killpg)

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
        paths = [path for path in folders_in(self.folder) if holds(path, ASKED)]
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
        with in_words(NOT_WRITTEN):
            job.folder.mkdir(parents=True)
            write_json(job.folder / ASKED, {**asdict(asked), "made": time.time()})
        job.go()
        for old in before[MOST_KEPT - 1 :]:
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
