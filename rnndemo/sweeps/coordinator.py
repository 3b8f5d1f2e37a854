"""The loop of a study: start trials while workers are free, record their results, stop on request.

The process may be killed at any moment; the next one goes on from the records.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rnndemo.errors import InputError
from rnndemo.storage.limits import RUN_SECONDS, limit_if_set
from rnndemo.sweeps import plan
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.records import STOP, Records, StudySpec, folder_of, write_about
from rnndemo.sweeps.space import MAX_TRIALS, Value
from rnndemo.trials.executor import Ended, Executor, Reached, TrialEvent
from rnndemo.trials.task import RUNNING, STAGES, STOPPED, Result, Task, failed

POLL_SECONDS = 0.2  # between two checks for a request to stop
STOP_TIMEOUT = 20.0  # seconds in which trials must stop; after that they are left alone


class Coordinator:
    """The loop and its state.

    Parameters
    ----------
    records : Records
        Open for writing.
    show : callable
        Called with each trial that ends, and with how many have.
    """

    def __init__(
        self,
        folder: Path,
        about: StudySpec,
        records: Records,
        executor: Executor,
        should_stop: Callable[[], bool],
        show: Callable[[TrialRecord, int], None],
    ) -> None:
        self.folder, self.about, self.space = folder, about, about.space
        self.records, self.executor = records, executor
        self.should_stop, self.show = should_stop, show
        self.known = records.read()
        self.interrupted = [trial.number for trial in self.known if not trial.ended]
        self.running: set[int] = set()
        self.next: tuple[dict[str, Value], int] | None = None  # chosen while workers are busy
        self.images = sum(trial.result.images for trial in self.known if trial.result)
        self.begun = time.monotonic()
        self.halted: InputError | None = None

    @property
    def seconds(self) -> float:
        """How long the study has run, earlier processes included."""
        return self.about.seconds + time.monotonic() - self.begun

    def run(self) -> list[TrialRecord]:
        """Run the study until it ends or is stopped; return its trials.

        Raises
        ------
        InputError
            If no trial can be run.
        """
        try:
            while not (self.halted or self.should_stop() or (self.folder / STOP).exists()):
                self._fill()
                if not self.running:
                    return self.known
                self._choose()
                self._receive()
            self._stop()
        finally:
            write_about(self.folder, replace(self.about, seconds=self.seconds))
        if self.halted:
            raise self.halted
        return self.known

    def _fill(self) -> None:
        """Start trials while workers are free: first those that were interrupted."""
        while len(self.running) < self.executor.capacity:
            if self.interrupted:
                self._submit(self.interrupted.pop(0))
            elif self._has_more() and self._choose():
                self._begin()
            else:
                return

    def _choose(self) -> bool:
        """Choose the next trial, if what it depends on has ended; return whether it is chosen."""
        if self.next is None and plan.may_begin(self.space, self.known, self.about.rounds):
            self.next = plan.choose(self.space, self.known, self.about.rounds)
        return self.next is not None

    def _has_more(self) -> bool:
        budget, trials = self.space.budget, self.about.trials
        if trials and len(self.known) >= trials:
            return False
        if len(self.known) >= MAX_TRIALS or (budget.images and self.images >= budget.images):
            return False
        return not (budget.seconds and self.seconds >= budget.seconds)

    def _begin(self) -> None:
        assert self.next is not None
        (params, repeat), self.next = self.next, None
        number = len(self.known)
        self.records.begin(params, repeat)
        self.known.append(TrialRecord(number, params, repeat, RUNNING))
        self._submit(number)

    def _submit(self, number: int) -> None:
        trial = self.known[number]
        self.running.add(number)
        try:
            config = self.space.config(trial.params, trial.repeat)
        except InputError as problem:  # values that do not fit each other
            self._end(number, failed(problem))
            return
        limits = plan.thresholds(self.space, self.known, number, self.about.rounds)
        stages = STAGES if self.space.pruning else ()
        # a study that a person starts on the command line has no limit, unless one is set
        most = limit_if_set(RUN_SECONDS)
        folder = folder_of(self.folder, number)
        self.executor.submit(Task(number, config, folder, limits, stages, most))

    def _receive(self) -> None:
        for event in self.executor.finished(POLL_SECONDS):
            self._record(event)

    def _record(self, event: TrialEvent) -> None:
        if isinstance(event, Reached):
            trial = self.known[event.number]
            stages = {**trial.stages, event.stage: event.accuracy}
            self.known[event.number] = replace(trial, stages=stages)
            self.records.reach(event.number, event.stage, event.accuracy)
        elif isinstance(event, Ended) and event.result.state != STOPPED:
            self._end(event.number, event.result)
        else:
            self.running.discard(event.number)
            if event.result.message:
                self.halted = InputError(event.result.message, **event.result.values)

    def _end(self, number: int, result: Result) -> None:
        self.running.discard(number)
        self.records.end(number, result)
        self.known[number] = replace(self.known[number], state=result.state, result=result)
        self.images += result.images
        self.show(self.known[number], sum(trial.ended for trial in self.known))

    def _stop(self) -> None:
        """Ask trials to stop and wait for them; those that end meanwhile count."""
        for number in list(self.running):
            self.executor.cancel(number)
        deadline = time.monotonic() + STOP_TIMEOUT
        while self.running and time.monotonic() < deadline:
            self._receive()
