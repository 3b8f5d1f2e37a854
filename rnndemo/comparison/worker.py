"""The process of a comparison that a visitor requested.

``python -m rnndemo.comparison.worker FOLDER QUEUE LOCK TICKET``, whose arguments
`rnndemo.jobs.requested.work_on` takes. It is started when it is its turn, like a training.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

from rnndemo.comparison.jobs import ComparisonJob
from rnndemo.errors import N_
from rnndemo.jobs.outcome import Outcome
from rnndemo.jobs.requested import work_on
from rnndemo.storage.limits import RUN_SECONDS, limit

FULL = N_("The disk is full, so the comparison could not go on. Make room, then continue it.")
FAILED = N_("The comparison stopped with an unexpected error: {error}. See its log for details.")

OVER = N_(
    "This server lets a comparison measure for {minutes:g} minutes at a time, and they are over. "
    "What is measured is kept; press Continue for the rest."
)


def main(arguments: list[str]) -> int:
    """Measure all peers, and store how that ended; return the exit status."""
    return work_on(arguments, FULL, FAILED, _run)


def _run(folder: Path) -> Outcome:
    from rnndemo.comparison.run import command_of, compare, prepare  # imports torch

    request = ComparisonJob(folder).request
    epochs = request.epochs or None
    command = command_of(request.data, request.peers, epochs, request.seeds)
    about = prepare(request.data, epochs, request.seeds, command)
    most = limit(RUN_SECONDS)
    timer = _Timer(most)
    compare(folder, about, request.peers, should_stop=timer.over)
    if timer.was_over:
        return Outcome("stopped", OVER, {"minutes": round(most / 60, 1)})
    return Outcome("done")


class _Timer:
    """So many seconds from now; 0 for no end."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds if seconds else math.inf
        self.was_over = False  # when it was looked at last

    def over(self) -> bool:
        """Return whether they are over."""
        self.was_over = time.monotonic() >= self.end
        return self.was_over


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
