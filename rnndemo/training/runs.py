"""Runs as pages see them: start, find, list, delete and undelete; look at one and steer it.

Every visitor has a folder of runs (`rnndemo.storage.shelf`); `rnndemo.training.folder` lists what
the folder of a run holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rnndemo.config import DATA_SETS, RunConfig, room_in_batch
from rnndemo.data.load import data_of, offered
from rnndemo.data.scenes.data import reads_scenes
from rnndemo.errors import N_, InputError
from rnndemo.evaluation.cards import own_digest
from rnndemo.jobs import cluster
from rnndemo.jobs.job import Job
from rnndemo.jobs.queue import take
from rnndemo.storage.files import write_bytes
from rnndemo.storage.folders import folders_with
from rnndemo.storage.limits import RUN_SECONDS, limit
from rnndemo.storage.log import EventLog
from rnndemo.storage.names import CARD, CHECKPOINT, CONFIG, CONTROLS, EVENTS, REPORT, STATE, WEIGHTS
from rnndemo.storage.shelf import ShelfWithTrash
from rnndemo.training.demand.room import check_room
from rnndemo.training.folder import check_checkpoint, check_same_data, load_config, make_run
from rnndemo.training.requests import DISMISSALS, GOES_ON, values_of
from rnndemo.training.state import OVER, TESTED, RunState, change_state, read_state, write_state
from rnndemo.training.tasks.base import Finished

MAX_RUNS = 200  # of one visitor
MAX_ACTIVE = 4  # of one visitor
MAX_NOTES = 2000  # characters
# last the file that makes it a run
COPIED = (STATE, EVENTS, CHECKPOINT, REPORT, CARD, WEIGHTS, CONFIG)


class Run(Job):
    """A run in the data folder."""

    texts = ("title", "notes", "beside")  # the last: the name of the run it is compared with
    not_own = N_("This run belongs to someone else: you can look at it, but not change it.")
    not_written = N_("The run could not be written ({reason}); {hint}.")

    @property
    def config(self) -> RunConfig:
        """Its configuration; an `InputError` if that cannot be read."""
        return load_config(self.folder)

    @property
    def state(self) -> RunState:
        """What it is doing; an `InputError` if that cannot be read."""
        return read_state(self.folder)

    def describe(self, title: str, notes: str = "", **more: Any) -> None:
        """Give it a title and notes."""
        super().describe(title, notes=notes[:MAX_NOTES], **more)

    def ask(self, kind: str, **content: Any) -> None:
        """Send the run a request, such as pause or go; start a worker if it has none.

        Parameters
        ----------
        kind : str
            See `rnndemo.training.requests`.
        **content
            The values of the request.

        Raises
        ------
        InputError
            If it is another visitor's, a value is out of range, its checkpoint is missing, its
            data are gone or have changed, or its folder cannot be read or written.
        """
        self.check_own()
        values_of(self.config, {"kind": kind, **content})
        self._check_active()
        if kind in GOES_ON:
            check_seconds(self.state)
            check_sources(self.config)  # an earlier version let a link name any path
        with self._locked():
            active = self.running
            if not active and (kind == "pause" or (kind == "stop" and self.state.status in TESTED)):
                return
            if not active:
                check_checkpoint(self.folder)
                check_same_data(self.folder, lambda: own_digest(data_of(self.config)))
            place = self._write_request(kind, content)
            if not active and cluster.scheduler():
                self._start_worker("run on a cluster", self.queue, place)
            elif not active:
                self._enqueue("run", self.queue, place)
            elif kind in DISMISSALS and (waiting := take(self.queue, self.name)):
                self._start_worker(waiting.work, *waiting.arguments)  # needs no turn for that

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Keep the run from going on, so that what it has written can be changed.

        Raises
        ------
        InputError
            If it is at work, or waits for its turn; or its folder cannot be written.
        """
        with self._locked():
            if self.running or self.state.active:
                raise InputError("This run is still training; wait until it has ended, or stop it.")
            yield

    def _check_active(self) -> None:
        if self.state.active:
            return
        self.check_queue()
        others = [path for path in folders_with(self.folder.parent, CONFIG) if path != self.folder]
        if sum(map(_is_active, others)) >= MAX_ACTIVE:
            raise InputError(
                "{most} of your runs are already training or waiting; pause or stop one first.",
                most=MAX_ACTIVE,
            )

    def _write_request(self, kind: str, content: dict[str, Any]) -> int:
        """Write a request; return the first byte that a worker must read to find it."""
        path = self.folder / CONTROLS
        place = path.stat().st_size if path.exists() else 0
        log = EventLog(path)
        try:
            log.write(kind, **content)
        finally:
            log.close()
        return place

    def _mark_resumed(self) -> None:
        change_state(self.folder, status="queued", doing="", message="", values={}, where="")


