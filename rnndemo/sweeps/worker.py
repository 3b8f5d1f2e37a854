"""The process that runs a page's study: ``python -m rnndemo.sweeps.worker FOLDER LOCK``.

FOLDER is the study's, LOCK the descriptor of its lock file: the process that starts this one holds
the lock and passes it on, so that a study can never have two. The process has its own session and
outlives the server that started it. It imports nothing heavy while it waits for its turn.
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
    study_queue,
    write_outcome,
)
from rnndemo.trials.task import failed

if TYPE_CHECKING:
    from rnndemo.trials.executor import Executor

QUEUE_SECONDS = 0.2  # between two checks of the queue
TRIAL = "trial"  # suffix of a trial's ticket
ENDED = N_("The study stopped with an unexpected error: {error}. See its log for details.")


def main(arguments: list[str]) -> int:
    """Run the study until it ends or is stopped; return the exit status."""
    folder, lock = Path(arguments[0]), int(arguments[1])
    os.set_inheritable(lock, False)
    write_worker(lock, os.getpid())
    turn = Turn(study_queue(), folder.name, at_once())
    try:
        with report_failure(folder, lock, FULL, ENDED, lambda problem: _fail(folder, problem)):
            write_outcome(folder, _run(folder, turn))
    finally:
        turn.give_back()
    return 0


def _run(folder: Path, turn: Turn) -> StudyOutcome:
    def should_stop() -> bool:
        return (folder / HALT).exists()

    while turn.place():
        if should_stop():
            return StudyOutcome("stopped")
        time.sleep(QUEUE_SECONDS)
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
    values = {  # visitors must not see the path
        name: value.replace(str(folder), folder.name) if isinstance(value, str) else value
        for name, value in result.values.items()
    }
    with suppress(OSError):  # the folder may be deleted, or the disk full
        write_outcome(folder, StudyOutcome("failed", result.message, values))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
