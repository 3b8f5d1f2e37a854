"""What the processes have in common that measure something of a model for a visitor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rnndemo.errors import N_
from rnndemo.jobs.outcome import Outcome
from rnndemo.jobs.requested import work_on

FULL = N_("The disk is full, so measuring could not go on. Make room, then continue it.")
FAILED = N_("Measuring stopped with an unexpected error: {error}. See its log for details.")


def measure_requested(arguments: list[str], measure: Callable[[Path], None]) -> int:
    """Measure what is requested in a folder, and store how that ended; return the exit status.

    Parameters
    ----------
    arguments : list of str
        FOLDER QUEUE LOCK TICKET, see `rnndemo.jobs.requested.work_on`.
    measure : callable
        Measures what is missing in the job's folder.
    """

    def run(folder: Path) -> Outcome:
        import torch

        torch.set_num_threads(1)
        measure(folder)
        return Outcome("done")

    return work_on(arguments, FULL, FAILED, run)
