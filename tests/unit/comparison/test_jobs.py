"""A visitor's comparisons: measured in a process of their own, one at a time, nobody else's."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from rnndemo.comparison import worker
from rnndemo.comparison.jobs import (
    MAX_COMPARISONS,
    ComparisonJob,
    ComparisonJobs,
    ComparisonRequest,
)
from rnndemo.comparison.peers import PEERS, with_timekeepers
from rnndemo.comparison.results import load
from rnndemo.comparison.work import Work
from rnndemo.comparison.worker import FAILED, FULL, OVER
from rnndemo.data.own.shelf import OwnSets
from rnndemo.errors import InputError
from rnndemo.jobs.process import report_failure, reserve_note
from rnndemo.jobs.queue import Turn, run_queue, slots
from rnndemo.jobs.requested import ASKED, ENDED
from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.limits import RUN_SECONDS
from rnndemo.storage.locks import locked
from rnndemo.storage.names import WORKER
from tests.own import drawn_set
from tests.runs import until
from tests.sleepers import ended

ME, OTHER = "a" * 20, "b" * 20
LONG = ComparisonRequest("digits", ("lstm", "cnn"), 200, 1)


@pytest.fixture(autouse=True)
def own_home(data_folder: Path) -> Iterator[None]:
    with ended():
        yield


@pytest.fixture
def asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no process."""
    monkeypatch.setattr(ComparisonJob, "go", lambda job: None)


@pytest.mark.parametrize(
    "change",
    [
        {"data": "npz:/etc/passwd"}, {"data": "folder:/"}, {"data": "nothing"}, {"peers": ()},
        {"peers": ("lstm", "../lstm")}, {"epochs": 201}, {"epochs": -1}, {"seeds": 0},
        {"seeds": 6},
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_before_anything_is_written(change, tmp_path):
    with pytest.raises(InputError):
        ComparisonJobs(ME).start(replace(LONG, **change))
    assert not (tmp_path / "comparisons").exists()


def test_a_comparison_waits_its_turn_and_stops(tmp_path):
    before = [Turn(run_queue(), f"{n:020x}") for n in range(slots())]
    assert [turn.place() for turn in before] == [0] * slots()
    job = ComparisonJobs(ME).start(LONG)
    try:
        until(lambda: job.outcome.place == 1, "a place in the queue")
        assert job.outcome.status == "queued"
        with pytest.raises(InputError, match="Only one comparison can run at a time"):
            ComparisonJobs(ME).start(LONG)
        with pytest.raises(InputError, match="someone else"):
            ComparisonJobs(OTHER).find(job.name).stop()
    finally:
        job.stop()
        for turn in before:
            turn.give_back()
    assert job.outcome.status == "stopped"


def test_one_peer_is_measured_to_the_end(tmp_path):
    stored = drawn_set(OwnSets(ME), count=24)
    job = ComparisonJobs(ME).start(ComparisonRequest(stored.spec, ("svm",), 1, 1))
    until(lambda: not job.outcome.active, "an end")
    assert job.outcome.status == "done", job.outcome
    assert [row.name for row in load(job.folder).rows] == ["svm"]


def test_a_comparison_gives_others_its_place_when_its_time_is_over(asleep, monkeypatch):
    stored = drawn_set(OwnSets(ME), count=24)
    job = ComparisonJobs(ME).start(ComparisonRequest(stored.spec, ("svm", "hog-svm"), 1, 1))
    monkeypatch.setenv(RUN_SECONDS, "60")
    classical, fits = Work._classical, []

    with monkeypatch.context() as patched:

        def fit_slowly(work, name, *given):
            fits.append(name)
            patched.setattr(worker.time, "monotonic", lambda: inf)
            return classical(work, name, *given)

        patched.setattr(Work, "_classical", fit_slowly)
        ended_as = worker._run(job.folder)
    assert (ended_as.status, ended_as.values) == ("stopped", {"minutes": 1.0})
    assert "for 1 minutes" in OVER.format(**ended_as.values)
    assert [row.name for row in load(job.folder).rows] == fits
    assert len(fits) == 1
    assert worker._run(job.folder).status == "done"
    assert {row.name for row in load(job.folder).rows} == {"svm", "hog-svm"}


def test_the_oldest_are_deleted(asleep):
    shelf = ComparisonJobs(ME)
    made = [shelf.start(LONG).name for _ in range(MAX_COMPARISONS + 2)]
    assert [job.name for job in shelf.all()] == made[::-1][:MAX_COMPARISONS]
    assert all(job.made > 0 for job in shelf.all())


@pytest.mark.parametrize("name", ["", "..", "../" + ME, "x" * 20, "0" * 20])
def test_other_names_are_no_comparisons(name, asleep):
    ComparisonJobs(ME).start(LONG)
    with pytest.raises(InputError, match="The comparison of this link is not here"):
        ComparisonJobs(ME).find(name)


def test_a_damaged_end_is_an_interruption(asleep):
    job = ComparisonJobs(ME).start(LONG)
    write_json(job.folder / ENDED, ["no", "end"])
    assert job.outcome.status == "stopped"


@pytest.mark.parametrize(
    "change", [{"epochs": True}, {"peers": "svm"}, {"peers": [1]}, {"made": []}]
)
def test_a_damaged_request_is_reported(change, asleep):
    job = ComparisonJobs(ME).start(LONG)
    write_json(job.folder / ASKED, read_json(job.folder / ASKED) | change)
    with pytest.raises(InputError, match=r"asked\.json cannot be read"):
        job.request.check()
    assert [one.made for one in ComparisonJobs(ME).all()] == [0.0]


def test_a_full_disk_is_reported(asleep):
    job = ComparisonJobs(ME).start(LONG)
    with locked(job.folder / WORKER) as lock:
        reserve_note(lock)
        with report_failure(job.folder, lock, FULL, FAILED, lambda problem: None):
            raise OSError(errno.ENOSPC, "No space left on device")
    assert (job.outcome.status, job.outcome.message) == ("stopped", FULL)


def test_peers_whose_time_others_get_are_added():
    assert with_timekeepers(("svm", "cnn-time")) == ["lstm", "cnn-time", "svm"]
    assert with_timekeepers(tuple(PEERS)) == list(PEERS)
