"""The process that runs a page's study: ``python -m rnndemo.sweeps.worker FOLDER LOCK``.

FOLDER is the study's, LOCK the descriptor of its lock file: the process that starts this one holds
the lock and passes it on, so that a study can never have two. The process has its own session and
outlives the server that started it. It imports nothing heavy while it waits for its turn.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rnndemo.errors import N_
from rnndemo.jobs.cluster import scheduler
from rnndemo.jobs.outcome import Outcome, work
from rnndemo.jobs.queue import Turn, slots
from rnndemo.sweeps.server import HALT, OUTCOME, at_once, database, study_queue

if TYPE_CHECKING:
    from rnndemo.trials.executor import Executor

QUEUE_SECONDS = 0.2  # between two checks of the queue
FULL = N_("The disk is full, so the study could not go on. Make room, then continue it.")
FAILED = N_("The study stopped with an unexpected error: {error}. See its log for details.")


def main(arguments: list[str]) -> int:
    """Run the study until it ends or is stopped; return the exit status."""
    folder, lock = Path(arguments[0]), int(arguments[1])
    turn = Turn(study_queue(), folder.name, at_once)
    work(folder / OUTCOME, lock, turn, FULL, FAILED, lambda: _run(folder, turn))
    return 0


def _run(folder: Path, turn: Turn) -> Outcome:
    def should_stop() -> bool:
        return (folder / HALT).exists()

    while turn.place():
        if should_stop():
            return Outcome("stopped")
        time.sleep(QUEUE_SECONDS)
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

    queue, name = run_queue(), f"{folder.name}-trial"
    return TurnExecutor(LocalExecutor(slots(), folder / LOG), lambda: Turn(queue, name))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
