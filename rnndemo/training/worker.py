"""The process of a run: ``python -m rnndemo.training.worker FOLDER QUEUE PLACE``.

FOLDER is the run's, QUEUE the folder of tickets, PLACE the first byte of ``controls.jsonl`` that
this worker is to read. It belongs to a session of its own, so that it outlives the server that
started it. While it waits in the queue it has imported nothing heavy.
"""

from __future__ import annotations

import errno
import os
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnndemo.errors import N_, InputError
from rnndemo.training.events import CONTROLS, Event, EventReader
from rnndemo.training.queue import Turn, locked
from rnndemo.training.state import (
    FULL,
    WORKER,
    last_words,
    make_room,
    read_state,
    write_state,
)

PATIENCE = 60.0  # seconds that a paused worker stays, to answer at once
QUEUE_SECONDS = 0.1  # between two looks at the queue
LOG = "worker.log"  # what it prints, should it ever


DISMISSALS = {"pause": "paused", "stop": "stopped"}  # wish -> status of a run that never began

ENDED = N_("The training ended with an error of its own: {error}. Its log holds more.")


class Dismissed(Exception):
    """A person paused or stopped the run while it waited."""


def main(arguments: list[str]) -> int:
    """Work on the run until it ends, or nobody wants anything of it; return the exit status."""
    folder, queue, place = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    controls = EventReader(folder / CONTROLS, place)
    try:
        while True:
            with locked(folder / WORKER) as lock:
                make_room(lock)
                _work(folder, queue, controls, lock)
            # a wish may have come between the last look and the release of the lock
            if not controls.waiting():
                return 0
    except TimeoutError:  # another worker has the run already
        return 0


def _work(folder: Path, queue: Path, controls: EventReader, lock: int) -> None:
    turn = Turn(queue, folder.name)
    try:
        wishes = _wait(folder, turn, controls)
        _train(folder, controls, turn, wishes)
    except Dismissed:
        return
    except InputError as problem:
        _fail(folder, problem.message, problem.values)
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            last_words(lock, FULL)
        elif folder.is_dir():  # else it was deleted: there is nothing to tell, and nobody
            traceback.print_exc()
            last_words(lock, os.strerror(problem.errno or 0))
    except Exception as problem:
        traceback.print_exc()
        _fail(folder, ENDED, {"error": repr(problem)})
    finally:
        turn.give_back()


def _wait(folder: Path, turn: Turn, controls: EventReader) -> list[Event]:
    """Wait for a place; return the wishes to begin with, none for a fresh run.

    Raises
    ------
    Dismissed
        If a person paused or stopped it meanwhile.
    """
    wishes: list[Event] = []
    while True:
        wishes += controls.new()
        for wish in wishes:
            if wish["kind"] in DISMISSALS:
                _change(folder, status=DISMISSALS[wish["kind"]], spawned=0.0)
                raise Dismissed
        if not turn.place():
            return wishes
        if read_state(folder).spawned:
            _change(folder, status="queued", doing="", message="", spawned=0.0)
        time.sleep(QUEUE_SECONDS)


def _train(folder: Path, controls: EventReader, turn: Turn, wishes: list[Event]) -> None:
    _change(folder, status="running", doing="preparing", message="", values={}, spawned=0.0)
    import torch

    from rnndemo.data.sets import check_fit, load
    from rnndemo.training.engine import Engine, load_config

    torch.set_num_threads(1)
    config = load_config(folder)
    data = load(config.data.name)
    check_fit(config, data)
    Engine(folder, data, controls, turn).run(wishes, PATIENCE)


def _change(folder: Path, **changes: Any) -> None:
    write_state(folder, replace(read_state(folder), **changes))


def _fail(folder: Path, message: str, values: dict[str, Any]) -> None:
    with suppress(OSError, InputError):  # the folder may be gone, or the disk full
        _change(folder, status="failed", doing="", message=message, values=values, spawned=0.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
