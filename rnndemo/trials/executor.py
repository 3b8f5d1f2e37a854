"""What runs trials: it takes tasks, and reports what becomes of them.

`rnndemo.trials.local` runs them in worker processes of this machine, `rnndemo.cluster.dask`
on a Dask cluster; which one it is changes nothing else. A worker that dies loses only the trial
that it had in hand, and that is tried again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from rnndemo.errors import N_
from rnndemo.trials.task import Result, Task

OBJECTIVE = "rnndemo.trials.training:train"
CLOSING = 5.0  # seconds that a worker has to end

DIED = N_("The worker process that ran this trial died again and again. Is there enough memory?")


@dataclass(frozen=True)
class Reached:
    """A trial has reached a stage."""

    number: int
    stage: int
    accuracy: float


@dataclass(frozen=True)
class Ended:
    """A trial has ended."""

    number: int
    result: Result


TrialEvent = Reached | Ended


class Executor(ABC):
    """Runs trials somewhere."""

    @property
    @abstractmethod
    def capacity(self) -> int:
        """How many trials can run at once, now."""

    @abstractmethod
    def submit(self, task: Task) -> None:
        """Run a trial as soon as there is room."""

    @abstractmethod
    def finished(self, seconds: float) -> list[TrialEvent]:
        """Return what has happened; wait for it up to so many `seconds` where nothing has.

        Raises
        ------
        InputError
            If no trial can be run at all.
        """

    @abstractmethod
    def cancel(self, number: int) -> None:
        """Let a trial stop between two batches; it ends as "stopped" unless it ends before."""

    @abstractmethod
    def close(self) -> None:
        """Give back what was taken; trials that still run are lost."""
