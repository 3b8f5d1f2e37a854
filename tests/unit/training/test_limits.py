"""What the server allows: seconds of a run, jobs of all visitors; and the sentence for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.jobs import queue
from rnndemo.presets import PRESETS
from rnndemo.storage import limits
from rnndemo.storage.folders import owner_of
from rnndemo.storage.names import REPORT, WEIGHTS
from rnndemo.training.runs import Runs
from rnndemo.training.state import RunState
from rnndemo.trials.executor import OBJECTIVE
from rnndemo.trials.task import PRUNED, Result, Task
from rnndemo.trials.worker import run_on_cluster
from tests.runs import events, work_here
from tests.sleepers import end
from tests.small import changed

LONG = changed(
    model__hidden_size=8, data__train_size=200, training__batch_size=64, training__epochs=1000
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", 7200), ("60", 60), ("0", 0), ("-1", 7200), ("much", 7200), ("inf", 7200)],
)
def test_limit_is_that_of_the_variable(
    value: str, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(limits.RUN_SECONDS, value)
    assert limits.limit(limits.RUN_SECONDS) == expected


def test_run_that_has_trained_long_enough_is_stopped_and_tested(
    tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.data.load.load", lambda spec, frame: few_digits)
    monkeypatch.setenv(limits.RUN_SECONDS, "0.3")
    found = work_here(tmp_path, LONG)
    assert (found.status, found.doing, found.step < found.steps) == ("stopped", "", True)
    assert "lets a run train for 0 minutes" in found.message.format(**found.values)
    assert found.test_accuracy is not None
    assert found.seconds >= 0.3
    assert all((tmp_path / "run" / name).is_file() for name in (REPORT, WEIGHTS))
    assert len(events(tmp_path / "run", "test")) == 1


def test_trial_has_the_limit_of_its_server(
    tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.data.load.load", lambda spec, frame: few_digits)
    task = Task(0, LONG, tmp_path / "trial", most_seconds=0.2)
    content, _, _ = run_on_cluster(task.to_json(), OBJECTIVE, "trial")
    result = Result.from_json(content)
    assert (result.state, result.test_accuracy is None) == (PRUNED, False)


def test_task_of_an_older_coordinator_has_no_limit(tmp_path: Path) -> None:
    content = Task(0, LONG, tmp_path, most_seconds=3.0).to_json()
    assert Task.from_json(content).most_seconds == 3
    del content["most_seconds"]
    assert Task.from_json(content).most_seconds == 0


@pytest.mark.usefixtures("sleepers")
def test_run_at_its_limit_does_not_go_on(me: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limits.RUN_SECONDS, "60")
    run = me.start(PRESETS["fast"])
    end(run, "stopped", seconds=60.0)
    monkeypatch.setattr("rnndemo.training.runs.check_checkpoint", lambda folder: None)
    for request in ({"kind": "go"}, {"kind": "epochs", "epochs": 1}):
        with pytest.raises(InputError, match=r"train for 1 minutes, and this one has"):
            run.ask(**request)
    end(run, "stopped", seconds=59.0)
    run.ask("go")
    assert run.state == RunState("queued", seconds=59.0)


@pytest.mark.usefixtures("sleepers")
def test_server_that_is_full_says_so(me: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "slots", lambda: 1)
    monkeypatch.setenv(limits.JOBS, "3")
    runs = [Runs(owner_of(f"{n}")).start(PRESETS["fast"]) for n in range(3)]
    assert [run.place for run in runs] == [0, 1, 2]
    with pytest.raises(InputError, match="The server is full: 3 trainings are running or waiting"):
        me.start(PRESETS["fast"])
    assert me.all() == []
    runs[1].ask("lr", lr=0.1)  # those that are there may be asked
    for run in runs[::-1]:
        run.kill()
    me.start(PRESETS["fast"])
