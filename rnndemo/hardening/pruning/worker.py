"""The process of a measurement of pruned models that a visitor requested.

``python -m rnndemo.hardening.pruning.worker FOLDER QUEUE LOCK TICKET``, whose arguments
`rnndemo.jobs.requested.work_on` takes. It is started when it is its turn, like a training.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rnndemo.errors import N_
from rnndemo.jobs.outcome import Outcome
from rnndemo.jobs.requested import work_on

FULL = N_("The disk is full, so measuring could not go on. Make room, then continue it.")
FAILED = N_("Measuring stopped with an unexpected error: {error}. See its log for details.")


def main(arguments: list[str]) -> int:
    """Measure all shares, and store how that ended; return the exit status."""
    return work_on(arguments, FULL, FAILED, _run)


def _run(folder: Path) -> Outcome:
    import torch

    from rnndemo.hardening.pruning.measured import measure_shares

    torch.set_num_threads(1)
    measure_shares(folder)
    return Outcome("done")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
