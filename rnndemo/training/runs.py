"""Runs as pages see them: start, find, list, delete and undelete.

Every browser's visitor has a folder of runs. Whoever knows a run's name may look at it, since the
name is a long random one; only its visitor may steer, change or delete it. Names are checked before
they become paths.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from rnndemo import codec
from rnndemo.config import DATA_SETS, RunConfig, room_in_batch
from rnndemo.data.load import offered
from rnndemo.errors import N_, InputError
from rnndemo.jobs import cluster, process
from rnndemo.jobs.process import reserve_note, write_worker
from rnndemo.jobs.queue import place_of_run, run_queue
from rnndemo.storage.files import as_input_error, read_json, read_known, write_json
from rnndemo.storage.folders import (
    folder_named,
    folders_in,
    has_file,
    in_trash,
    move_to_trash,
    visitor_folder,
)
from rnndemo.storage.locks import is_locked, locked
from rnndemo.storage.log import EventLog
from rnndemo.storage.names import ABOUT, ASKING, CONFIG, CONTROLS, LOG, WORKER
from rnndemo.training.folder import make_run
from rnndemo.training.requests import values_of
from rnndemo.training.state import RunState, read_state, write_state

MAX_RUNS = 200  # of one visitor


class Visitor:
    """One browser's runs.

    Parameters
    ----------
    owner : str
        The name of the visitor's folder, from `owner_of`.

    Raises
    ------
    ValueError
        If it is no such name.
    """

    def __init__(self, owner: str) -> None:
        self.folder, self.trash = visitor_folder("runs", owner), visitor_folder("trash", owner)

    def start(self, config: RunConfig, title: str = "", paused: bool = False) -> Run:
        """Start a run, or with `paused` hold it before its first step.

        Raises
        ------
        InputError
            If the configuration cannot be used here, or too many runs are active or kept.
        """
        if not offered(config.data.name):
            raise InputError(
                "There is no data set named {name!r}; there are {known}.",
                name=config.data.name, known=", ".join(DATA_SETS),
            )  # fmt: skip
        room_in_batch(config)
        if len(self.runs()) >= MAX_RUNS:
            raise InputError(
                "You have {most} runs, and that is as many as are kept; delete some first.",
                most=MAX_RUNS,
            )
        run = Run(self.folder / secrets.token_hex(10), own=True)
        try:
            about = {"title": title.strip()[:MAX_NAME], "notes": "", "made": time.time()}
            with as_input_error(NOT_WRITTEN):
                make_run(run.folder, config)
                write_json(run.folder / ABOUT, about)
            run.ask("hold" if paused else "go")
        except InputError:
            shutil.rmtree(run.folder, ignore_errors=True)
            raise
        return run

    def runs(self) -> list[Run]:
        """Return the runs, the newest first."""
        return sorted(runs_in(self.folder), key=lambda run: run.about["made"], reverse=True)

    def delete(self, name: str) -> None:
        """Put a run into the trash, where `undelete` finds it for a day; end its worker."""
        run = self.find(name)
        run.kill()
        with as_input_error(NOT_WRITTEN):
            move_to_trash(run.folder, self.trash)

    def undelete(self, name: str) -> Run:
        """Bring a deleted run back.

        Raises
        ------
        InputError
            If it is not in the trash any more.
        """
        if not in_trash(name, self.trash):
            raise InputError("This run cannot be brought back: it was deleted too long ago.")
        with as_input_error(NOT_WRITTEN):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.trash / name).rename(self.folder / name)
        return Run(self.folder / name, own=True)

    def find(self, name: str) -> Run:
        """Return the run of that name: this visitor's, or another's to look at.

        Raises
        ------
        InputError
            If there is none.
        """
        if found := folder_named(self.folder, name, CONFIG):
            return Run(found, own=found.parent == self.folder)
        raise InputError(
            "There is no run {name!r} here; it was deleted, or the link is not whole.",
            name=name[:40],
        )


def owner_of(token: str) -> str:
    """Return the name of a visitor's folder; who can list folders does not learn the token."""
    return sha256(token.encode()).hexdigest()[:20]


MAX_ACTIVE = 4  # of one visitor
MAX_NAME, MAX_NOTES = 60, 2000  # letters

ENDED = ("stopped", "done")

NOT_WRITTEN = N_("The run could not be written ({reason}); make room in the data folder.")


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
    def state(self) -> RunState:
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
        about = {"title": title.strip()[:MAX_NAME], "notes": notes[:MAX_NOTES]}
        with as_input_error(NOT_WRITTEN):
            write_json(self.folder / ABOUT, {**self.about, **about})

    def ask(self, kind: str, **content: Any) -> None:
        """Ask the run for something: pause, go, stop, lr, epochs; wake a worker if it has none.

        Parameters
        ----------
        kind : str
            See `rnndemo.training.requests`.
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
        with as_input_error(NOT_WRITTEN), locked(self.folder / ASKING):
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
        reserve_note(lock)  # last: where the disk is full, what the last worker said still holds
        worker = process.start(
            "run on a cluster" if cluster.scheduler() else "run",
            [str(self.folder), str(run_queue()), str(place)],
            self.folder, self.folder / LOG, lock,
        )  # fmt: skip
        write_worker(lock, worker.pid)
        _workers[:] = [one for one in _workers if one.poll() is None] + [worker]

    def _check_room(self) -> None:
        others = [run for run in runs_in(self.folder.parent) if run.name != self.name]
        if not self.state.active and sum(_is_active(run) for run in others) >= MAX_ACTIVE:
            raise InputError(
                "{most} of your runs are training or waiting already; pause or stop one first.",
                most=MAX_ACTIVE,
            )

    def kill(self) -> None:
        """End its worker at once, if it has one; the last checkpoint stays."""
        self._check_own()
        with as_input_error(NOT_WRITTEN), locked(self.folder / ASKING):
            process.kill(self.folder)


def runs_in(folder: Path) -> list[Run]:
    """Return the runs of the visitor whose folder it is."""
    return [Run(path, own=True) for path in folders_in(folder) if has_file(path, CONFIG)]


def _is_active(run: Run) -> bool:
    try:
        return run.state.active
    except InputError:
        return False
