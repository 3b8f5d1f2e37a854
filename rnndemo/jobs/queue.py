"""The queue of trainings: as many at once as the machine can bear; visitors take turns.

A job that waits has no process: its ticket (`rnndemo.jobs.tickets`) says which one to start.
`advance` starts those whose turn it is. It is called by whoever draws or gives back a ticket; in
case that one is killed, each process with a turn and the server `watch` the queue as well. A
process that must wait with what it has loaded (a study for its trials, a run for a cluster) holds a
ticket too, and asks for its place.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rnndemo.jobs import process
from rnndemo.jobs.machine import slots
from rnndemo.jobs.tickets import (
    STORED,
    TRAINS,
    WAITS,
    Ticket,
    clear,
    number,
    order,
    read_served,
    stored,
    tickets,
    training,
    waiting,
)
from rnndemo.storage.folders import home
from rnndemo.storage.locks import locked
from rnndemo.storage.names import WORKER

DRAWING = ".drawing"  # the lock of who changes the queue
WATCH_SECONDS = 1.0  # between two looks of a watcher
WORKER_TIMEOUT = 0.2  # seconds in which an ending process of the same job must let go of its lock

Most = Callable[[], int]  # returns how many may train at once
_watchers: dict[Path, threading.Thread] = {}


@dataclass(frozen=True)
class Start:
    """The process that a stored ticket stands for.

    Parameters
    ----------
    work : str
        A key of `rnndemo.jobs.process.WORKERS`.
    folder : Path
        The job's; its parent is its visitor's.
    arguments : tuple of str
        Further arguments.
    """

    work: str
    folder: Path
    arguments: tuple[str, ...] = ()


def run_queue() -> Path:
    """Return the folder of the tickets of trainings on this machine."""
    return home() / "queue"


class Turn:
    """A turn to train, of the process that holds it.

    Parameters
    ----------
    folder : Path
        The queue's.
    job : str
        The job's name, so that a page can find its place.
    most : callable, optional
        Returns how many may train at once; by default `slots`.
    visitor : str, optional
        Whose turn it is.
    given : int, optional
        The descriptor of the ticket with which this process was started: it may train.
    """

    def __init__(
        self,
        folder: Path,
        job: str,
        most: Most | None = None,
        visitor: str = "",
        given: int | None = None,
    ) -> None:
        self.folder, self.job, self.most, self.visitor = folder, job, most, visitor
        self.file: int | None = given
        self.ticket: Ticket | None = None
        if given is not None:
            os.set_inheritable(given, False)
            inode = os.fstat(given).st_ino
            for ticket in tickets(folder):  # it may have been renamed since it was given
                with suppress(OSError):
                    if ticket.path.stat().st_ino == inode:
                        self.ticket = replace(ticket, state=TRAINS)
            watch(folder, most, always=True)

    def place(self) -> int:
        """Return 0 if it may train, else its place among those that wait, from 1."""
        if self.file is None:
            self._draw()
        if self.ticket is None or self.ticket.state == TRAINS:  # None: somebody removed it
            return 0
        try:
            with locked(self.folder / DRAWING):
                return self._ask(self.ticket)
        except FileNotFoundError:  # somebody removed the queue: everybody trains
            return 0

    def _draw(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{self.job}.{os.getpid()}"
        file = os.open(fresh, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)  # before others see it, and would remove it
        self.ticket, self.file = _drawn(fresh, self.visitor, self.job, WAITS), file

    def _ask(self, mine: Ticket) -> int:
        """Return its place, and take its turn if that is 0; the queue is locked."""
        known = clear(self.folder)
        if mine not in known:  # somebody removed it
            return 0
        found = _place(mine, known, self.most)
        if not found:
            self.ticket = _trains(mine)
        return found

    def give_back(self) -> None:
        """Let another job train."""
        if self.file is None:
            return
        with suppress(OSError), locked(self.folder / DRAWING):
            if self.ticket is not None:
                clear(self.folder, self.ticket)
        os.close(self.file)
        self.file = self.ticket = None
        advance(self.folder, self.most)


def enqueue(folder: Path, start: Start, most: Most | None = None) -> None:
    """Start the process of a job when it is its turn, which may be at once.

    Raises
    ------
    OSError
        If its ticket cannot be written, or its process cannot be started; then it does not wait.
    """
    ticket = store(folder, start)
    try:
        with locked(folder / DRAWING):
            _advance(folder, most, start.folder.name)
    except OSError:
        ticket.path.unlink(missing_ok=True)
        raise


def store(folder: Path, start: Start) -> Ticket:
    """Write a ticket for a process that does not exist yet; raises as `enqueue` does."""
    visitor, job = start.folder.parent.name, start.folder.name
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{job}.{os.getpid()}"
    content = {"work": start.work, "folder": str(start.folder), "arguments": start.arguments}
    fresh.write_text(json.dumps(content))
    return _drawn(fresh, visitor, job, STORED)


def _drawn(fresh: Path, visitor: str, job: str, state: str) -> Ticket:
    """Rename a new ticket into place; return it."""
    folder = fresh.parent
    with locked(folder / DRAWING):  # so that tickets appear in the order of their numbers
        drawn = number(clear(folder), read_served(folder))
        ticket = Ticket(folder, drawn, visitor, job, state)
        fresh.rename(ticket.path)
    return ticket


def advance(folder: Path, most: Most | None = None) -> None:
    """Start the processes of the stored tickets whose turn it is."""
    if not waiting(folder) or training(folder) >= (most or slots)():
        return  # the usual case, and cheap
    with suppress(OSError), locked(folder / DRAWING):
        _advance(folder, most)


def _advance(folder: Path, most: Most | None, asker: str = "") -> None:
    """Do the work of `advance`; the queue is locked.

    It raises an `OSError` if the process of the job `asker` cannot be started.
    """
    known = clear(folder)
    free = (most or slots)() - sum(ticket.state == TRAINS for ticket in known)
    for ticket in order(known, read_served(folder)):
        if free < 1:
            break
        try:
            if ticket.state == WAITS or _start(ticket):  # the former takes its turn itself
                free -= 1
        except OSError:  # a full disk, no memory for a process
            if ticket.job == asker:
                raise
            # else it is tried again


def _start(ticket: Ticket) -> bool:
    """Start the process of a stored ticket; return whether there was anything to start.

    It raises an `OSError` if it cannot be started.
    """
    start = _read(ticket)
    if start is None:
        ticket.path.unlink(missing_ok=True)
        return False
    file = os.open(ticket.path, os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with locked(start.folder / WORKER, WORKER_TIMEOUT) as lock:
            process.reserve_note(lock)
            began = process.start(start.work, start.folder, lock, *start.arguments, ticket=file)
            process.write_worker(lock, began)
    except BlockingIOError:
        pass  # who started its process was killed before it could say so
    finally:
        os.close(file)
    with suppress(OSError):  # its process may have ended already
        _trains(ticket)
    return True


def _read(ticket: Ticket) -> Start | None:
    """Return what a stored ticket says; None where that is damaged, or its job is gone.

    It raises an `OSError` where it cannot be read for now, as with too many open files.
    """
    try:
        content = json.loads(ticket.path.read_text())
        start = Start(content["work"], Path(content["folder"]), tuple(content["arguments"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return start if start.work in process.WORKERS and start.folder.is_dir() else None


def _trains(ticket: Ticket) -> Ticket:
    """Note that it is a ticket's turn; return the ticket as it is then."""
    served = replace(ticket, state=TRAINS)
    ticket.path.rename(served.path)
    return served


