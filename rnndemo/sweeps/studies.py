"""A visitor's studies: ask, list, find, delete and undelete.

As with runs (`rnndemo.training.runs`), every visitor has a folder, whoever knows a study's name may
look at it, and only its visitor may steer or delete it. Names are random, and checked before they
become paths.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rnndemo.config import DATA_SETS
from rnndemo.data.load import offered
from rnndemo.errors import N_, InputError
from rnndemo.jobs import process
from rnndemo.jobs.process import read_exit_note, reserve_note, write_worker
from rnndemo.jobs.queue import place_of_run
from rnndemo.storage.files import as_input_error, read_known, write_json
from rnndemo.storage.folders import (
    folder_named,
    folders_in,
    has_file,
    in_trash,
    move_to_trash,
    visitor_folder,
)
from rnndemo.storage.locks import is_locked, locked
from rnndemo.storage.names import (
    ABOUT,
    ASKING,
    CARD,
    CHECKPOINT,
    CONFIG,
    EVENTS,
    LOG,
    REPORT,
    STATE,
    WEIGHTS,
    WORKER,
)
from rnndemo.sweeps import study
from rnndemo.sweeps.outcome import (
    HALT,
    INTERRUPTED,
    OUTCOME,
    StudyOutcome,
    at_once,
    database,
    read_outcome,
    waiting_room,
)
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.records import ABOUT as SWEEP
from rnndemo.sweeps.records import JOURNAL, Records, StudySpec, folder_of, read_about, write_about
from rnndemo.sweeps.space import Budget, Fixed, SearchSpace
from rnndemo.training.runs import MAX_NAME, MAX_RUNS, Run, Visitor

MAX_STUDIES = 50  # of one visitor


class Studies:
    """One browser's studies.

    Parameters
    ----------
    owner : str
        The name of the visitor's folder, from `rnndemo.training.runs.owner_of`.

    Raises
    ------
    ValueError
        If it is no such name.
    """

    def __init__(self, owner: str) -> None:
        self.folder = visitor_folder("studies", owner)
        self.trash = visitor_folder("trash/studies", owner)

    def start(self, space: SearchSpace, title: str = "", question: str = "") -> Study:
        """Ask a question.

        Parameters
        ----------
        space : SearchSpace
        title : str
        question : str, default ""
            Its name, where it is a ready one.

        Raises
        ------
        InputError
            If it cannot be asked here, or too many studies run or are kept.
        """
        check_offered(space)
        if len(self.studies()) >= MAX_STUDIES:
            raise InputError(
                "You have {most} studies, and that is as many as are kept; delete some first.",
                most=MAX_STUDIES,
            )
        found = Study(self.folder / secrets.token_hex(10), own=True)
        about = study.prepare(found.folder, space, space.trials or MAX_ASKED)
        check_trials(about.trials)
        try:
            with as_input_error(NOT_WRITTEN):
                self.folder.mkdir(parents=True, exist_ok=True)
                with locked(self.folder / ASKING):
                    found.check_alone()
                found.folder.mkdir()
                told = {"title": title[:MAX_NAME], "question": question, "made": time.time()}
                write_json(found.folder / ABOUT, told)
                Records(found.folder, about, database(), writes=True).close()
                write_about(found.folder, about)  # last: now it is a study
            found.go_on()
        except InputError:
            shutil.rmtree(found.folder, ignore_errors=True)
            raise
        return found

    def studies(self) -> list[Study]:
        """Return the studies, the newest first."""
        found = [Study(path, own=True) for path in studies_in(self.folder)]
        return sorted(found, key=lambda one: one.about["made"], reverse=True)

    def delete(self, name: str) -> None:
        """Put a study into the trash, where `undelete` finds it for a day; end its process."""
        found = self.find(name)
        found.kill()
        with as_input_error(NOT_WRITTEN):
            move_to_trash(found.folder, self.trash)

    def undelete(self, name: str) -> Study:
        """Bring a deleted study back.

        Raises
        ------
        InputError
            If it is not in the trash any more.
        """
        if not in_trash(name, self.trash):
            raise InputError("This study cannot be brought back: it was deleted too long ago.")
        with as_input_error(NOT_WRITTEN):
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.trash / name).rename(self.folder / name)
        return Study(self.folder / name, own=True)

    def find(self, name: str) -> Study:
        """Return the study of that name: this visitor's, or another's to look at.

        Raises
        ------
        InputError
            If there is none.
        """
        if found := folder_named(self.folder, name, SWEEP):
            return Study(found, own=found.parent == self.folder)
        raise InputError(
            "There is no study {name!r} here; it was deleted, or the link is not whole.",
            name=name[:40],
        )


def check_offered(space: SearchSpace) -> None:
    """See that a page may train on all data that `space` names, an `InputError` otherwise."""
    named = [space.base.data.name]
    for path, one in space.dimensions:
        if path == "data.name":
            named += [one.value] if isinstance(one, Fixed) else map(str, space.values(path))
    for name in named:
        if not offered(str(name)):
            raise InputError(
                "There is no data set named {name!r}; there are {known}.",
                name=str(name)[:40], known=", ".join(DATA_SETS),
            )  # fmt: skip


MAX_ASKED = 1000  # trials of a study that a page asks for: each leaves a run
NOT_WRITTEN = N_("The study could not be written ({reason}); make room in the data folder.")
MAX_LOOKS = 16  # studies whose trials are kept as they were read

_looks: dict[Path, tuple[tuple[object, ...], list[TrialRecord]]] = {}
_keepers: list[subprocess.Popen[bytes]] = []  # so that those that ended are seen off


@dataclass(frozen=True)
class Study:
    """A study in the data folder.

    Parameters
    ----------
    folder : Path
    own : bool
        Whether it may be steered and deleted, or only looked at.
    """

    folder: Path
    own: bool = False

    @property
    def name(self) -> str:
        """Its random name, part of links to it."""
        return self.folder.name

    @property
    def about(self) -> dict[str, Any]:
        """Title, ready question ("" for an own one), and when it was asked (since 1970)."""
        return read_known(self.folder / ABOUT, {"title": "", "question": "", "made": 0.0})

    @property
    def running(self) -> bool:
        """Whether a process runs it, or waits to."""
        return is_locked(self.folder / WORKER) or study.is_running(self.folder)

    @property
    def outcome(self) -> StudyOutcome:
        """What it is doing, or how it ended."""
        while True:
            if self.running:
                place = place_of_run(waiting_room(), self.name, at_once())
                return StudyOutcome("running", place=place)
            found = read_outcome(self.folder)
            if found is not None:
                return found
            if not self.running:  # else it was continued between the two looks
                return StudyOutcome("stopped", read_exit_note(self.folder) or INTERRUPTED)

    def look(self) -> tuple[StudySpec, list[TrialRecord]]:
        """Return what it asks, and its trials so far, by number.

        Raises
        ------
        InputError
            If it is damaged, of a newer version, or gone.
        """
        try:
            about = read_about(self.folder)
            if not database() and not (self.folder / JOURNAL).is_file():
                raise InputError(
                    "The study in {folder} cannot be read: {file} is damaged.",
                    folder=self.name, file=JOURNAL,
                )  # fmt: skip
            return about, _trials(self.folder, about)
        except OSError:
            raise InputError(
                "{file} cannot be read: it is missing or damaged.", file=JOURNAL
            ) from None
        except InputError as problem:
            if "folder" not in problem.values:
                raise
            values = {**problem.values, "folder": self.name}  # where it lies is nobody's business
            raise InputError(problem.message, **values) from None

    def stop(self) -> None:
        """Ask it to stop; it can be continued."""
        self._check_own()
        with as_input_error(NOT_WRITTEN):
            (self.folder / HALT).touch()
            study.ask_to_stop(self.folder)

    def go_on(self, more: int = 0) -> None:
        """Continue it, with so many trials `more` than were asked for, and its budget once more.

        Raises
        ------
        InputError
            If it is another visitor's, or runs, or another one does, or it cannot be written.
        """
        self._check_own()
        about, known = self.look()
        space, trials = about.space, about.trials
        if more:
            trials = max(trials, len(known)) + more
            space = replace(space, budget=_once_more(about, known, trials))
        check_trials(trials)
        with as_input_error(NOT_WRITTEN), locked(self.folder.parent / ASKING):
            self.check_alone()
            if more:
                write_about(self.folder, study.prepare(self.folder, space, trials))
            with locked(self.folder / WORKER) as lock:
                self._spawn(lock)

    def _check_own(self) -> None:
        if not self.own:
            raise InputError(
                "This study belongs to someone else: it can be looked at, not changed."
            )

    def check_alone(self) -> None:
        """See that neither it nor another of its visitor runs, an `InputError` otherwise."""
        if self.running:
            raise InputError("This study is running already.")
        if any(Study(path).running for path in studies_in(self.folder.parent)):
            raise InputError("One of your studies is running; stop it first, or wait for its end.")

    def _spawn(self, lock: int) -> None:
        reserve_note(lock)
        for name in (OUTCOME, HALT):
            (self.folder / name).unlink(missing_ok=True)
        keeper = process.start("study", [str(self.folder)], self.folder, self.folder / LOG, lock)
        write_worker(lock, keeper.pid)
        _keepers[:] = [one for one in _keepers if one.poll() is None] + [keeper]

    def kill(self) -> None:
        """End its process at once, if it has one; what has ended is kept."""
        self._check_own()
        with as_input_error(NOT_WRITTEN), locked(self.folder.parent / ASKING):
            process.kill(self.folder)


def _trials(folder: Path, about: StudySpec) -> list[TrialRecord]:
    """Return the trials; read anew only where the journal has grown."""
    if database():
        return study.look(folder, database())[1]
    seen = (folder / JOURNAL).stat()
    stamp = (about, seen.st_ino, seen.st_size, seen.st_mtime_ns)
    kept = _looks.pop(folder, None)
    if kept is None or kept[0] != stamp:
        kept = stamp, study.look(folder)[1]
    _looks[folder] = kept  # the last one used is the last one dropped
    while len(_looks) > MAX_LOOKS:
        _looks.pop(next(iter(_looks)), None)
    return list(kept[1])


def _once_more(about: StudySpec, known: list[TrialRecord], trials: int) -> Budget:
    """Return what may be spent in all when a study is extended to so many trials."""
    budget = about.space.budget
    images = sum(trial.result.images for trial in known if trial.result)
    return Budget(
        trials if budget.trials else 0,
        budget.seconds and budget.seconds + about.seconds,
        budget.images and budget.images + images,
    )


def check_trials(trials: int) -> None:
    """See that a page may ask for so many, an `InputError` otherwise."""
    if trials > MAX_ASKED:
        raise InputError(
            "{trials} trials are more than a page asks for; {most} is the most.",
            trials=trials, most=MAX_ASKED,
        )  # fmt: skip


def studies_in(folder: Path) -> list[Path]:
    """Return the folders of the studies in a visitor's folder."""
    return [path for path in folders_in(folder) if has_file(path, SWEEP)]


