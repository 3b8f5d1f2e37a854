"""The process of a run: ``python -m rnndemo.training.worker FOLDER QUEUE PLACE LOCK``.

FOLDER is the run's, QUEUE the folder of tickets, PLACE the first byte of ``controls.jsonl`` that
this worker is to read, LOCK the descriptor of the run's lock file: whoever started the worker holds
the lock and hands it over, so there is no moment at which a run could get two. It belongs to a
session of its own, so that it outlives the server that started it. While it waits in the queue it
has imported nothing heavy.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from rnndemo.errors import N_, InputError
from rnndemo.jobs.process import report_failure, write_exit_note, write_worker
from rnndemo.jobs.queue import Turn
from rnndemo.storage.locks import locked
from rnndemo.storage.log import Event, EventReader
from rnndemo.storage.names import ASKING, CONTROLS
from rnndemo.training.requests import VALUES
from rnndemo.training.state import FULL, read_state, write_state

PAUSE_TIMEOUT = 60.0  # seconds that a paused worker stays, to answer at once
QUEUE_SECONDS = 0.1  # between two looks at the queue

DISMISSALS = {"pause": "paused", "stop": "stopped"}  # request -> status of a run that waits
SIMPLE = ("go", "hold", *DISMISSALS)  # requests that leave nothing to do when it is dismissed
ENDED = N_("The training stopped with an unexpected error: {error}. See its log for details.")


class Dismissed(Exception):
    """A person paused or stopped the run while it waited."""


class Waits(Protocol):
    """A turn to train that is waited for: see `rnndemo.jobs.queue.Turn`."""

    def place(self) -> int:
        """Return 0 when the run may train, else its place among those that wait, from 1."""

    def give_back(self) -> None:
        """Let another run train."""


Place = TypeVar("Place", bound=Waits)
# trains the run in a folder, given its controls, its turn, and the requests to begin with
Train = Callable[[Path, EventReader, Place, list[Event]], None]


def work(arguments: list[str], turn_of: Callable[[Path, Path], Place], train: Train[Place]) -> int:
    """Work on the run until it ends, or nobody wants anything of it.

    Parameters
    ----------
    arguments : list of str
        See above.
    turn_of : callable
        Given the queue and the run's folder, returns the run's turn.
    train : callable
        What is done when it is the run's turn.

    Returns
    -------
    int
        The exit status.
    """
    folder, queue = Path(arguments[0]), Path(arguments[1])
    place, lock = int(arguments[2]), int(arguments[3])
    os.set_inheritable(lock, False)
    write_worker(lock, os.getpid())
    controls = EventReader(folder / CONTROLS, place)
    while True:
        _work(folder, turn_of(queue, folder), controls, lock, train)
        with suppress(FileNotFoundError), locked(folder / ASKING):
            if controls.waiting():
                continue
            os.close(lock)  # while nobody can ask: no request is left unread
        return 0


def _work(folder: Path, turn: Place, controls: EventReader, lock: int, train: Train[Place]) -> None:
    try:
        reporting = report_failure(folder, lock, FULL, ENDED, lambda problem: fail(folder, problem))
        with reporting, suppress(Dismissed):
            requests = _wait(folder, turn, controls)
            if requests:
                write_exit_note(lock, "")
                train(folder, controls, turn, requests)
    finally:
        turn.give_back()


def _wait(folder: Path, turn: Waits, controls: EventReader) -> list[Event]:
    """Wait for a place; return the requests to begin with, none where nobody wants anything.

    Raises
    ------
    Dismissed
        If a person paused or stopped it meanwhile.
    """
    requests: list[Event] = []
    while True:
        for request in controls.new():
            if request["kind"] not in VALUES:
                continue
            requests.append(request)
            if request["kind"] in DISMISSALS:
                _dismiss(folder, requests)
                return requests  # it costs little: it need not wait
        if not requests or not turn.place():
            return requests
        if read_state(folder).status != "queued":
            change(folder, status="queued", doing="", message="", values={}, where="")
        time.sleep(QUEUE_SECONDS)


def _dismiss(folder: Path, requests: list[Event]) -> None:
    """End what waits, if the requests leave nothing to do: neither a test nor another rate.

    Raises
    ------
    Dismissed
        If that is so.
    """
    state, last = read_state(folder), requests[-1]["kind"]
    if any(request["kind"] not in SIMPLE for request in requests):
        return
    if not state.active and (last == "pause" or state.status in ("done", "stopped")):
        raise Dismissed  # it came too late: the run has ended meanwhile
    if last == "pause" or state.step == 0:
        change(folder, status=DISMISSALS[last], doing="", message="", values={})
        raise Dismissed


def train_here(folder: Path, controls: EventReader, turn: Turn, requests: list[Event]) -> None:
    """Train the run in this process."""
    change(folder, status="running", doing="preparing", message="", values={}, where="")
    import torch

    from rnndemo.data.load import data_of
    from rnndemo.data.sets import check_fit
    from rnndemo.training.engine import Engine
    from rnndemo.training.folder import load_config

    torch.set_num_threads(1)
    config = load_config(folder)
    data = data_of(config)
    check_fit(config, data)
    Engine(folder, data, controls, turn).run(requests, PAUSE_TIMEOUT)


def change(folder: Path, **changes: Any) -> None:
    """Change what others read of what the run is doing."""
    write_state(folder, replace(read_state(folder), **changes))


def fail(folder: Path, problem: InputError) -> None:
    """Say why the run has failed."""
    with suppress(OSError, InputError):  # the folder may be gone, or the disk full
        change(folder, status="failed", doing="", message=problem.message, values=problem.values)


def main(arguments: list[str]) -> int:
    """Work on the run on this machine; return the exit status."""
    return work(arguments, lambda queue, folder: Turn(queue, folder.name), train_here)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
