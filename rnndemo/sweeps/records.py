"""A study on disk: an Optuna study and its specification.

================== ==============================================================================
in its folder       content
================== ==============================================================================
``sweep.json``      the search space, the number of trials requested, the seconds it has run, and
                    which trials are further seeds of the same settings
``journal.log``     the Optuna study, unless that is in a database
``trials/0007``     the run of trial 7, like any other run
``coordinator``     a lock, held by the process that runs the study
``stop``            exists while the study is requested to stop
``workers.log``     the output of workers
================== ==============================================================================

A trial's start is one record, with all its parameters; its end is two: its result, then its state.
Whenever a process dies, each trial has either ended or is run again.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import optuna
from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState, create_trial

from rnndemo.errors import InputError
from rnndemo.storage.files import read_json, unreadable, write_json
from rnndemo.storage.records import read
from rnndemo.sweeps import space_file
from rnndemo.sweeps.plan import STATES, Rounds, TrialRecord, distributions
from rnndemo.sweeps.space import SearchSpace, Value
from rnndemo.trials.task import COMPLETE, RUNNING, Result

SWEEP, JOURNAL, TRIALS, COORDINATOR, STOP, LOG = (
    "sweep.json", "journal.log", "trials", "coordinator", "stop", "workers.log"
)  # fmt: skip
SCHEMA = 1


@dataclass(frozen=True)
class StudySpec:
    """The specification of a study.

    Parameters
    ----------
    study : str
        Its random name.
    trials : int
        How many are requested; 0 where only the budget ends it.
    seconds : float
        How long it has run so far.
    rounds : tuple of (int, int)
        Of further seeds: see `rnndemo.sweeps.plan`.
    """

    study: str
    space: SearchSpace
    trials: int
    seconds: float = 0.0
    rounds: Rounds = ()


def write_about(folder: Path, about: StudySpec) -> None:
    """Write `about` into the study's folder."""
    content = {**asdict(about), "space": space_file.to_json(about.space), "schema": SCHEMA}
    write_json(folder / SWEEP, content)


def read_about(folder: Path) -> StudySpec:
    """Return the specification of the study in `folder`.

    Raises
    ------
    InputError
        If there is none, or its file is damaged or of a newer version.
    """
    content = read_json(folder / SWEEP)
    try:
        if content["schema"] != SCHEMA:
            raise InputError(
                "{folder} contains a study of a newer version of the app; update the app to "
                "open it.",
                folder=str(folder),
            )
        space = space_file.from_json(content["space"])
        content = {"rounds": [], **content, "space": space}  # older versions knew no rounds
        return read(StudySpec, content, whole=True)
    except InputError:
        raise
    except (KeyError, TypeError, ValueError):
        raise unreadable(SWEEP) from None


def new_name() -> str:
    """Return a random name for a study."""
    return f"sweep-{secrets.token_hex(5)}"


def folder_of(folder: Path, number: int) -> Path:
    """Return the folder of a trial's run."""
    return folder / TRIALS / f"{number:04d}"


class Records:
    """The stored trials of a study.

    Only the process that holds the study's lock writes; any number may read.

    Parameters
    ----------
    folder : Path
        Of the study.
    url : str, default ""
        Of a database; else a journal in the folder is used.

    Raises
    ------
    InputError
        If the journal is damaged, or the database cannot be used.
    """

    def __init__(self, folder: Path, about: StudySpec, url: str = "", writes: bool = False) -> None:
        self.space, self.url, self.folder = about.space, url, folder
        if writes and not url:
            _mend(folder / JOURNAL)
        try:
            self.storage = _storage(folder, url)
            self.study = _study(self.storage, about.study, writes)
        except (InputError, OSError):
            raise
        except (ValueError, KeyError):
            raise self._damaged() from None
        except Exception:
            if url:  # the connection is gone, or the like
                raise
            raise self._damaged() from None  # Optuna replays a journal as if it were its own

    def read(self) -> list[TrialRecord]:
        """Return all trials that have begun, by number.

        Raises
        ------
        InputError
            If what is stored of one is damaged.
        """
        names = set(self.space.varied)
        try:
            return [_known(trial, names) for trial in self.study.get_trials(deepcopy=False)]
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise self._damaged() from None

    def _damaged(self) -> InputError:
        if self.url:
            return InputError(
                "The study in {folder} cannot be read: its database is damaged.",
                folder=str(self.folder),
            )
        return InputError(
            "The study in {folder} cannot be read: {file} is damaged.",
            folder=str(self.folder), file=JOURNAL,
        )  # fmt: skip

    def begin(self, params: Mapping[str, Value], repeat: int) -> None:
        """Store that the next trial runs."""
        self.study.add_trial(
            create_trial(
                state=TrialState.RUNNING, params=dict(params),
                distributions=distributions(self.space), user_attrs={"repeat": repeat},
            )
        )  # fmt: skip

    def reach(self, number: int, stage: int, accuracy: float) -> None:
        """Store the accuracy that a trial has reached at a stage."""
        self.storage.set_trial_intermediate_value(self._id(number), stage, accuracy)

    def end(self, number: int, result: Result) -> None:
        """Store how a trial ended."""
        self.storage.set_trial_user_attr(self._id(number), "result", result.to_json())
        complete = result.state == COMPLETE
        self.study.tell(
            number, result.validation_accuracy if complete else None, STATES[result.state]
        )

    def _id(self, number: int) -> int:
        study = self.storage.get_study_id_from_name(self.study.study_name)
        return self.storage.get_trial_id_from_study_id_trial_number(study, number)

    def close(self) -> None:
        """Close the connection, if there is one."""
        self.storage.remove_session()


_NAMES = {state: name for name, state in STATES.items()}


def _known(trial: FrozenTrial, names: set[str]) -> TrialRecord:
    """Return a stored trial that varies `names`; raise a ValueError or the like if damaged."""
    content = trial.user_attrs.get("result")
    state = _NAMES.get(trial.state, RUNNING)
    if trial.params.keys() != names:
        raise ValueError("other fields vary")
    return TrialRecord(
        trial.number, trial.params, read(int, trial.user_attrs["repeat"], low=0), state,
        Result.from_json(content) if content and state != RUNNING else None,
        {int(stage): float(value) for stage, value in trial.intermediate_values.items()},
    )  # fmt: skip


class _Alone(JournalFileOpenLock):
    """No lock of the journal: the writer holds the study's, which the system frees when it dies."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass


def _storage(folder: Path, url: str) -> BaseStorage:
    if not url:
        journal = str(folder / JOURNAL)
        return JournalStorage(JournalFileBackend(journal, _Alone(journal)))
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return optuna.storages.RDBStorage(url)
    except (SQLAlchemyError, ImportError) as problem:  # its own message may contain the password
        raise InputError(
            "The study's database cannot be used ({reason}). Check that its address is right, "
            "that it is running, and that its driver is installed.",
            reason=type(problem).__name__,
        ) from None


def _study(storage: BaseStorage, name: str, writes: bool) -> optuna.Study:
    if not writes:
        return optuna.load_study(study_name=name, storage=storage)
    return optuna.create_study(
        storage=storage, study_name=name, direction="maximize", load_if_exists=True
    )


def _mend(journal: Path) -> None:
    """Cut off trailing lines that a dying process left incomplete."""
    if not journal.exists():
        return
    lines = journal.read_bytes().splitlines(keepends=True)
    while lines and not (lines[-1].endswith(b"\n") and _is_json(lines[-1])):
        lines.pop()
    os.truncate(journal, sum(map(len, lines)))


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
