"""The process that runs a page's study: ``python -m rnndemo.sweeps.worker FOLDER LOCK [TICKET]``.

FOLDER is the study's, LOCK the descriptor of its lock file: the process that starts this one holds
the lock and passes it on, so that a study can never have two. TICKET is the descriptor of its
ticket: it is started when it is its turn. The process has its own session and outlives the server
that started it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rnndemo.errors import N_
from rnndemo.jobs.cluster import scheduler
from rnndemo.jobs.machine import slots
from rnndemo.jobs.outcome import Outcome, work
from rnndemo.jobs.queue import Turn
from rnndemo.storage.limits import RUN_SECONDS, limit
from rnndemo.sweeps.server import HALT, OUTCOME, at_once, database, study_queue

if TYPE_CHECKING:
    from rnndemo.trials.executor import Executor

FULL = N_("The disk is full, so the study could not go on. Make room, then continue it.")
FAILED = N_("The study stopped with an unexpected error: {error}. See its log for details.")


def main(arguments: list[str]) -> int:
    """Run the study until it ends or is stopped; return the exit status."""
    folder, lock = Path(arguments[0]), int(arguments[1])
    ticket = int(arguments[2]) if len(arguments) > 2 else None
    os.environ[RUN_SECONDS] = str(limit(RUN_SECONDS))  # for its trials
    turn = Turn(study_queue(), folder.name, at_once, given=ticket)
    work(folder / OUTCOME, lock, turn, FULL, FAILED, lambda: _run(folder))
    return 0


def _run(folder: Path) -> Outcome:
    def should_stop() -> bool:
        return (folder / HALT).exists()

    if should_stop():
        return Outcome("stopped")
    from rnndemo.sweeps import study

    about = study.prepare(folder)
    known = study.conduct(folder, about, lambda: _executor(folder), database(), should_stop)
    whole = all(trial.ended for trial in known)
    if whole and (not should_stop() or len(known) == about.trials):
        return Outcome("done")
    return Outcome("stopped")


def _executor(folder: Path) -> Executor:
    if scheduler():
        from rnndemo.cluster.dask import ClusterExecutor

        return ClusterExecutor(scheduler(), 0)
    from rnndemo.jobs.queue import run_queue
    from rnndemo.sweeps.records import LOG
    from rnndemo.trials.local import LocalExecutor
    from rnndemo.trials.turns import TurnExecutor

    queue, name, visitor = run_queue(), f"{folder.name}-trial", folder.parent.name
    return TurnExecutor(
        LocalExecutor(slots(), folder / LOG), lambda: Turn(queue, name, visitor=visitor)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
