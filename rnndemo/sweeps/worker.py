"""The process that runs a page's study: ``python -m rnndemo.sweeps.worker FOLDER LOCK``.

FOLDER is the study's, LOCK the descriptor of its lock file: whoever started this process holds the
lock and hands it over, so there is no moment at which a study could get two. It belongs to a
session of its own, so that it outlives the server that started it. While other studies have their
turn it has imported nothing heavy.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rnndemo.errors import N_, InputError
from rnndemo.jobs.cluster import scheduler
from rnndemo.jobs.process import report_failure, write_worker
from rnndemo.jobs.queue import Turn, slots
from rnndemo.sweeps.outcome import (
    FULL,
    HALT,
    StudyOutcome,
    at_once,
    database,
    waiting_room,
    write_outcome,
)
from rnndemo.trials.task import failed

if TYPE_CHECKING:
    from rnndemo.trials.executor import Executor

LOOK = 0.2  # seconds between two looks at the queue
TRIAL = "trial"  # ends the ticket of a trial
ENDED = N_("The study stopped with an unexpected error: {error}. See its log for details.")


def main(arguments: list[str]) -> int:
    """Run the study until it ends or is stopped; return the exit status."""
    folder, lock = Path(arguments[0]), int(arguments[1])
    os.set_inheritable(lock, False)
    write_worker(lock, os.getpid())
    turn = Turn(waiting_room(), folder.name, at_once())
    try:
        with report_failure(folder, lock, FULL, ENDED, lambda problem: _fail(folder, problem)):
            write_outcome(folder, _keep(folder, turn))
    finally:
        turn.give_back()
    return 0


def _keep(folder: Path, turn: Turn) -> StudyOutcome:
    def should_stop() -> bool:
        return (folder / HALT).exists()

    while turn.place():
        if should_stop():
            return StudyOutcome("stopped")
        time.sleep(LOOK)
    from rnndemo.sweeps import study

    about = study.prepare(folder)
    known = study.conduct(folder, about, lambda: _executor(folder), database(), should_stop)
    whole = all(trial.ended for trial in known)
    if whole and (not should_stop() or len(known) == about.trials):
        return StudyOutcome("done")
    return StudyOutcome("stopped")


def _executor(folder: Path) -> Executor:
    if scheduler():
        from rnndemo.cluster.dask import ClusterExecutor

        return ClusterExecutor(scheduler(), 0)
    from rnndemo.jobs.queue import run_queue
    from rnndemo.sweeps.records import LOG
    from rnndemo.trials.local import LocalExecutor
    from rnndemo.trials.turns import TurnExecutor

    queue, name = run_queue(), f"{folder.name}-{TRIAL}"
    return TurnExecutor(LocalExecutor(slots(), folder / LOG), lambda: Turn(queue, name))


def _fail(folder: Path, problem: InputError) -> None:
    result = failed(problem)
    values = {  # where it lies is nobody's business
        name: value.replace(str(folder), folder.name) if isinstance(value, str) else value
        for name, value in result.values.items()
    }
    with suppress(OSError):  # the folder may be gone, or the disk full
        write_outcome(folder, StudyOutcome("failed", result.message, values))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