def take(folder: Path, job: str) -> Start | None:
    """Take the stored ticket of a job out of the queue; return what it says, None without one.

    Raises
    ------
    OSError
        If it cannot be read or removed; then it stays.
    """
    if not stored(folder, job):
        return None
    with locked(folder / DRAWING):
        found = [(ticket, _read(ticket)) for ticket in stored(folder, job)]
        for ticket, _ in found:
            ticket.path.unlink(missing_ok=True)
    return next((start for _, start in found if start is not None), None)


def waits(folder: Path, job: str) -> bool:
    """Return whether a job waits for its turn without a process."""
    return bool(stored(folder, job))


def place_of_run(folder: Path, job: str, most: Most | None = None) -> int:
    """Return the place of a job's ticket, 0 if it may train or has none."""
    known = tickets(folder)
    mine = [ticket for ticket in known if ticket.job == job and ticket.state != TRAINS]
    return _place(mine[0], known, most) if mine else 0


def _place(mine: Ticket, known: list[Ticket], most: Most | None) -> int:
    free = (most or slots)() - sum(ticket.state == TRAINS for ticket in known)
    return max(0, order(known, read_served(mine.folder)).index(mine) + 1 - max(0, free))


def count(folder: Path) -> int:
    """Return how many jobs train or wait."""
    return len(tickets(folder))


def watch(folder: Path, most: Most | None = None, always: bool = False) -> None:
    """Let a thread of this process `advance` the queue, in case that nobody else does.

    Parameters
    ----------
    always : bool, default False
        As long as this process lives; else only while there are stored tickets.
    """
    watcher = _watchers.get(folder)
    if (watcher is None or not watcher.is_alive()) and (always or waiting(folder)):
        _watchers[folder] = threading.Thread(
            target=_watch, args=(folder, most, always), name="queue", daemon=True
        )
        _watchers[folder].start()


def _watch(folder: Path, most: Most | None, always: bool) -> None:
    while always or waiting(folder):
        advance(folder, most)
        time.sleep(WATCH_SECONDS)
