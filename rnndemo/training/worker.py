"""The process of a run: ``python -m rnndemo.training.worker FOLDER QUEUE PLACE LOCK [TICKET]``.

FOLDER is the run's, QUEUE the folder of tickets, PLACE the first byte to read in
``controls.jsonl``, LOCK the descriptor of the run's lock file: the process that starts the worker
takes the lock and hands it over, so that a run never has two workers. TICKET is the descriptor of
the ticket that gives the run its turn. Without a turn the worker does only what needs none; for all
else it leaves a ticket in the queue, and ends. The worker is a session of its own, so that it
outlives the server that started it. It imports nothing heavy before its turn.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from rnndemo.errors import N_
from rnndemo.jobs.machine import cores
from rnndemo.jobs.process import report_failure, write_exit_note, write_worker
from rnndemo.jobs.queue import Start, Turn, advance, store
from rnndemo.jobs.rest import Rest
from rnndemo.storage.limits import RUN_SECONDS, limit
from rnndemo.storage.locks import locked
from rnndemo.storage.log import Event, EventReader
from rnndemo.storage.names import ASKING, CONTROLS
from rnndemo.training.requests import DISMISSALS, VALUES
from rnndemo.training.state import FULL, TESTED, change_state, mark_failed, read_state

PAUSE_TIMEOUT = 60.0  # seconds that a worker stays paused, ready to go on at once, before it ends

SIMPLE = ("go", "hold", *DISMISSALS)  # after these, a dismissed run has nothing left to do
ENDED = N_("The training stopped with an unexpected error: {error}. See its log for details.")


class Dismissed(Exception):
    """A person paused or stopped the run while it waited."""


class Waits(Protocol):
    """A turn to train, such as `rnndemo.jobs.queue.Turn`."""

    def place(self) -> int:
        """Return 0 when the run may train, else its place among those that wait, from 1."""

    def give_back(self) -> None:
        """Let another run train."""


Place = TypeVar("Place", bound=Waits)
# trains the run in a folder, given its controls, its turn, and its first requests
Train = Callable[[Path, EventReader, Place, list[Event]], None]


def work(
    arguments: list[str],
    turn_of: Callable[[Path, Path, int | None], Place],
    train: Train[Place],
    wait: Callable[[int], None] | None = None,
) -> int:
    """Work on the run until it ends, waits, or there are no requests; return the exit status.

    Parameters
    ----------
    turn_of : callable
        Returns the run's turn, given the queue, the run's folder, and the ticket if there is one.
    train : callable
        Called when it is the run's turn.
    wait : callable, optional
        Waits in this process, given the run's place, before the place is looked at again.
    """
    folder, queue = Path(arguments[0]), Path(arguments[1])
    place, lock = int(arguments[2]), int(arguments[3])
    ticket = int(arguments[4]) if len(arguments) > 4 else None
    os.set_inheritable(lock, False)
    write_worker(lock, os.getpid())
    controls = EventReader(folder / CONTROLS, place)
    while True:
        turn, ticket = turn_of(queue, folder, ticket), None
        first = _work(folder, turn, controls, lock, train, wait)
        with suppress(FileNotFoundError), locked(folder / ASKING):
            if controls.waiting():
                controls.place = first
                continue
            if first < controls.place:
                store(queue, Start("run", folder, (str(queue), str(first))))
            os.close(lock)  # while nobody can write a request: none stays unread
        advance(queue)
        return 0


def _work(
    folder: Path,
    turn: Place,
    controls: EventReader,
    lock: int,
    train: Train[Place],
    wait: Callable[[int], None] | None,
) -> int:
    """Follow requests; return where those begin that wait for a turn, the end if none do."""
    first = controls.place
    try:
        reporting = report_failure(folder, lock, FULL, ENDED, partial(mark_failed, folder))
        with reporting, suppress(Dismissed):
            requests = _wait(folder, turn, controls, wait)
            if requests is None:
                return first
            if requests:
                write_exit_note(lock, "")
                train(folder, controls, turn, requests)
    finally:
        turn.give_back()
    return controls.place


def _wait(
    folder: Path, turn: Waits, controls: EventReader, wait: Callable[[int], None] | None
) -> list[Event] | None:
    """Return the run's first requests when it is its turn, None if it is not.

    It raises `Dismissed` if a person paused or stopped the run meanwhile.
    """
    requests: list[Event] = []
    while True:
        for request in controls.new():
            if request["kind"] not in VALUES:
                continue
            requests.append(request)
            if request["kind"] in DISMISSALS:
                _dismiss(folder, requests)
                return requests  # what is left to do costs little: it need not wait
        place = turn.place() if requests else 0
        if not place:
            return requests
        if read_state(folder).status != "queued":
            change_state(folder, status="queued", doing="", message="", values={}, where="")
        if wait is None:
            return None
        wait(place)


def _dismiss(folder: Path, requests: list[Event]) -> None:
    """Pause or stop a waiting run and raise `Dismissed`, unless it needs a test or another rate."""
    state, last = read_state(folder), requests[-1]["kind"]
    if any(request["kind"] not in SIMPLE for request in requests):
        return
    if not state.active and (last == "pause" or state.status in TESTED):
        raise Dismissed  # too late: the run has ended meanwhile
    if last == "pause" or state.step == 0:
        change_state(folder, status=DISMISSALS[last], doing="", message="", values={})
        raise Dismissed


def train_here(folder: Path, controls: EventReader, turn: Turn, requests: list[Event]) -> None:
    """Train the run in this process."""
    change_state(folder, status="running", doing="preparing", message="", values={}, where="")
    import torch

    from rnndemo.data.load import data_of
    from rnndemo.training.demand.estimate import sizes_of
    from rnndemo.training.demand.room import bounded_memory, check_room
    from rnndemo.training.engine import Engine
    from rnndemo.training.folder import load_config
    from rnndemo.training.tasks import task_of

    torch.set_num_threads(1)
    config = load_config(folder)
    data = data_of(config)
    task_of(config).check(config, data)
    check_room(config, folder, sizes_of(data))
    with bounded_memory(config, sizes_of(data)):
        rest = Rest(turn.folder)
        engine = Engine(folder, data, controls, turn, most_seconds=limit(RUN_SECONDS), rest=rest)
        if cores() > 1:
            engine.trainer.use_helper()
        try:
            engine.run(requests, PAUSE_TIMEOUT)
        finally:
            rest.leave()


def main(arguments: list[str]) -> int:
    """Work on the run on this machine; return the exit status."""
    return work(arguments, turn_here, train_here)


def turn_here(queue: Path, folder: Path, ticket: int | None) -> Turn:
    """Return the turn of the run in `folder` to train on this machine."""
    return Turn(queue, folder.name, visitor=folder.parent.name, given=ticket)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
