"""A study: one coordinator process chooses trials, hands them out, and writes down what they say.

What a study is, and where it lies, is told in `rnndemo.sweeps.records`; how trials are chosen, in
`rnndemo.sweeps.plan`. Here is only the loop: begin trials while there is room, listen, stop when
asked. It may be killed at any moment, and goes on when it is started again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rnndemo.errors import InputError
from rnndemo.files import locked
from rnndemo.sweeps import plan, space_file
from rnndemo.sweeps.executors import Ended, Executor, Reached, Told
from rnndemo.sweeps.plan import Known
from rnndemo.sweeps.records import (
    ABOUT,
    COORDINATOR,
    LOG,
    STOP,
    About,
    Records,
    folder_of,
    new_name,
    read_about,
    write_about,
)
from rnndemo.sweeps.space import MOST_TRIALS, Budget, SearchSpace, Value
from rnndemo.sweeps.trials import RUNNING, STAGES, STOPPED, Result, Task, failed
from rnndemo.training.queue import is_locked

TICK = 0.2  # seconds between two looks at whether to stop
PATIENCE = 0.5  # seconds: who only looks whether the lock is held lets go of it at once
STOPPING = 20.0  # seconds in which trials must stop; after that they are left alone


def prepare(folder: Path, space: SearchSpace | None = None, trials: int | None = None) -> About:
    """Make a study in `folder`, or see how the one that is there goes on.

    Parameters
    ----------
    folder : Path
    space : SearchSpace, optional
        Not needed where there is a study already; only its budget may have changed.
    trials : int, optional
        How many are wanted in all; else as many as before, or as the space says.

    Raises
    ------
    InputError
        If the study there asks another question, or nothing says when a new one is to end.
    """
    if trials is not None and not 1 <= trials <= MOST_TRIALS:
        raise InputError(
            "{field} = {value!r}: a whole number from {low} to {high} is needed.",
            field="trials", value=trials, low=1, high=MOST_TRIALS,
        )  # fmt: skip
    if (folder / ABOUT).exists():
        about = read_about(folder)
        if space is not None and _question(space) != _question(about.space):
            raise InputError(
                "{folder} holds a study of another search space; name another folder.",
                folder=str(folder),
            )
        about = replace(about, space=space or about.space, trials=trials or about.trials)
    elif space is None:
        raise InputError("There is no study in {folder}.", folder=str(folder))
    else:
        _check_empty(folder)
        about = About(new_name(), space, trials or space.trials)
    budget = about.space.budget
    if not (about.trials or budget.seconds or budget.images):
        raise InputError(
            "Say when the study is to end: a number of trials, or a budget in seconds or images."
        )
    return about


def _question(space: SearchSpace) -> dict[str, object]:
    return space_file.to_json(replace(space, budget=Budget()))


def _check_empty(folder: Path) -> None:
    if folder.is_dir() and any(path.name not in (COORDINATOR, LOG) for path in folder.iterdir()):
        raise InputError(
            "{folder} holds other things already; name a new folder for the study.",
            folder=str(folder),
        )


def is_running(folder: Path) -> bool:
    """Tell whether a coordinator runs the study in `folder`."""
    return is_locked(folder / COORDINATOR)


def ask_to_stop(folder: Path) -> None:
    """Ask the coordinator of the study in `folder` to stop; it can be continued later."""
    (folder / STOP).touch()


def look(folder: Path, url: str = "") -> tuple[About, list[Known]]:
    """Return what a study asks, and its trials so far.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    about = read_about(folder)
    records = Records(folder, about, url)
    try:
        return about, records.read()
    finally:
        records.close()


