"""What a run is doing, in one small file that is renamed into place at every change.

========= =======================================================================================
status    meaning
========= =======================================================================================
queued    waits until another run makes room
running   trains; ``doing`` says preparing, training or testing
paused    stands; it can go on, step by step too
stopped   ended by a person before its time; tested, and it can go on
done      ended by itself; tested, and it can go on for longer
failed    ended by an error, which the message names
========= =======================================================================================

A worker holds the lock of the file ``worker`` while it lives: whoever starts it takes the lock and
hands it over. A run that says queued or running without a living worker was interrupted: it is
paused, and can be resumed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rnndemo.errors import N_, InputError
from rnndemo.jobs.process import read_exit_note
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.locks import is_locked
from rnndemo.storage.names import STATE, WORKER
from rnndemo.storage.records import read

CLUSTER = "cluster"  # where a run may be trained, beside this machine

ACTIVE = ("queued", "running")
STATUSES = (*ACTIVE, "paused", "stopped", "done", "failed")

INTERRUPTED = N_(
    "Training was interrupted by a restart or a lack of memory. Nothing is lost: resume "
    "continues from the last checkpoint."
)
FULL = N_(
    "The disk is full, so the run could not go on. Make room, then resume: it continues from "
    "the last checkpoint."
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
    step, steps : int
    message : str
        What went wrong, as a gettext key.
    values : dict
        Of the placeholders in `message`.
    test_accuracy, test_low, test_high : float or None
        Of the last test, with its 95 % interval.
    test_size : int
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


def write_state(folder: Path, state: RunState) -> None:
    """Put `state` into `folder`."""
    write_json(folder / STATE, asdict(state))


def read_state(folder: Path) -> RunState:
    """Return what the run in `folder` is doing.

    Raises
    ------
    InputError
        If the file is missing, damaged, or of a newer version.
    """
    state = _stored(folder)
    while state.active and not is_locked(folder / WORKER):
        again = _stored(folder)
        if again == state:  # else it went on or ended between the two looks
            words = read_exit_note(folder) or INTERRUPTED
            return replace(state, status="paused", doing="", message=words, values={})
        state = again
    if state.status == "paused" and not is_locked(folder / WORKER):
        return replace(state, message=read_exit_note(folder) or state.message)
    return state


def _stored(folder: Path) -> RunState:
    try:
        state = read(RunState, read_json(folder / STATE))
        if state.status not in STATUSES:
            raise ValueError("no status")
    except ValueError:
        raise InputError(
            "The state of this run cannot be read: its folder was removed or damaged."
        ) from None
    return state
