"""One run as pages see it: what it is doing, and what can be asked of it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import N_, InputError
from rnndemo.files import (
    folders_in,
    holds,
    home,
    in_words,
    locked,
    read_json,
    read_known,
    write_json,
)
from rnndemo.training import cluster, detached
from rnndemo.training.events import CONTROLS, EventLog
from rnndemo.training.queue import is_locked, place_of_run
from rnndemo.training.state import (
    ASKING,
    WORKER,
    State,
    make_room,
    read_state,
    write_state,
    write_worker,
)
from rnndemo.training.wishes import values_of

MOST_ACTIVE = 4  # of one visitor
ABOUT, CONFIG, LOG = "about.json", "config.json", "worker.log"
MOST_NAME, MOST_NOTES = 60, 2000  # letters

ENDED = ("stopped", "done")

NOT_WRITTEN = N_("The run could not be written ({reason}); make room in the data folder.")

# what works on a run: where there is no cluster, and where there is one
WORKERS = "rnndemo.training.worker", "rnndemo.sweeps.launcher"

_workers: list[subprocess.Popen[bytes]] = []  # so that those that ended are seen off


@dataclass(frozen=True)
class Run:
    """A run in the data folder.

    Parameters
    ----------
    folder : Path
    own : bool
        Whether it may be steered and changed, or only looked at.
    """

    folder: Path
    own: bool = False

    @property
    def name(self) -> str:
        """The run's random name, part of links to it."""
        return self.folder.name

    @property
    def config(self) -> RunConfig:
        """What it is trained by; an `InputError` where that cannot be read."""
        return codec.from_json(read_json(self.folder / CONFIG))

    @property
    def state(self) -> State:
        """What it is doing; an `InputError` where that cannot be read."""
        return read_state(self.folder)

    @property
    def place(self) -> int:
        """Its place in the queue, 0 where it need not wait."""
        return place_of_run(run_queue(), self.name)

    @property
    def about(self) -> dict[str, Any]:
        """Title, notes, and when it was made (seconds since 1970), as far as they can be read."""
        return read_known(self.folder / ABOUT, {"title": "", "notes": "", "made": 0.0})

    def describe(self, title: str, notes: str) -> None:
        """Give it a title and notes."""
        self._check_own()
        about = {"title": title.strip()[:MOST_NAME], "notes": notes[:MOST_NOTES]}
        with in_words(NOT_WRITTEN):
            write_json(self.folder / ABOUT, {**self.about, **about})

    def ask(self, kind: str, **content: Any) -> None:
        """Ask the run for something: pause, go, stop, lr, epochs; wake a worker if it has none.

        Parameters
        ----------
        kind : str
            See `rnndemo.training.wishes`.
        **content
            The values of the wish.

        Raises
        ------
        InputError
            If it is another visitor's, a value is out of range, or its folder cannot be read or
            written.
        """
        self._check_own()
        values_of(self.config, {"kind": kind, **content})
        self._check_room()
        with in_words(NOT_WRITTEN), locked(self.folder / ASKING):
            works = is_locked(self.folder / WORKER)
            if not works and (kind == "pause" or (kind == "stop" and self.state.status in ENDED)):
                return
            place = self._write_wish(kind, content)
            if not works:
                with locked(self.folder / WORKER) as lock:
                    self._spawn(place, lock)

    def _write_wish(self, kind: str, content: dict[str, Any]) -> int:
        """Write a wish down; return the first byte that a worker must read to find it."""
        path = self.folder / CONTROLS
        place = path.stat().st_size if path.exists() else 0
        log = EventLog(path)
        try:
            log.write(kind, **content)
        finally:
            log.close()
        return place

    def _check_own(self) -> None:
        if not self.own:
            raise InputError("This run belongs to someone else: it can be looked at, not changed.")

    def _spawn(self, place: int, lock: int) -> None:
        """Start a worker that reads wishes from byte `place` on, and holds the lock from now on."""
        queued = replace(self.state, status="queued", doing="", message="", values={}, where="")
        write_state(self.folder, queued)
        make_room(lock)  # last: where the disk is full, what the last worker said still holds
        worker = detached.start(
            WORKERS[bool(cluster.scheduler())], [str(self.folder), str(run_queue()), str(place)],
            self.folder, self.folder / LOG, lock,
        )  # fmt: skip
        write_worker(lock, worker.pid)
        _workers[:] = [one for one in _workers if one.poll() is None] + [worker]

    def _check_room(self) -> None:
        others = [run for run in runs_in(self.folder.parent) if run.name != self.name]
        if not self.state.active and sum(_is_active(run) for run in others) >= MOST_ACTIVE:
            raise InputError(
                "{most} of your runs are training or waiting already; pause or stop one first.",
                most=MOST_ACTIVE,
            )

    def kill(self) -> None:
        """End its worker at once, if it has one; the last checkpoint stays."""
        self._check_own()
        with in_words(NOT_WRITTEN), locked(self.folder / ASKING):
            detached.kill(self.folder)


def runs_in(folder: Path) -> list[Run]:
    """Return the runs of the visitor whose folder it is."""
    return [Run(path, own=True) for path in folders_in(folder) if holds(path, CONFIG)]


def _is_active(run: Run) -> bool:
    try:
        return run.state.active
    except InputError:
        return False


def run_queue() -> Path:
    """Return the folder of the tickets of all that train on this machine."""
    return home() / "queue"
