"""The process that runs a visitor's study, and how its trials take turns with other trainings."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.jobs.outcome import Outcome, read_outcome
from rnndemo.jobs.process import read_exit_note, reserve_note
from rnndemo.jobs.queue import Turn
from rnndemo.storage.limits import RUN_SECONDS
from rnndemo.sweeps import server, worker
from rnndemo.sweeps.records import JOURNAL, SWEEP
from rnndemo.sweeps.server import HALT, OUTCOME
from rnndemo.sweeps.space import Budget
from rnndemo.sweeps.studies import Studies, Study
from rnndemo.trials.task import STOPPED, Task
from rnndemo.trials.turns import TurnExecutor
from tests.runs import take_lock
from tests.seeded import SMALL, seeded
from tests.studies import Inline


def keep(study: Study, monkeypatch: pytest.MonkeyPatch, executor: Inline) -> Outcome:
    """Let the study's process do its work here, with trainings in closed form."""
    monkeypatch.setattr(worker, "_executor", lambda folder: executor)
    lock = take_lock(study.folder)
    reserve_note(lock)
    (study.folder / OUTCOME).unlink(missing_ok=True)
    worker.main([str(study.folder), str(lock)])
    os.close(lock)
    outcome = read_outcome(study.folder / OUTCOME)
    assert outcome is not None
    return outcome


def test_the_process_of_a_study_runs_it_to_its_end(
    mine: Studies, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = seeded(mine, 0, replace(SMALL, budget=Budget(trials=6)))
    assert keep(study, monkeypatch, Inline(2, random.Random(1))).status == "done"
    assert [trial.state for trial in study.look()[1]] == ["complete"] * 6


@pytest.mark.parametrize(("value", "most"), [("", 7200), ("90", 90), ("0", 0)])
def test_trials_have_the_limit_of_the_server_wherever_they_train(
    value: str, most: float, mine: Studies, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks: list[Task] = []
    monkeypatch.setenv(RUN_SECONDS, value)
    executor = Inline(2, random.Random(1))
    submit = executor.submit
    monkeypatch.setattr(executor, "submit", lambda task: (tasks.append(task), submit(task)))
    keep(seeded(mine, 0, replace(SMALL, budget=Budget(trials=3))), monkeypatch, executor)
    assert [task.most_seconds for task in tasks] == [most] * len(tasks)
    assert tasks


def test_a_study_stops_on_request_and_can_be_continued(
    mine: Studies, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = seeded(mine, 0, replace(SMALL, budget=Budget(trials=6)))
    study.stop()  # while it waits to begin
    assert keep(study, monkeypatch, Inline(2, random.Random(1))).status == "stopped"
    (study.folder / HALT).unlink()
    assert keep(study, monkeypatch, Inline(2, random.Random(1))).status == "done"


def test_what_prevents_a_study_is_reported(mine: Studies, monkeypatch: pytest.MonkeyPatch) -> None:
    study = seeded(mine, 0, replace(SMALL, budget=Budget(trials=6)))
    (study.folder / SWEEP).write_text("{")
    outcome = keep(study, monkeypatch, Inline(2, random.Random(1)))
    assert outcome.status == "failed"
    assert "{file}" in outcome.message


def test_a_full_disk_is_reported_without_writing(
    mine: Studies, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    study = seeded(mine, 1)
    monkeypatch.setattr(worker, "_run", full)
    lock = take_lock(study.folder)
    reserve_note(lock)
    (study.folder / OUTCOME).unlink()
    worker.main([str(study.folder), str(lock)])
    os.close(lock)
    assert read_exit_note(study.folder) == study.outcome.message == worker.FULL


def test_trials_may_lie_in_a_database(
    mine: Studies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(server.DATABASE, f"sqlite:///{tmp_path / 'studies.db'}")
    study = mine.start(SMALL)
    study.kill()
    assert not (study.folder / JOURNAL).exists()
    assert keep(study, monkeypatch, Inline(2, random.Random(1))).status == "done"
    assert [trial.state for trial in study.look()[1]] == ["complete"] * 6
    monkeypatch.setenv(server.DATABASE, "nonsense://me:secret@nowhere")
    with pytest.raises(InputError, match="study's database cannot be used") as caught:
        mine.start(SMALL)
    assert "secret" not in str(caught.value)
    assert [one.name for one in mine.all()] == [study.name]


# --------------------------------------------------------------------------------------- turns


def test_trials_take_turns_with_other_trainings(tmp_path: Path) -> None:
    queue = tmp_path / "queue"
    other = Turn(queue, "training", lambda: 1)
    assert other.place() == 0
    executor = TurnExecutor(Inline(2, random.Random(0)), lambda: Turn(queue, "x-trial", lambda: 1))
    for number in range(2):
        executor.submit(Task(number, RunConfig(), tmp_path / str(number)))
    assert executor.finished(0.0) == []  # it is not their turn
    executor.cancel(1)
    (ended,) = executor.finished(0.0)
    assert (ended.number, ended.result.state) == (1, STOPPED)
    other.give_back()
    events = executor.finished(0.0)
    assert [one.number for one in events] == [0]
    executor.submit(Task(2, RunConfig(), tmp_path / "2"))
    executor.close()
    assert list(queue.glob("[0-9]*")) == []  # every ticket was given back
