"""One study as pages see it: what it is doing, and how it is stopped, continued and extended.

Beside the files of every study (`rnndemo.sweeps.records`) its folder holds:

================ ===============================================================
``about.json``   title, which ready question it is, when it was asked
``worker``       a lock, held by its process from the moment that it is started
``outcome.json`` how that process ended
``halt``         there while someone asks it to stop
================ ===============================================================
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rnndemo.errors import N_, InputError
from rnndemo.files import folders_in, holds, in_words, locked, read_known
from rnndemo.sweeps import study
from rnndemo.sweeps.plan import Known
from rnndemo.sweeps.records import ABOUT as SWEEP
from rnndemo.sweeps.records import JOURNAL, About, read_about, write_about
from rnndemo.sweeps.server import (
    HALT,
    INTERRUPTED,
    OUTCOME,
    Outcome,
    at_once,
    database,
    read_outcome,
    waiting_room,
)
from rnndemo.sweeps.space import Budget
from rnndemo.training import detached
from rnndemo.training.queue import is_locked, place_of_run
from rnndemo.training.run import ABOUT, LOG
from rnndemo.training.state import (
    ASKING,
    WORKER,
    make_room,
    read_last_words,
    write_worker,
)

MOST_ASKED = 1000  # trials of a study that a page asks for: each leaves a run
NOT_WRITTEN = N_("The study could not be written ({reason}); make room in the data folder.")
MOST_LOOKS = 16  # studies whose trials are kept as they were read

_looks: dict[Path, tuple[tuple[object, ...], list[Known]]] = {}
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
    def outcome(self) -> Outcome:
        """What it is doing, or how it ended."""
        while True:
            if self.running:
                place = place_of_run(waiting_room(), self.name, at_once())
                return Outcome("running", place=place)
            found = read_outcome(self.folder)
            if found is not None:
                return found
            if not self.running:  # else it was continued between the two looks
                return Outcome("stopped", read_last_words(self.folder) or INTERRUPTED)

    def look(self) -> tuple[About, list[Known]]:
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
        with in_words(NOT_WRITTEN):
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
        with in_words(NOT_WRITTEN), locked(self.folder.parent / ASKING):
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
        make_room(lock)
        for name in (OUTCOME, HALT):
            (self.folder / name).unlink(missing_ok=True)
        keeper = detached.start(
            "rnndemo.sweeps.keeper", [str(self.folder)], self.folder, self.folder / LOG, lock
        )
        write_worker(lock, keeper.pid)
        _keepers[:] = [one for one in _keepers if one.poll() is None] + [keeper]

    def kill(self) -> None:
        """End its process at once, if it has one; what has ended is kept."""
        self._check_own()
        with in_words(NOT_WRITTEN), locked(self.folder.parent / ASKING):
            detached.kill(self.folder)


def _trials(folder: Path, about: About) -> list[Known]:
    """Return the trials; read anew only where the journal has grown."""
    if database():
        return study.look(folder, database())[1]
    seen = (folder / JOURNAL).stat()
    stamp = (about, seen.st_ino, seen.st_size, seen.st_mtime_ns)
    kept = _looks.pop(folder, None)
    if kept is None or kept[0] != stamp:
        kept = stamp, study.look(folder)[1]
    _looks[folder] = kept  # the last one used is the last one dropped
    while len(_looks) > MOST_LOOKS:
        _looks.pop(next(iter(_looks)), None)
    return list(kept[1])


def _once_more(about: About, known: list[Known], trials: int) -> Budget:
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
    if trials > MOST_ASKED:
        raise InputError(
            "{trials} trials are more than a page asks for; {most} is the most.",
            trials=trials, most=MOST_ASKED,
        )  # fmt: skip


def studies_in(folder: Path) -> list[Path]:
    """Return the folders of the studies in a visitor's folder."""
    return [path for path in folders_in(folder) if holds(path, SWEEP)]
