"""What every executor of a study promises: this machine's worker processes and a Dask cluster."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rnndemo.data.load import load
from rnndemo.errors import InputError
from rnndemo.models.store import load_folder
from rnndemo.storage.names import WEIGHTS
from rnndemo.sweeps import study
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.training.runs import Run
from rnndemo.trials.executor import OBJECTIVE, Ended, Executor, Reached
from rnndemo.trials.local import LocalExecutor
from rnndemo.trials.task import COMPLETE, FAILED, PRUNED, STAGES, STOPPED, Task
from rnndemo.trials.training import train
from tests.objective import accuracy
from tests.runs import until
from tests.studies import (
    CLOSED_FORM,
    REAL,
    TPE,
    cluster,
    clustered,
    everything,
    local,
    results,
    task,
)

Starts = Callable[..., Executor]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("cluster")) as machines:
        yield machines.address


@pytest.fixture(params=["local", "cluster"])
def starts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Starts]:
    """What starts an executor of either kind; all are closed afterwards."""
    started: list[Executor] = []

    def start(objective: str = CLOSED_FORM) -> Executor:
        if request.param == "local":
            started.append(local(tmp_path, objective))
        else:
            started.append(clustered(request.getfixturevalue("address"), objective))
        return started[-1]

    yield start
    for executor in started:
        executor.close()


@pytest.fixture
def executor(starts: Starts) -> Executor:
    return starts()


def test_every_trial_ends_with_its_result_and_its_files(executor: Executor, tmp_path: Path) -> None:
    assert executor.finished(0.0) == []
    until(lambda: executor.capacity == 2, "both workers")
    tasks = [task(number, tmp_path) for number in range(5)]
    for one in tasks:
        executor.submit(one)
    found = results(everything(executor, 5))
    for one in tasks:
        assert found[one.number].state == COMPLETE
        assert found[one.number].validation_accuracy == accuracy(one.config)
        assert (one.folder / "began").read_text().isdigit()


def test_stages_are_reported_in_order_before_the_end(executor: Executor, tmp_path: Path) -> None:
    executor.submit(task(0, tmp_path, stages=STAGES))
    events = everything(executor, 1)
    assert [one.stage for one in events if isinstance(one, Reached)] == list(STAGES)
    assert isinstance(events[-1], Ended)


def test_weak_trial_is_given_up_at_its_stage(executor: Executor, tmp_path: Path) -> None:
    executor.submit(task(0, tmp_path, stages=STAGES, thresholds={25: 0.99}))
    events = everything(executor, 1)
    assert [one.stage for one in events if isinstance(one, Reached)] == [10, 25]
    assert results(events)[0].state == PRUNED


def test_cancelled_trials_stop_and_others_do_not(executor: Executor, tmp_path: Path) -> None:
    for number in range(2):
        executor.submit(task(number, tmp_path, "sleep:60"))
    executor.submit(task(2, tmp_path))  # waits for a place
    executor.finished(0.5)
    executor.cancel(0)
    executor.cancel(1)
    executor.cancel(7)  # there is none
    found = results(everything(executor, 3))
    assert [found[number].state for number in range(3)] == [STOPPED, STOPPED, COMPLETE]


def test_stopped_trial_can_be_submitted_again(executor: Executor, tmp_path: Path) -> None:
    executor.submit(task(0, tmp_path, "sleep:60"))
    executor.cancel(0)
    assert results(everything(executor, 1))[0].state == STOPPED


@pytest.mark.parametrize(
    ("data", "state", "reason"),
    [
        ("refuses", FAILED, "data.name: this will not do."),
        ("breaks", FAILED, "ZeroDivisionError"),
        ("no-disk", STOPPED, "No space left on device"),
    ],
)
def test_what_goes_wrong_is_reported(
    data: str, state: str, reason: str, executor: Executor, tmp_path: Path
) -> None:
    executor.submit(task(0, tmp_path, data))
    found = results(everything(executor, 1))[0]
    assert found.state == state
    assert reason in found.reason


def test_trial_whose_worker_dies_is_tried_again(executor: Executor, tmp_path: Path) -> None:
    executor.submit(task(0, tmp_path))
    executor.submit(task(1, tmp_path, f"dies-once:{tmp_path / 'died'}"))
    executor.submit(task(2, tmp_path))
    found = results(everything(executor, 3))
    assert (tmp_path / "died").exists()
    assert {one.state for one in found.values()} == {COMPLETE}


def test_trial_that_kills_its_workers_fails_after_some(executor: Executor, tmp_path: Path) -> None:
    executor.submit(task(0, tmp_path, "dies"))
    found = results(everything(executor, 1))[0]
    assert found.state == FAILED
    assert "again and again" in found.reason
    executor.submit(task(1, tmp_path))
    assert results(everything(executor, 1))[1].state == COMPLETE


def test_objective_that_cannot_be_imported_is_reported(starts: Starts, tmp_path: Path) -> None:
    executor = starts("tests.objective:nothing_of_this_name")
    executor.submit(task(0, tmp_path))
    with pytest.raises(InputError, match="as soon as they start|cannot run trials"):
        everything(executor, 1)


def test_real_trial_is_a_run_with_the_same_bits_everywhere(starts: Starts, tmp_path: Path) -> None:
    load("digits")
    (tmp_path / "here").mkdir()
    here = train(Task(0, REAL, tmp_path / "here"), lambda *_: False, lambda: False)
    executor = starts(OBJECTIVE)
    executor.submit(Task(0, REAL, tmp_path / "there"))
    there = results(everything(executor, 1))[0]
    assert (there.state, there.validation_accuracy) == (COMPLETE, here.validation_accuracy)
    assert (there.steps, there.images) == (20, 400)
    first, second = ((tmp_path / name / WEIGHTS).read_bytes() for name in ("here", "there"))
    assert first == second
    assert Run(tmp_path / "there").state.status == "done"
    assert load_folder(tmp_path / "there").card.test_accuracy == there.test_accuracy


def asked(starts: Starts, folder: Path, trials: int = 14) -> list[tuple[object, ...]]:
    """Return the trials of a study whose every choice depends on results."""
    known = study.conduct(folder, study.prepare(folder, TPE, trials), starts)
    assert all(trial.ended for trial in known)
    return [(trial.params, trial.state, trial.stages) for trial in known]


@pytest.fixture(scope="module")
def asked_alone(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """The same study by one worker, one trial after the other."""
    folder = tmp_path_factory.mktemp("alone")
    log = folder.with_suffix(".log")
    return asked(lambda: LocalExecutor(1, log, CLOSED_FORM), folder)


def test_same_seed_gives_the_same_trials_everywhere(
    starts: Starts, tmp_path: Path, asked_alone: list[tuple[object, ...]]
) -> None:
    trials = asked(starts, tmp_path / "study")
    assert trials == asked_alone
    assert {state for _, state, _ in trials} == {COMPLETE, PRUNED}


# --- this machine's alone ---------------------------------------------------------------------


def test_closing_leaves_no_process(tmp_path: Path) -> None:
    executor = local(tmp_path)
    executor.submit(task(0, tmp_path, "sleep:60"))
    processes = [worker.process for worker in executor.processes]
    executor.close()
    assert all(process.poll() is not None for process in processes)


def test_idle_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    executor = local(tmp_path)
    try:
        until(lambda: executor.finished(0.05) or executor.processes[0].ready, "its beginning")
        os.kill(executor.processes[0].process.pid, signal.SIGKILL)
        executor.submit(task(0, tmp_path))
        executor.submit(task(1, tmp_path))
        assert {one.state for one in results(everything(executor, 2)).values()} == {COMPLETE}
        assert executor.capacity == 2
    finally:
        executor.close()


def test_missing_scheduler_is_reported_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.cluster.dask.CLUSTER_TIMEOUT", 0.2)
    for address in ("tcp://127.0.0.1:1", "nonsense"):
        with pytest.raises(InputError, match="There is no Dask scheduler at"):
            clustered(address)


def test_without_dask_a_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="requirements-cluster.txt"):
        clustered("tcp://127.0.0.1:1")


def test_cluster_that_is_lost_stops_a_study_that_goes_on_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.cluster.dask.CLUSTER_TIMEOUT", 10.0)  # so long it is waited for
    folder, space = tmp_path / "study", replace(TPE, base=task(0, tmp_path, "sleep:0.3").config)
    with cluster(tmp_path, workers=1) as machines:

        def lose(trial: TrialRecord, ended: int) -> None:
            os.killpg(machines.scheduler, signal.SIGKILL)

        about = study.prepare(folder, space, 4)
        with pytest.raises(InputError, match="cluster can no longer be reached"):
            study.conduct(folder, about, lambda: clustered(machines.address), show=lose)
    ended = [trial for trial in study.look(folder)[1] if trial.ended]
    assert len(ended) == 1
    known = study.conduct(folder, study.prepare(folder), lambda: local(tmp_path))
    assert known[: len(ended)] == ended
    assert len(known) == 4


def test_cluster_without_workers_is_reported_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.cluster.dask.CLUSTER_TIMEOUT", 2.0)
    with (
        cluster(tmp_path, workers=0) as machines,
        pytest.raises(InputError, match="has no workers. Start some: dask worker tcp://"),
    ):
        clustered(machines.address)
