"""Executors run trials: they take tasks and report stages and results.

`rnndemo.trials.local` runs them in worker processes of this machine, `rnndemo.cluster.dask` on a
Dask cluster; nothing else differs. A worker that dies loses only the trial that it was training,
which is then repeated.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from rnndemo.errors import N_
from rnndemo.trials.task import Result, Task

OBJECTIVE = "rnndemo.trials.training:train"
CLOSING = 5.0  # seconds in which a worker must end

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
        """Run a trial as soon as a worker is free."""

    @abstractmethod
    def finished(self, seconds: float) -> list[TrialEvent]:
        """Return the events since the last call; wait up to `seconds` for the first.

        Raises
        ------
        InputError
            If no trial can be run at all.
        """

    @abstractmethod
    def cancel(self, number: int) -> None:
        """Stop a trial between two batches; it ends as "stopped", unless it ends before."""

    @abstractmethod
    def close(self) -> None:
        """Release the workers; trials that still run are lost."""
