"""What runs, studies and comparisons have in common: who may start and end their processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.comparison.jobs import ComparisonJobs, ComparisonRequest
from rnndemo.errors import InputError
from rnndemo.jobs import process
from rnndemo.jobs.job import Job
from rnndemo.jobs.process import worker_of, write_exit_note
from rnndemo.presets import PRESETS
from rnndemo.storage.folders import owner_of
from rnndemo.storage.locks import is_locked, locked
from rnndemo.storage.names import ASKING, WORKER
from rnndemo.sweeps.studies import Studies
from rnndemo.training.runs import Runs
from tests.seeded import SMALL
from tests.sleepers import Sleeper

pytestmark = pytest.mark.usefixtures("sleepers")

# kind -> starts one of a visitor
STARTED = {
    "run": lambda owner: Runs(owner).start(PRESETS["fast"]),
    "study": lambda owner: Studies(owner).start(SMALL),
    "comparison": lambda owner: ComparisonJobs(owner).start(
        ComparisonRequest("digits", ("svm",), 1, 1)
    ),
}


@pytest.fixture(params=STARTED)
def job(request: pytest.FixtureRequest) -> Job:
    return STARTED[request.param](owner_of("me"))


def test_its_process_holds_the_lock_that_it_was_handed(job: Job) -> None:
    assert job.running
    assert Sleeper.spawned[0][0] == str(job.folder)
    assert worker_of(job.folder) == process.children[0].pid
    job.kill()
    assert not job.running
    assert process.children[0].wait(timeout=10) < 0
    job.kill()  # a second time, it does nothing


def test_what_is_someone_elses_is_not_touched(job: Job) -> None:
    seen = type(job)(job.folder)
    for touch in (seen.kill, lambda: seen.describe("mine")):
        with pytest.raises(InputError, match="belongs to someone else"):
            touch()
    assert job.running


def test_processes_that_ended_are_reaped_at_the_next_start(job: Job) -> None:
    job.kill()
    process.children[0].wait()
    for owner, start in zip("abc", STARTED.values(), strict=True):
        start(owner_of(owner))
    assert len(process.children) == 3
    assert all(child.poll() is None for child in process.children)


def test_exit_note_is_there_until_another_process_starts(job: Job, data_folder: Path) -> None:
    job.kill()
    with locked(job.folder / WORKER) as lock:
        write_exit_note(lock, "The disk is full.")
    assert job.exit_note == "The disk is full."
    with job._locked():
        held = [path for path in data_folder.rglob(ASKING) if is_locked(path)]
        assert len(held) == 1
        job._start_worker("run")
    assert (job.exit_note, job.running) == ("", True)


def test_its_lock_lets_nobody_else_end_it(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.storage.locks.locked.__wrapped__.__defaults__", (0.0,))
    with job._locked(), pytest.raises(InputError, match="held by another process"):
        job.kill()
    assert job.running
