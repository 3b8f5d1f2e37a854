"""A study: one coordinator process chooses trials, hands them out, and writes down what they say.

What a study is, and where it lies, stands in `rnndemo.sweeps.records`; how trials are chosen, in
`rnndemo.sweeps.plan`. The loop is `rnndemo.sweeps.coordinator`; here is how a study is made, run,
asked to stop, and looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rnndemo.errors import InputError
from rnndemo.storage.locks import is_locked, locked
from rnndemo.sweeps import space_file
from rnndemo.sweeps.coordinator import Coordinator
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.records import (
    COORDINATOR,
    LOG,
    STOP,
    SWEEP,
    Records,
    StudySpec,
    new_name,
    read_about,
    write_about,
)
from rnndemo.sweeps.space import MAX_TRIALS, Budget, SearchSpace
from rnndemo.trials.executor import Executor

LOCK_TIMEOUT = 0.5  # seconds: who only looks whether the lock is held lets go of it at once


def prepare(folder: Path, space: SearchSpace | None = None, trials: int | None = None) -> StudySpec:
    """Make a study in `folder`, or see how the one that is there goes on.

    Parameters
    ----------
    space : SearchSpace, optional
        Not needed where there is a study already; only its budget may have changed.
    trials : int, optional
        How many are wanted in all; else as many as before, or as the space says.

    Raises
    ------
    InputError
        If the study there asks another question, or nothing says when a new one is to end.
    """
    if trials is not None and not 1 <= trials <= MAX_TRIALS:
        raise InputError(
            "{field} = {value!r}: a whole number from {low} to {high} is needed.",
            field="trials", value=trials, low=1, high=MAX_TRIALS,
        )  # fmt: skip
    if (folder / SWEEP).exists():
        about = read_about(folder)
        if space is not None and _question(space) != _question(about.space):
            raise InputError(
                "{folder} already contains a study of another search space; name another folder.",
                folder=str(folder),
            )
        about = replace(about, space=space or about.space, trials=trials or about.trials)
    elif space is None:
        raise InputError("There is no study in {folder}.", folder=str(folder))
    else:
        _check_empty(folder)
        about = StudySpec(new_name(), space, trials or space.trials)
    budget = about.space.budget
    if not (about.trials or budget.seconds or budget.images):
        raise InputError(
            "Say when the study should end: give a number of trials, or a budget in seconds or "
            "images."
        )
    return about


def _question(space: SearchSpace) -> dict[str, object]:
    return space_file.to_json(replace(space, budget=Budget()))


def _check_empty(folder: Path) -> None:
    if folder.is_dir() and any(path.name not in (COORDINATOR, LOG) for path in folder.iterdir()):
        raise InputError(
            "{folder} already contains other files; name a new folder for the study.",
            folder=str(folder),
        )


def is_running(folder: Path) -> bool:
    """Return whether a coordinator runs the study in `folder`."""
    return is_locked(folder / COORDINATOR)


def ask_to_stop(folder: Path) -> None:
    """Ask the coordinator of the study in `folder` to stop; it can be continued later."""
    (folder / STOP).touch()


def look(folder: Path, url: str = "") -> tuple[StudySpec, list[TrialRecord]]:
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
    about: StudySpec,
    start: Callable[[], Executor],
    url: str = "",
    should_stop: Callable[[], bool] = lambda: False,
    show: Callable[[TrialRecord, int], None] = lambda trial, ended: None,
) -> list[TrialRecord]:
    """Run the study in `folder` until it ends or is stopped; return its trials.

    Parameters
    ----------
    about : StudySpec
        From `prepare`.
    start : callable
        Returns the executor, once it is certain that this process runs the study.
    url : str, default ""
        Of a database for the trials; without it they lie in the folder.
    should_stop : callable
        Asked five times a second.
    show : callable
        Called with each trial that ends, and with how many have.

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
                return Coordinator(folder, about, records, executor, should_stop, show).run()
            finally:
                records.close()
        finally:
            executor.close()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    try:
        with locked(folder / COORDINATOR, LOCK_TIMEOUT):
            yield
    except TimeoutError:
        raise InputError(
            "Another process is running the study in {folder}; wait until it ends, or stop it.",
            folder=str(folder),
        ) from None
