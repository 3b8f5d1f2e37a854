"""How a job ended: one small file in its folder, written by its process as the last thing.

If there is no file, the process was killed, or the disk was full (`Job.exit_note`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rnndemo.errors import InputError
from rnndemo.jobs.process import report_failure, write_worker
from rnndemo.jobs.queue import Turn
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.records import read


@dataclass(frozen=True)
class Outcome:
    """What a job is doing, or how it ended.

    Parameters
    ----------
    status : str
        "queued", "running", "stopped", "done" or "failed".
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

    @property
    def active(self) -> bool:
        """Whether its process waits or works."""
        return self.status in ("queued", "running")


def write_outcome(path: Path, outcome: Outcome) -> None:
    """Store how a job ended."""
    write_json(path, asdict(outcome))


def read_outcome(path: Path) -> Outcome | None:
    """Return how a job ended; None where no valid outcome is stored."""
    try:
        outcome = read(Outcome, read_json(path))
        outcome.message.format(**outcome.values)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return outcome if outcome.status in ("stopped", "done", "failed") else None


def work(
    path: Path, lock: int, turn: Turn, full: str, failed: str, run: Callable[[], Outcome]
) -> None:
    """Work on a job in this process, and store how it ended.

    Parameters
    ----------
    path : Path
        The file for the outcome, in the job's folder.
    lock : int
        Descriptor of the job's lock file, held since this process was started.
    turn : Turn
        For which `run` waits.
    full, failed : str
        As for `report_failure`.
    """

    def fail(problem: InputError) -> None:
        hidden = str(path.parent), path.parent.name  # visitors must not see the path
        values = {
            name: value.replace(*hidden) if isinstance(value, str) else value
            for name, value in problem.plain_values.items()
        }
        with suppress(OSError):  # the folder may be deleted, or the disk full
            write_outcome(path, Outcome("failed", problem.message, values))

    os.set_inheritable(lock, False)
    write_worker(lock, os.getpid())
    try:
        with report_failure(path.parent, lock, full, failed, fail):
            write_outcome(path, run())
    finally:
        turn.give_back()
