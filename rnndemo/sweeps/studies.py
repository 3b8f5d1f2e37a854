"""A visitor's studies: start, list, find, delete and restore them; read, stop and continue one.

Every visitor has a folder of studies (`rnndemo.storage.shelf`). Besides the files of every study
(`rnndemo.sweeps.records`), a study's folder there contains:

================ ===============================================================
``about.json``   title, name of the ready question, time of creation
``worker``       a lock, held by its process from the moment it is started
``worker.log``   the output of that process
``outcome.json`` how that process ended
``halt``         exists while the study is requested to stop
================ ===============================================================
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from rnndemo.errors import N_, InputError
from rnndemo.jobs.job import Job
from rnndemo.jobs.outcome import Outcome, read_outcome, write_outcome
from rnndemo.jobs.queue import Most, take
from rnndemo.storage.files import as_input_error, unreadable
from rnndemo.storage.folders import folders_with
from rnndemo.storage.locks import is_locked, locked
from rnndemo.storage.names import ASKING, STATE
from rnndemo.storage.shelf import ShelfWithTrash
from rnndemo.sweeps import plan, study
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.records import (
    COORDINATOR,
    JOURNAL,
    STOP,
    SWEEP,
    Records,
    StudySpec,
    folder_of,
    read_about,
    write_about,
)
from rnndemo.sweeps.server import HALT, OUTCOME, at_once, database, study_queue
from rnndemo.sweeps.space import Budget, SearchSpace
from rnndemo.training.runs import Run, Runs, check_data, check_sources

MAX_STUDIES = 50  # of one visitor
MAX_REQUESTED = 1000  # trials of a study that a page requests: each leaves a run
MAX_IN_MEMORY = MAX_STUDIES * MAX_REQUESTED  # trials of all studies: all that a visitor may have

INTERRUPTED = N_(
    "The study was interrupted by a restart or a lack of memory. Finished trials are kept."
)

# Folder of a study -> the journal's state when it was read, and the trials. The list of studies
# reads all of them at every run of the page.
_cache: dict[Path, tuple[tuple[object, ...], list[TrialRecord]]] = {}


class Study(Job):
    """A study in the data folder."""

    texts = ("title", "question")  # which ready question, "" for an own one
    not_own = N_("This study belongs to someone else: you can look at it, but not change it.")
    not_written = N_("The study could not be written ({reason}); {hint}.")

    @property
    def queue(self) -> Path:
        """The folder of the tickets of studies."""
        return study_queue()

    @property
    def most(self) -> Most | None:
        """How many studies have a turn at once."""
        return at_once

    @property
    def running(self) -> bool:
        """Whether a process runs it, or it waits for its turn."""
        return super().running or is_locked(self.folder / COORDINATOR)

    @property
    def outcome(self) -> Outcome:
        """What it is doing, or how it ended."""
        while True:
            if self.running:
                return Outcome("running", place=self.place)
            found = read_outcome(self.folder / OUTCOME)
            if found is not None:
                return found
            if not self.running:  # else it was continued between the two checks
                return Outcome("stopped", self.exit_note or INTERRUPTED)

    def look(self) -> tuple[StudySpec, list[TrialRecord]]:
        """Return its specification and its trials so far, by number.

        Raises
        ------
        InputError
            If it is damaged, of a newer version, or deleted.
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
            raise unreadable(JOURNAL) from None
        except InputError as problem:
            if "folder" not in problem.values:
                raise
            values = {**problem.values, "folder": self.name}  # visitors must not see the path
            raise InputError(problem.message, **values) from None

    def stop(self) -> None:
        """Request it to stop; it can be continued."""
        self.check_own()
        with as_input_error(self.not_written):
            (self.folder / HALT).touch()
            (self.folder / STOP).touch()
            if take(self.queue, self.name):
                write_outcome(self.folder / OUTCOME, Outcome("stopped"))

    def go_on(self, more: int = 0) -> None:
        """Continue it, with `more` further trials and then as much budget again.

        Raises
        ------
        InputError
            If it is another visitor's, it or another study runs, or it cannot be written.
        """
        self.check_own()
        about, known = self.look()
        self._go_on(_extended(about, known, more) if more else about, about)

    def add_seeds(self) -> None:
        """Continue it with one more seed for each of its settings; raises as `go_on` does."""
        self.check_own()
        about, known = self.look()
        more = len(plan.combinations(known))
        longer = _extended(about, known, more)
        first = _asked_for(about, known)
        self._go_on(replace(longer, rounds=(*about.rounds, (first, first + more))), about)

    def _go_on(self, about: StudySpec, before: StudySpec) -> None:
        check_offered(about.space)
        check_trials(about.trials)
        with self._locked():
            self.check_alone()
            self.check_queue()
            if about != before:
                write_about(self.folder, about)
            self._enqueue("study")

    def check_alone(self) -> None:
        """Check that no study of its visitor runs, an `InputError` otherwise."""
        if self.running:
            raise InputError("This study is already running.")
        if any(Study(path).running for path in folders_with(self.folder.parent, SWEEP)):
            raise InputError(
                "One of your studies is running; stop it first, or wait until it ends."
            )

    def copy_trial(self, number: int, runs: Runs, title: str) -> Run:
        """Copy a trial into a visitor's `runs`, and return the copy.

        Training it further does not change the study, which may be anyone's.

        Raises
        ------
        InputError
            If the trial left no run, the visitor has too many runs, or it cannot be written.
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

    thing = Study
    kind, trash_kind, mark = "studies", "trash/studies", SWEEP
    limit = MAX_STUDIES
    missing = N_("The study of this link is not here: it was deleted, or the link is incomplete.")
    not_written = Study.not_written
    full = N_("You can keep up to {most} studies. Delete some first.")
    too_late = N_("This study cannot be restored: it was deleted too long ago.")

    def start(self, space: SearchSpace, title: str = "", question: str = "") -> Study:
        """Start a study, and return it.

        Parameters
        ----------
        question : str, default ""
            Name of the ready question, if it is one.

        Raises
        ------
        InputError
            If it cannot run here, another study runs, or the visitor has too many.
        """
        check_offered(space)
        study.check_ends(space, space.trials)
        self.check_room()
        with self._new_folder() as folder:
            found = Study(folder, own=True)
            about = study.prepare(folder, space, space.trials or MAX_REQUESTED)
            check_trials(about.trials)
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.folder / ASKING):
                found.check_alone()
            folder.mkdir()
            found.describe(title, question=question, made=time.time())
            Records(folder, about, database(), writes=True).close()
            write_about(folder, about)  # last: this file makes it a study
            found.go_on()
        return found

    def delete(self, name: str) -> None:
        """End a study's process, and move the study to the trash."""
        self.find(name).kill()
        super().delete(name)


