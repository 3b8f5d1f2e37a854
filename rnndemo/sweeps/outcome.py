"""Where a server's studies run, and how they ended: shared by pages and study processes.

Two environment variables set where: ``ROWBYROW_SCHEDULER``, the address of a Dask scheduler (else
trials run on this machine), and ``ROWBYROW_STUDIES_URL``, a database for the trials (else they are
stored in the folders of their studies).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rnndemo.errors import N_
from rnndemo.jobs.cluster import scheduler  # shared with runs
from rnndemo.storage.environment import value_of
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.folders import home
from rnndemo.storage.records import read

DATABASE = "ROWBYROW_STUDIES_URL"

# Studies of all visitors together. They take turns trial by trial, so a long one blocks nobody; but
# the workers of each stay in memory.
AT_ONCE, AT_ONCE_ON_CLUSTER = 2, 16

OUTCOME, HALT = "outcome.json", "halt"
INTERRUPTED = N_(
    "The study was interrupted by a restart or a lack of memory. Finished trials are kept."
)
FULL = N_("The disk is full, so the study could not go on. Make room, then continue it.")


def database() -> str:
    """Return the URL of the database for trials, "" where they lie in the folders of studies."""
    return value_of(DATABASE)


def at_once() -> int:
    """Return how many studies of all visitors may run at once."""
    return AT_ONCE_ON_CLUSTER if scheduler() else AT_ONCE


def study_queue() -> Path:
    """Return the folder in which studies queue."""
    return home() / "study-queue"


@dataclass(frozen=True)
class StudyOutcome:
    """What a study is doing, or how it ended.

    Parameters
    ----------
    status : str
        "running", "stopped", "done" or "failed".
    message : str
        What went wrong: a gettext key.
    values : dict
        Values of the placeholders in `message`.
    place : int
        Place in the queue; 0 once it runs.
    """

    status: str
    message: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    place: int = 0


def write_outcome(folder: Path, outcome: StudyOutcome) -> None:
    """Store how the study in `folder` ended."""
    write_json(folder / OUTCOME, asdict(outcome))


def read_outcome(folder: Path) -> StudyOutcome | None:
    """Return how the study in `folder` ended; None where no valid outcome is stored."""
    try:
        outcome = read(StudyOutcome, read_json(folder / OUTCOME), whole=True)
        outcome.message.format(**outcome.values)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return outcome if outcome.status in ("stopped", "done", "failed") else None