FILES = (CONFIG, STATE, EVENTS, CHECKPOINT, REPORT, CARD, WEIGHTS)  # weights last: a whole model


def take_over(folder: Path, number: int, visitor: Visitor, title: str) -> Run:
    """Copy a trial of the study in `folder` as a run of `visitor`.

    It is a copy of its own: training it on changes nothing in the study.

    Parameters
    ----------
    folder : Path
        Of the study, anyone's.
    number : int
        Of the trial.
    visitor : Visitor
    title : str
        What the run is called.

    Raises
    ------
    InputError
        If the trial has left nothing, the visitor has too many runs, or it cannot be written.
    """
    trial = folder_of(folder, number)
    if not (trial / STATE).is_file():
        raise InputError("Trial {number} has left no run behind.", number=number)
    if len(visitor.runs()) >= MAX_RUNS:
        raise InputError(
            "You have {most} runs, and that is as many as are kept; delete some first.",
            most=MAX_RUNS,
        )
    name = secrets.token_hex(10)
    fresh = visitor.folder / f".{name}.new"
    try:
        fresh.mkdir(parents=True)
        for file in FILES:
            if (trial / file).is_file():
                shutil.copyfile(trial / file, fresh / file)
        about = {"title": title[:MAX_NAME], "notes": "", "made": time.time()}
        write_json(fresh / ABOUT, about)
        return Run(fresh.rename(visitor.folder / name), own=True)
    except OSError as problem:
        raise InputError(
            "The run could not be written ({reason}); make room in the data folder.",
            reason=problem.strerror or str(problem),
        ) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