def conduct(
    folder: Path,
    about: About,
    start: Callable[[], Executor],
    url: str = "",
    should_stop: Callable[[], bool] = lambda: False,
    show: Callable[[Known], None] = lambda trial: None,
) -> list[Known]:
    """Run the study in `folder` until it ends or is stopped; return its trials.

    Parameters
    ----------
    folder : Path
    about : About
        From `prepare`.
    start : callable
        Returns the executor, once it is certain that this process runs the study.
    url : str, default ""
        Of a database for the trials; without it they lie in the folder.
    should_stop : callable
        Asked five times a second.
    show : callable
        Hears of each trial that ends.

    Raises
    ------
    InputError
        If another process runs it, it cannot be written, or no trial can be run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _held(folder):
        executor = start()  # first: where it cannot, nothing has begun
        try:
            (folder / STOP).unlink(missing_ok=True)
            write_about(folder, about)
            records = Records(folder, about, url, writes=True)
            try:
                return _Coordinator(folder, about, records, executor, should_stop, show).run()
            finally:
                records.close()
        finally:
            executor.close()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    try:
        with locked(folder / COORDINATOR, PATIENCE):
            yield
    except TimeoutError:
        raise InputError(
            "Another process runs the study in {folder}; wait until it has ended, or stop it.",
            folder=str(folder),
        ) from None


class _Coordinator:
    """The loop, with what it knows of its trials."""

    def __init__(
        self,
        folder: Path,
        about: About,
        records: Records,
        executor: Executor,
        should_stop: Callable[[], bool],
        show: Callable[[Known], None],
    ) -> None:
        self.folder, self.about, self.space = folder, about, about.space
        self.records, self.executor = records, executor
        self.should_stop, self.show = should_stop, show
        self.known = records.read()
        self.again = [trial.number for trial in self.known if not trial.ended]
        self.running: set[int] = set()
        self.next: tuple[dict[str, Value], int] | None = None  # chosen while workers are busy
        self.images = sum(trial.result.images for trial in self.known if trial.result)
        self.begun = time.monotonic()
        self.halted: InputError | None = None

    @property
    def seconds(self) -> float:
        """For how long the study has run, earlier processes included."""
        return self.about.seconds + time.monotonic() - self.begun

    def run(self) -> list[Known]:
        try:
            while not (self.halted or self.should_stop() or (self.folder / STOP).exists()):
                self._fill()
                if not self.running:
                    return self.known
                self._choose()
                self._listen(TICK)
            self._stop()
        finally:
            write_about(self.folder, replace(self.about, seconds=self.seconds))
        if self.halted:
            raise self.halted
        return self.known

    def _fill(self) -> None:
        """Begin trials while there is room: first those that were interrupted."""
        while len(self.running) < self.executor.capacity:
            if self.again:
                self._submit(self.again.pop(0))
            elif self._has_more() and self._choose():
                self._begin()
            else:
                return

    def _choose(self) -> bool:
        """Choose the next trial, if what it depends on has ended; return whether it is chosen."""
        if self.next is None and plan.may_begin(self.space, self.known):
            self.next = plan.choose(self.space, self.known)
        return self.next is not None

    def _has_more(self) -> bool:
        budget, trials = self.space.budget, self.about.trials
        if trials and len(self.known) >= trials:
            return False
        if len(self.known) >= MOST_TRIALS or (budget.images and self.images >= budget.images):
            return False
        return not (budget.seconds and self.seconds >= budget.seconds)

    def _begin(self) -> None:
        assert self.next is not None
        (params, repeat), self.next = self.next, None
        number = len(self.known)
        self.records.begin(params, repeat)
        self.known.append(Known(number, params, repeat, RUNNING))
        self._submit(number)

    def _submit(self, number: int) -> None:
        trial = self.known[number]
        self.running.add(number)
        try:
            config = self.space.config(trial.params, trial.repeat)
        except InputError as problem:  # values that do not fit each other
            self._end(number, failed(problem))
            return
        limits = plan.thresholds(self.space, self.known, number)
        stages = STAGES if self.space.pruning else ()
        self.executor.submit(Task(number, config, folder_of(self.folder, number), limits, stages))

    def _listen(self, seconds: float) -> None:
        for told in self.executor.finished(seconds):
            self._hear(told)

    def _hear(self, told: Told) -> None:
        if isinstance(told, Reached):
            trial = self.known[told.number]
            stages = {**trial.stages, told.stage: told.accuracy}
            self.known[told.number] = replace(trial, stages=stages)
            self.records.reach(told.number, told.stage, told.accuracy)
        elif isinstance(told, Ended) and told.result.state != STOPPED:
            self._end(told.number, told.result)
        else:
            self.running.discard(told.number)
            if told.result.message:
                self.halted = InputError(told.result.message, **told.result.values)

    def _end(self, number: int, result: Result) -> None:
        self.running.discard(number)
        self.records.end(number, result)
        self.known[number] = replace(self.known[number], state=result.state, result=result)
        self.images += result.images
        self.show(self.known[number])

    def _stop(self) -> None:
        """Let trials stop; those that end all the same count."""
        for number in list(self.running):
            self.executor.cancel(number)
        deadline = time.monotonic() + STOPPING
        while self.running and time.monotonic() < deadline:
            self._listen(TICK)
