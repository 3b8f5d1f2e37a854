"""A visitor's studies: ask, list, find, delete and undelete; look at one, stop and continue it.

Every visitor has a folder of studies (`rnndemo.storage.shelf`). Beside the files of every study
(`rnndemo.sweeps.records`) the folder of one holds:

================ ===============================================================
``about.json``   title, which ready question it is, when it was asked
``worker``       a lock, held by its process from the moment that it is started
``worker.log``   what that process printed
``outcome.json`` how that process ended
``halt``         there while someone asks it to stop
================ ===============================================================
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from rnndemo.errors import N_, InputError
from rnndemo.jobs.job import Job
from rnndemo.jobs.queue import place_of_run
from rnndemo.storage.files import as_input_error
from rnndemo.storage.folders import folders_with
from rnndemo.storage.locks import locked
from rnndemo.storage.names import ASKING, STATE
from rnndemo.storage.shelf import ShelfWithTrash
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
from rnndemo.sweeps.records import (
    JOURNAL,
    SWEEP,
    Records,
    StudySpec,
    folder_of,
    read_about,
    write_about,
)
from rnndemo.sweeps.space import Budget, Fixed, SearchSpace, Value
from rnndemo.training.runs import Run, Runs, check_data

MAX_STUDIES = 50  # of one visitor
MAX_ASKED = 1000  # trials of a study that a page asks for: each leaves a run
MAX_IN_MEMORY = MAX_STUDIES * MAX_ASKED  # trials, of all studies; all that one visitor may have

# The trials of a study as they were read, with the state of the journal at that time. The list of
# studies looks at all of them at every run of the page.
_looks: dict[Path, tuple[tuple[object, ...], list[TrialRecord]]] = {}


class Study(Job):
    """A study in the data folder."""

    texts = ("title", "question")  # which ready question, "" for an own one
    not_own = N_("This study belongs to someone else: you can look at it, but not change it.")
    not_written = N_("The study could not be written ({reason}); make room in the data folder.")

    @property
    def running(self) -> bool:
        """Whether a process runs it, or waits to."""
        return super().running or study.is_running(self.folder)

    @property
    def place(self) -> int:
        """Its place among the studies that wait to begin, 0 where it need not wait."""
        return place_of_run(waiting_room(), self.name, at_once())

    @property
    def outcome(self) -> StudyOutcome:
        """What it is doing, or how it ended."""
        while True:
            if self.running:
                return StudyOutcome("running", place=self.place)
            found = read_outcome(self.folder)
            if found is not None:
                return found
            if not self.running:  # else it was continued between the two looks
                return StudyOutcome("stopped", self.exit_note or INTERRUPTED)

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
        self.check_own()
        with as_input_error(self.not_written):
            (self.folder / HALT).touch()
            study.ask_to_stop(self.folder)

    def go_on(self, more: int = 0) -> None:
        """Continue it, with so many trials `more` than were asked for, and its budget once more.

        Raises
        ------
        InputError
            If it is another visitor's, or runs, or another one does, or it cannot be written.
        """
        self.check_own()
        about, known = self.look()
        space, trials = about.space, about.trials
        if more:
            trials = max(trials, len(known)) + more
            space = replace(space, budget=_once_more(about, known, trials))
        check_trials(trials)
        with self._locked():
            self.check_alone()
            if more:
                write_about(self.folder, study.prepare(self.folder, space, trials))
            self._start_worker("study")

    def check_alone(self) -> None:
        """Check that neither it nor another of its visitor runs, an `InputError` otherwise."""
        if self.running:
            raise InputError("This study is already running.")
        if any(Study(path).running for path in folders_with(self.folder.parent, SWEEP)):
            raise InputError(
                "One of your studies is running; stop it first, or wait until it ends."
            )

    def copy_trial(self, number: int, runs: Runs, title: str) -> Run:
        """Return a copy of a trial as one of a visitor's `runs`.

        Training it on changes nothing in the study, which may be anyone's.

        Raises
        ------
        InputError
            If the trial has left nothing, the visitor has too many runs, or it cannot be written.
        """
        trial = folder_of(self.folder, number)
        if not (trial / STATE).is_file():
            raise InputError("Trial {number} left no run to open.", number=number)
        return runs.copy(trial, title)

    @property
    def _request_lock(self) -> Path:
        return self.folder.parent / ASKING  # one study of a visitor runs at a time

    def _mark_resumed(self) -> None:
        for name in (OUTCOME, HALT):
            (self.folder / name).unlink(missing_ok=True)


class Studies(ShelfWithTrash[Study]):
    """One visitor's studies."""

    kind, trash_kind, mark = "studies", "trash/studies", SWEEP
    limit = MAX_STUDIES
    missing = N_("There is no study {name!r} here: it was deleted, or the link is incomplete.")
    not_written = Study.not_written
    full = N_("You can keep up to {most} studies. Delete some first.")
    too_late = N_("This study cannot be restored: it was deleted too long ago.")

    @classmethod
    def _open(cls, folder: Path, own: bool) -> Study:
        return Study(folder, own)

    def start(self, space: SearchSpace, title: str = "", question: str = "") -> Study:
        """Ask a question.

        Parameters
        ----------
        question : str, default ""
            Its name, where it is a ready one.

        Raises
        ------
        InputError
            If it cannot be asked here, or too many studies run or are kept.
        """
        check_offered(space)
        self.check_room()
        with self._new_folder() as folder:
            found = Study(folder, own=True)
            about = study.prepare(folder, space, space.trials or MAX_ASKED)
            check_trials(about.trials)
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.folder / ASKING):
                found.check_alone()
            folder.mkdir()
            found.describe(title, question=question, made=time.time())
            Records(folder, about, database(), writes=True).close()
            write_about(folder, about)  # last: now it is a study
            found.go_on()
        return found

    def delete(self, name: str) -> None:
        """End a study's process, and move the study into the trash."""
        self.find(name).kill()
        super().delete(name)


def check_offered(space: SearchSpace) -> None:
    """Check that a page may train on all data that `space` names, an `InputError` otherwise."""
    names: list[Value] = [space.base.data.name]
    for path, one in space.dimensions:
        if path == "data.name":
            names += [one.value] if isinstance(one, Fixed) else space.values(path)
    for name in names:
        check_data(str(name))


def check_trials(trials: int) -> None:
    """Check that a page may ask for so many, an `InputError` otherwise."""
    if trials > MAX_ASKED:
        raise InputError(
            "{trials} trials are too many for a page; ask for at most {most}.",
            trials=trials, most=MAX_ASKED,
        )  # fmt: skip


def _once_more(about: StudySpec, known: list[TrialRecord], trials: int) -> Budget:
    """Return what may be spent in all when a study is extended to so many trials."""
    budget = about.space.budget
    images = sum(trial.result.images for trial in known if trial.result)
    return Budget(
        trials if budget.trials else 0,
        budget.seconds and budget.seconds + about.seconds,
        budget.images and budget.images + images,
    )


def _trials(folder: Path, about: StudySpec) -> list[TrialRecord]:
    """Return the trials; read anew only where the journal has grown."""
    if database():
        return study.look(folder, database())[1]
    seen = (folder / JOURNAL).stat()
    stamp = (about, seen.st_ino, seen.st_size, seen.st_mtime_ns)
    known = _looks.pop(folder, None)
    if known is None or known[0] != stamp:
        known = stamp, study.look(folder)[1]
    _looks[folder] = known  # the last one used is the last one dropped
    while sum(len(trials) or 1 for _, trials in list(_looks.values())) > MAX_IN_MEMORY:
        _looks.pop(next(iter(_looks)), None)
    return list(known[1])
