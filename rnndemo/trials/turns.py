"""Trials that queue with all other trainings of this machine."""

from __future__ import annotations

from collections.abc import Callable

from rnndemo.jobs.queue import Turn
from rnndemo.trials.executor import Ended, Executor, TrialEvent
from rnndemo.trials.task import STOPPED, Result, Task

QUEUE_SECONDS = 0.1  # between two checks of the queue


class TurnExecutor(Executor):
    """An executor whose trials wait in the queue of trainings, first come, first served.

    Parameters
    ----------
    inner : Executor
        Runs the trials whose turn it is.
    draw : callable
        Returns a new turn.
    """

    def __init__(self, inner: Executor, draw: Callable[[], Turn]) -> None:
        self.inner, self.draw = inner, draw
        self.waiting: list[tuple[Task, Turn]] = []
        self.turns: dict[int, Turn] = {}
        self.events: list[TrialEvent] = []

    @property
    def capacity(self) -> int:
        """How many trials can run at once, now."""
        return self.inner.capacity

    def submit(self, task: Task) -> None:
        """Run a trial as soon as it is its turn and a worker is free."""
        turn = self.draw()
        turn.place()  # draws its ticket now, even if other trials wait before it
        self.waiting.append((task, turn))
        self._hand_out()

    def _hand_out(self) -> None:
        while self.waiting and not self.waiting[0][1].place():
            task, turn = self.waiting.pop(0)
            self.turns[task.number] = turn
            self.inner.submit(task)

    def finished(self, seconds: float) -> list[TrialEvent]:
        """Return the events since the last call; wait up to `seconds` for the first."""
        self._hand_out()
        if self.events:
            seconds = 0.0
        elif self.waiting:
            seconds = min(seconds, QUEUE_SECONDS)
        events, self.events = [*self.events, *self.inner.finished(seconds)], []
        for one in events:
            if isinstance(one, Ended) and one.number in self.turns:
                self.turns.pop(one.number).give_back()
        return events

    def cancel(self, number: int) -> None:
        """Stop a trial between two batches, or take it out of the queue."""
        for task, turn in list(self.waiting):
            if task.number == number:
                self.waiting.remove((task, turn))
                turn.give_back()
                self.events.append(Ended(number, Result(STOPPED)))
        if number in self.turns:
            self.inner.cancel(number)

    def close(self) -> None:
        """Release workers and tickets; trials that still run are lost."""
        self.inner.close()
        for turn in (*self.turns.values(), *(turn for _, turn in self.waiting)):
            turn.give_back()
        self.turns, self.waiting = {}, []
