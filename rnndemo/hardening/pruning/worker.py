"""The process of a measurement of pruned models that a visitor requested.

``python -m rnndemo.hardening.pruning.worker FOLDER QUEUE LOCK TICKET``: FOLDER is the
measurement's, QUEUE the folder of tickets, LOCK and TICKET the descriptors of its lock file and of
its ticket: the process that starts this one holds both and passes them on. It is started when it
is its turn, like a training, measures, and stores how that ended; if nothing is stored, it was
killed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rnndemo.errors import N_
from rnndemo.hardening.pruning.jobs import ENDED
from rnndemo.jobs.outcome import Outcome, work
from rnndemo.jobs.queue import Turn

FULL = N_("The disk is full, so measuring could not go on. Make room, then continue it.")
FAILED = N_("Measuring stopped with an unexpected error: {error}. See its log for details.")


def main(arguments: list[str]) -> int:
    """Measure all shares, and store how that ended; return the exit status."""
    folder, queue, lock = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    turn = Turn(queue, folder.name, given=int(arguments[3]))
    work(folder / ENDED, lock, turn, FULL, FAILED, lambda: _run(folder))
    return 0


def _run(folder: Path) -> Outcome:
    import torch

    from rnndemo.hardening.pruning.measured import measure_shares

    torch.set_num_threads(1)
    measure_shares(folder)
    return Outcome("done")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
