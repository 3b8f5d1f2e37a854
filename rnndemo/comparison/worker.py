"""The process of a comparison that a visitor requested.

``python -m rnndemo.comparison.worker FOLDER QUEUE LOCK TICKET``: FOLDER is the comparison's, QUEUE
the folder of tickets, LOCK and TICKET the descriptors of its lock file and of its ticket: the
process that starts this one holds both and passes them on. It is started when it is its turn, like
a training, compares, and stores how that ended; if nothing is stored, it was killed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rnndemo.comparison.jobs import ENDED, ComparisonJob
from rnndemo.errors import N_
from rnndemo.jobs.outcome import Outcome, work
from rnndemo.jobs.queue import Turn

FULL = N_("The disk is full, so the comparison could not go on. Make room, then continue it.")
FAILED = N_("The comparison stopped with an unexpected error: {error}. See its log for details.")


def main(arguments: list[str]) -> int:
    """Measure all peers, and store how that ended; return the exit status."""
    folder, queue, lock = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    turn = Turn(queue, folder.name, given=int(arguments[3]))
    work(folder / ENDED, lock, turn, FULL, FAILED, lambda: _run(folder))
    return 0


def _run(folder: Path) -> Outcome:
    from rnndemo.comparison.run import command_of, compare, prepare  # imports torch

    request = ComparisonJob(folder).request
    epochs = request.epochs or None
    command = command_of(request.data, request.peers, epochs, request.seeds)
    compare(folder, prepare(request.data, epochs, request.seeds, command), request.peers)
    return Outcome("done")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
