"""The process of a run: ``python -m rnndemo.training.worker FOLDER QUEUE PLACE LOCK``.

FOLDER is the run's, QUEUE the folder of tickets, PLACE the first byte of ``controls.jsonl`` that
this worker is to read, LOCK the descriptor of the run's lock file: whoever started the worker holds
the lock and hands it over, so there is no moment at which a run could get two. It belongs to a
session of its own, so that it outlives the server that started it. While it waits in the queue it
has imported nothing heavy.
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
from rnndemo.files import locked
from rnndemo.training.events import CONTROLS, Event, EventReader
from rnndemo.training.queue import Turn
from rnndemo.training.state import (
    ASKING,
    FULL,
    last_words,
    read_state,
    write_state,
    write_worker,
)
from rnndemo.training.wishes import VALUES

PATIENCE = 60.0  # seconds that a paused worker stays, to answer at once
QUEUE_SECONDS = 0.1  # between two looks at the queue

DISMISSALS = {"pause": "paused", "stop": "stopped"}  # wish -> status of a run that waits
SIMPLE = ("go", "hold", *DISMISSALS)  # wishes that leave nothing to do when it is dismissed
ENDED = N_("The training ended with an error of its own: {error}. Its log holds more.")


class Dismissed(Exception):
    """A person paused or stopped the run while it waited."""


def main(arguments: list[str]) -> int:
    """Work on the run until it ends, or nobody wants anything of it; return the exit status."""
    folder, queue = Path(arguments[0]), Path(arguments[1])
    place, lock = int(arguments[2]), int(arguments[3])
    os.set_inheritable(lock, False)
    write_worker(lock, os.getpid())
    controls = EventReader(folder / CONTROLS, place)
    while True:
        _work(folder, queue, controls, lock)
        with suppress(FileNotFoundError), locked(folder / ASKING):
            if controls.waiting():
                continue
            os.close(lock)  # while nobody can ask: no wish is left unread
        return 0


def _work(folder: Path, queue: Path, controls: EventReader, lock: int) -> None:
    turn = Turn(queue, folder.name)
    try:
        wishes = _wait(folder, turn, controls)
        if wishes:
            last_words(lock, "")
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
            last_words(lock, problem.strerror or str(problem))
    except Exception as problem:
        traceback.print_exc()
        _fail(folder, ENDED, {"error": repr(problem)})
    finally:
        turn.give_back()


def _wait(folder: Path, turn: Turn, controls: EventReader) -> list[Event]:
    """Wait for a place; return the wishes to begin with, none where nobody wants anything.

    Raises
    ------
    Dismissed
        If a person paused or stopped it meanwhile.
    """
    wishes: list[Event] = []
    while True:
        for wish in controls.new():
            if wish["kind"] not in VALUES:
                continue
            wishes.append(wish)
            if wish["kind"] in DISMISSALS:
                _dismiss(folder, wishes)
                return wishes  # it costs little: it need not wait
        if not wishes or not turn.place():
            return wishes
        if read_state(folder).status != "queued":
            _change(folder, status="queued", doing="", message="", values={})
        time.sleep(QUEUE_SECONDS)


def _dismiss(folder: Path, wishes: list[Event]) -> None:
    """End what waits, if the wishes leave nothing to do: neither a test nor another rate.

    Raises
    ------
    Dismissed
        If that is so.
    """
    state, last = read_state(folder), wishes[-1]["kind"]
    if any(wish["kind"] not in SIMPLE for wish in wishes):
        return
    if not state.active and (last == "pause" or state.status in ("done", "stopped")):
        raise Dismissed  # it came too late: the run has ended meanwhile
    if last == "pause" or state.step == 0:
        _change(folder, status=DISMISSALS[last], doing="", message="", values={})
        raise Dismissed


def _train(folder: Path, controls: EventReader, turn: Turn, wishes: list[Event]) -> None:
    _change(folder, status="running", doing="preparing", message="", values={})
    import torch

    from rnndemo.data.sets import check_fit, data_of
    from rnndemo.training.engine import Engine, load_config

    torch.set_num_threads(1)
    config = load_config(folder)
    data = data_of(config)
    check_fit(config, data)
    Engine(folder, data, controls, turn).run(wishes, PATIENCE)


def _change(folder: Path, **changes: Any) -> None:
    write_state(folder, replace(read_state(folder), **changes))


def _fail(folder: Path, message: str, values: dict[str, Any]) -> None:
    with suppress(OSError, InputError):  # the folder may be gone, or the disk full
        _change(folder, status="failed", doing="", message=message, values=values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
