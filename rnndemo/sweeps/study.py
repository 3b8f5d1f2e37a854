"""Create, run, stop and read a study.

One coordinator process chooses trials, submits them, and stores their results. Its loop is
`rnndemo.sweeps.coordinator`; `rnndemo.sweeps.plan` chooses trials, and `rnndemo.sweeps.records`
describes the files.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from rnndemo import codec
from rnndemo.config import DataConfig
from rnndemo.errors import InputError, check_number
from rnndemo.storage.locks import held
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


def prepare(folder: Path, space: SearchSpace | None = None, trials: int | None = None) -> StudySpec:
    """Return the specification of the study in `folder`, changed as requested, or of a new one.

    Parameters
    ----------
    space : SearchSpace, optional
        Required for a new study; of an existing one only the budget may differ.
    trials : int, optional
        Total number; by default as before, or the default of the space.

    Raises
    ------
    InputError
        If the study there has another search space, nothing ends the study, or a new one has a
        scan that does not fit its pictures.
    """
    if trials is not None:
        check_number("trials", trials, 1, MAX_TRIALS, whole=True)
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
        check_scans(space)
        about = StudySpec(new_name(), space, trials or space.trials)
    check_ends(about.space, about.trials)
    return about


def check_ends(space: SearchSpace, trials: int) -> None:
    """Check that a number of trials or a budget ends a study, an `InputError` otherwise."""
    if not (trials or space.budget.seconds or space.budget.images):
        raise InputError(
            "Say when the study should end: give a number of trials, or a budget in seconds or "
            "images."
        )


def check_scans(space: SearchSpace) -> None:
    """Check that each scan of a study fits the pictures of one of its data sets at least.

    Trials in which the two do not fit each other fail, and say why.

    Raises
    ------
    InputError
        If one fits none of them.
    """
    scans = space.all_values("data.scan")
    if {*scans} <= {DataConfig().scan}:  # it fits every picture
        return
    sizes = picture_sizes(space)
    from rnndemo.data.scans import fits, scan_table

    for scan in map(str, scans):
        if not any(fits(scan, *size) for size in sizes):
            scan_table(scan, *sizes[0])  # raises


def picture_sizes(space: SearchSpace) -> list[tuple[int, int]]:
    """Return height and width of the pictures of each data set of a study.

    Raises
    ------
    InputError
        If one of them is a set of own classes that is not here.
    """
    from rnndemo.data.load import image_size_of  # here: a coordinator needs no torch

    return [
        image_size_of(codec.set_values(space.base, {"data.name": name, "data.frame": frame}))
        for name in space.all_values("data.name")
        for frame in space.all_values("data.frame")
    ]


def _question(space: SearchSpace) -> dict[str, object]:
    return space_file.to_json(replace(space, budget=Budget()))


def _check_empty(folder: Path) -> None:
    if folder.is_dir() and any(path.name not in (COORDINATOR, LOG) for path in folder.iterdir()):
        raise InputError(
            "{folder} already contains other files; name a new folder for the study.",
            folder=str(folder),
        )


def look(folder: Path, url: str = "") -> tuple[StudySpec, list[TrialRecord]]:
    """Return a study's specification and its trials so far.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    about = read_about(folder)
    with closing(Records(folder, about, url)) as records:
        return about, records.read()


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
        Returns the executor; called when this process holds the study's lock.
    url : str, default ""
        Of a database for the trials; else they are stored in the folder.
    should_stop : callable
        Called five times a second.
    show : callable
        Called with each trial that ends and the number of those that have.

    Raises
    ------
    InputError
        If another process runs it, it cannot be written, or no trial can run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # the executor first: if it cannot start, nothing has changed
    with held(folder / COORDINATOR, lambda: _busy(folder)), closing(start()) as executor:
        (folder / STOP).unlink(missing_ok=True)
        write_about(folder, about)
        with closing(Records(folder, about, url, writes=True)) as records:
            return Coordinator(folder, about, records, executor, should_stop, show).run()


def _busy(folder: Path) -> InputError:
    return InputError(
        "Another process is running the study in {folder}; wait until it ends, or stop it.",
        folder=str(folder),
    )
