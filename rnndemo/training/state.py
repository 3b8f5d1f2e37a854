"""The state of a run: one small file, renamed into place at every change.

========= =======================================================================================
status    meaning
========= =======================================================================================
queued    waits for its turn; on this machine no worker is started before
running   trains; ``doing`` says preparing, training or testing
paused    can be resumed, step by step too
stopped   ended early by a person, or by the server's limit of time; tested, and can be resumed
done      ended by itself; tested, and can be trained for more epochs
failed    ended by an error, named by the message
========= =======================================================================================

A worker holds the lock of the file ``worker`` while it lives: the process that starts it takes the
lock and hands it over. A run that is queued or running without a living worker, and waits for none
in the queue (`rnndemo.jobs.queue`), was interrupted: it is read as paused, and can be resumed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rnndemo.errors import N_, InputError
from rnndemo.jobs.process import read_exit_note
from rnndemo.jobs.queue import run_queue, waits
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.locks import is_locked
from rnndemo.storage.names import STATE, WORKER
from rnndemo.storage.records import read

CLUSTER = "cluster"  # where a run may be trained, beside this machine

ACTIVE, TESTED = ("queued", "running"), ("stopped", "done")
STATUSES = (*ACTIVE, "paused", *TESTED, "failed")

INTERRUPTED = N_(
    "Training was interrupted by a restart or a lack of memory. Nothing is lost: Resume "
    "continues from the last checkpoint."
)
FULL = N_(
    "The disk is full, so the run could not go on. Make room, then press Resume: it continues from "
    "the last checkpoint."
)

OVER = N_(
    "This server lets a run train for {minutes:g} minutes, and this one has. Its network is tested "
    "and kept."
)


@dataclass(frozen=True)
class RunState:
    """What a run is doing.

    Parameters
    ----------
    status : str
        See the table above.
    doing : str
        "preparing", "training" or "testing" while it runs.
    message : str
        What went wrong, as a gettext key.
    values : dict
        Values of the placeholders in `message`.
    test_accuracy, test_low, test_high : float or None
        Of the last test, with its 95 % interval.
    seconds : float
        Spent in training.
    where : str
        "" where this machine trains it or did last, `CLUSTER` where a cluster does or did.
    """

    status: str
    doing: str = ""
    step: int = 0
    steps: int = 0
    message: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    test_accuracy: float | None = None
    test_low: float | None = None
    test_high: float | None = None
    test_size: int = 0
    seconds: float = 0.0
    where: str = ""

    @property
    def active(self) -> bool:
        """Whether a worker waits, trains or tests."""
        return self.status in ACTIVE

    @property
    def timed_out(self) -> bool:
        """Whether the time limit ended it before its last step."""
        return self.status == "done" and self.step < self.steps


def write_state(folder: Path, state: RunState) -> None:
    """Write `state` into `folder`."""
    write_json(folder / STATE, asdict(state))


def change_state(folder: Path, **changes: Any) -> None:
    """Change some fields of the state in `folder`."""
    write_state(folder, replace(read_state(folder), **changes))


def mark_failed(folder: Path, problem: InputError) -> None:
    """Write that the run in `folder` has failed, and why, if it can be written."""
    with suppress(OSError, InputError):  # the folder may be gone, or the disk full
        change_state(
            folder, status="failed", doing="", message=problem.message, values=problem.plain_values
        )


def read_state(folder: Path) -> RunState:
    """Return the state of the run in `folder`.

    Raises
    ------
    InputError
        If the file is missing, damaged, or of a newer version.
    """
    state = _stored(folder)
    while state.active and not _has_worker(folder, state):
        again = _stored(folder)
        if again == state:  # else it went on or ended between the two reads
            message = read_exit_note(folder) or INTERRUPTED
            return replace(state, status="paused", doing="", message=message, values={})
        state = again
    if state.status == "paused" and not is_locked(folder / WORKER):
        return replace(state, message=read_exit_note(folder) or state.message)
    return state


def _has_worker(folder: Path, state: RunState) -> bool:
    """Return whether a worker lives, or will be started when it is the run's turn."""
    queued = state.status == "queued" and waits(run_queue(), folder.name)
    return queued or is_locked(folder / WORKER)  # a worker locks it before it leaves the queue


def _stored(folder: Path) -> RunState:
    try:
        state = read(RunState, read_json(folder / STATE))
        if state.status not in STATUSES:
            raise ValueError("unknown status")
    except ValueError:
        raise InputError(
            "The state of this run cannot be read: its folder was removed or damaged."
        ) from None
    return state
