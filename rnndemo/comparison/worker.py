"""The process of a comparison that a visitor requested.

``python -m rnndemo.comparison.worker FOLDER QUEUE LOCK``: FOLDER is the comparison's, QUEUE the
folder of tickets, LOCK the descriptor of its lock file: the process that starts this one holds the
lock and passes it on. It waits for its turn like a training, compares, and stores how that ended;
if nothing is stored, it was killed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rnndemo.comparison.jobs import ENDED, ComparisonJob
from rnndemo.errors import N_, InputError
from rnndemo.jobs.process import report_failure, write_worker
from rnndemo.jobs.queue import Turn
from rnndemo.storage.files import write_json

QUEUE_SECONDS = 0.1  # between two checks of the queue
FULL = N_("The disk is full, so the comparison could not go on. Make room, then continue it.")
FAILED = N_("The comparison stopped with an unexpected error: {error}. See its log for details.")


def main(arguments: list[str]) -> int:
    """Measure all peers, and store how that ended; return the exit status."""
    folder, queue, lock = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    os.set_inheritable(lock, False)
    write_worker(lock, os.getpid())
    turn = Turn(queue, folder.name)
    try:
        with report_failure(folder, lock, FULL, FAILED, lambda problem: _fail(folder, problem)):
            while turn.place():
                time.sleep(QUEUE_SECONDS)
            _measure(folder)
            _report(folder, "done")
    finally:
        turn.give_back()
    return 0


def _measure(folder: Path) -> None:
    from rnndemo.comparison.run import command_of, compare, prepare  # imports torch

    request = ComparisonJob(folder).request
    epochs = request.epochs or None
    command = command_of(request.data, request.peers, epochs, request.seeds)
    compare(folder, prepare(request.data, epochs, request.seeds, command), request.peers)


def _fail(folder: Path, problem: InputError) -> None:
    plain = (str, int, float)
    values = {k: v if isinstance(v, plain) else str(v) for k, v in problem.values.items()}
    with suppress(OSError):  # the folder may be deleted, or the disk full
        _report(folder, "failed", problem.message, values)


def _report(
    folder: Path, status: str, message: str = "", values: Mapping[str, Any] = MappingProxyType({})
) -> None:
    write_json(folder / ENDED, {"status": status, "message": message, "values": dict(values)})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