class Runs(ShelfWithTrash[Run]):
    """One visitor's runs."""

    thing = Run
    kind, trash_kind, mark = "runs", "trash", CONFIG
    limit = MAX_RUNS
    missing = N_("The run of this link is not here: it was deleted, or the link is incomplete.")
    not_written = Run.not_written
    full = N_("You can keep up to {most} runs. Delete some first.")
    too_late = N_("This run cannot be restored: it was deleted too long ago.")

    def start(
        self, config: RunConfig, title: str = "", paused: bool = False, begin: bytes = b""
    ) -> Run:
        """Start a run, or with `paused` hold it before its first step.

        Parameters
        ----------
        begin : bytes, optional
            Its first checkpoint, see `make_run`.

        Raises
        ------
        InputError
            If the configuration cannot be used here, or too many runs are active or stored.
        """
        check_sources(config)
        room_in_batch(config)
        check_room(config, self.folder)
        self.check_room()
        with self._new_folder() as folder:
            run = Run(folder, own=True)
            make_run(folder, config, begin)
            run.describe(title, made=time.time())
            run.ask("hold" if paused else "go")
        return run

    def add(
        self,
        config: RunConfig,
        title: str,
        begin: bytes,
        steps: int,
        finish: Callable[[Path], Finished],
    ) -> Run:
        """Add a run that is tested as it begins; going on with it trains it.

        Parameters
        ----------
        begin : bytes
            Its first checkpoint, see `make_run`.
        steps : int
            That a training of it would make.
        finish : callable
            Writes its model into its folder, and returns what testing it has shown.

        Raises
        ------
        InputError
            If too many runs are stored, or it cannot be written.
        """
        check_sources(config)
        self.check_room()
        with self._new_folder() as folder:
            make_run(folder, config, begin)
            run = Run(folder, own=True)
            run.describe(title, made=time.time())
            tested = finish(folder)
            low, high = tested.interval
            state = RunState(
                "stopped", steps=steps, test_accuracy=tested.accuracy, test_low=low,
                test_high=high, test_size=tested.size,
            )  # fmt: skip
            write_state(folder, state)
        return run

    def copy(self, folder: Path, title: str) -> Run:
        """Copy the run in `folder`, of any visitor; return the copy, which is this visitor's.

        Raises
        ------
        InputError
            If too many runs are stored, or it cannot be written.
        """
        self.check_room()
        with self._new_folder() as fresh:
            fresh.mkdir(parents=True)
            run = Run(fresh, own=True)
            run.describe(title, made=time.time())
            for file in COPIED:
                if (folder / file).is_file():
                    write_bytes(fresh / file, (folder / file).read_bytes())
        return run

    def delete(self, name: str) -> None:
        """Kill a run's worker, and move the run into the trash."""
        self.find(name).kill()
        super().delete(name)


def check_seconds(state: RunState) -> None:
    """Raise an `InputError` if a run has trained for as long as the server allows."""
    most = limit(RUN_SECONDS)
    if most and state.seconds >= most:
        raise InputError(OVER, minutes=round(most / 60, 1))


def check_sources(config: RunConfig) -> None:
    """Raise an `InputError` unless a page may train on all data that `config` reads."""
    check_data(config.data.name)
    if reads_scenes(config):
        check_data(config.scenes.glyphs)


def check_data(name: str) -> None:
    """Raise an `InputError` unless a page may train on the data set `name`."""
    if not offered(name):
        raise InputError(
            "There is no data set named {name!r}; choose one of {known}.",
            name=name[:40], known=", ".join(DATA_SETS),
        )  # fmt: skip


def _is_active(folder: Path) -> bool:
    try:
        return read_state(folder).active
    except InputError:
        return False