def check_offered(space: SearchSpace) -> None:
    """Check that a page may train on all data sets of `space`, an `InputError` otherwise."""
    check_sources(space.base)
    for field in ("data.name", "scenes.glyphs"):
        for name in space.all_values(field):
            check_data(str(name))


def check_trials(trials: int) -> None:
    """Check that a page may request this many trials, an `InputError` otherwise."""
    if trials > MAX_REQUESTED:
        raise InputError(
            "{trials} trials are too many for a page; ask for at most {most}.",
            trials=trials, most=MAX_REQUESTED,
        )  # fmt: skip


def _asked_for(about: StudySpec, known: list[TrialRecord]) -> int:
    """Return how many trials have begun or are of a round that has not ended."""
    return max(len(known), *(stop for _, stop in about.rounds), 0)


def _extended(about: StudySpec, known: list[TrialRecord], more: int) -> StudySpec:
    """Return a study with `more` further trials, and with the whole budget that it then has."""
    trials = max(about.trials, len(known)) + more
    if not about.space.trials:  # only the budget ends it, or the most that a page may request
        trials = max(about.trials, _asked_for(about, known) + more)
    budget = about.space.budget
    images = sum(trial.result.images for trial in known if trial.result)
    budget = Budget(
        trials if budget.trials else 0,
        budget.seconds and budget.seconds + about.seconds,
        budget.images and budget.images + images,
    )
    return replace(about, space=replace(about.space, budget=budget), trials=trials)


def _trials(folder: Path, about: StudySpec) -> list[TrialRecord]:
    """Return the trials, read again only when they may have changed."""
    file = _changing_file(folder)
    if file is None:
        return study.look(folder, database())[1]
    stat = file.stat()
    stamp = (about, database(), stat.st_ino, stat.st_size, stat.st_mtime_ns)
    cached = _cache.pop(folder, None)
    if cached is None or cached[0] != stamp:
        cached = stamp, study.look(folder, database())[1]
    _cache[folder] = cached  # the most recently used is dropped last
    while sum(len(trials) or 1 for _, trials in list(_cache.values())) > MAX_IN_MEMORY:
        _cache.pop(next(iter(_cache)), None)
    return list(cached[1])


def _changing_file(folder: Path) -> Path | None:
    """Return the file that changes when trials have; with a database, that of a study's end."""
    if not database():
        return folder / JOURNAL
    outcome = folder / OUTCOME
    return outcome if outcome.is_file() and not is_locked(folder / COORDINATOR) else None
