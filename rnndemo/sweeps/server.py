"""Where a server's studies run: shared by pages and study processes.

Two environment variables set where: ``ROWBYROW_SCHEDULER``, the address of a Dask scheduler (else
trials run on this machine), and ``ROWBYROW_STUDIES_URL``, a database for the trials (else they are
stored in the folders of their studies).
"""

from __future__ import annotations

from pathlib import Path

from rnndemo.jobs.cluster import scheduler  # shared with runs
from rnndemo.jobs.queue import run_queue, watch
from rnndemo.storage.environment import value_of
from rnndemo.storage.folders import home

DATABASE = "ROWBYROW_STUDIES_URL"

# Studies of all visitors together. They take turns trial by trial, so a long one blocks nobody; but
# the workers of each stay in memory.
AT_ONCE, AT_ONCE_ON_CLUSTER = 2, 16

OUTCOME, HALT = "outcome.json", "halt"


def database() -> str:
    """Return the URL of the database for trials, "" where they lie in the folders of studies."""
    return value_of(DATABASE)


def at_once() -> int:
    """Return how many studies of all visitors may run at once."""
    return AT_ONCE_ON_CLUSTER if scheduler() else AT_ONCE


def watch_queues() -> None:
    """Let this process start waiting jobs in case that nobody else does, as long as it lives."""
    watch(run_queue(), always=True)
    watch(study_queue(), at_once, always=True)


def study_queue() -> Path:
    """Return the folder in which studies queue."""
    return home() / "study-queue"
