"""The process of a comparison that a visitor requested.

``python -m rnndemo.comparison.worker FOLDER QUEUE LOCK TICKET``, whose arguments
`rnndemo.jobs.requested.work_on` takes. It is started when it is its turn, like a training.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rnndemo.comparison.jobs import ComparisonJob
from rnndemo.errors import N_
from rnndemo.jobs.outcome import Outcome
from rnndemo.jobs.requested import work_on

FULL = N_("The disk is full, so the comparison could not go on. Make room, then continue it.")
FAILED = N_("The comparison stopped with an unexpected error: {error}. See its log for details.")


def main(arguments: list[str]) -> int:
    """Measure all peers, and store how that ended; return the exit status."""
    return work_on(arguments, FULL, FAILED, _run)


def _run(folder: Path) -> Outcome:
    from rnndemo.comparison.run import command_of, compare, prepare  # imports torch

    request = ComparisonJob(folder).request
    epochs = request.epochs or None
    command = command_of(request.data, request.peers, epochs, request.seeds)
    compare(folder, prepare(request.data, epochs, request.seeds, command), request.peers)
    return Outcome("done")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
