"""What this machine cannot bear is refused, with the numbers and what to lower."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.jobs.process import NO_MEMORY, reserve_note
from rnndemo.storage.names import WEIGHTS
from rnndemo.training import foreground, worker
from rnndemo.training.demand import room
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.runs import Runs
from rnndemo.training.state import read_state
from rnndemo.trials.task import FAILED, Task
from rnndemo.trials.training import train
from tests.runs import take_lock, work_here, write_request
from tests.small import changed

GB = 10**9
HUGE = changed(
    model__network="cnn", model__hidden_size=512, model__num_layers=6, training__batch_size=4096
)
SMALL = changed(model__hidden_size=8, data__train_size=200, training__epochs=1)
NEEDS = r"needs about [\d.]+ GB.* at most 1\.5 GB here"
LOWER = "Lower batch_size, hidden_size or num_layers"


@pytest.fixture
def small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which a run may take 1.5 GB."""
    monkeypatch.setattr(room, "memory_each", lambda: 3 * GB // 2)


@pytest.mark.usefixtures("sleepers", "small_machine")
def test_page_does_not_start_what_does_not_fit(me: Runs) -> None:
    pixels = changed(data__scan="pixels", model__hidden_size=512)
    scenes = changed(
        data__name="scenes", model__network="renet", model__hidden_size=512, model__num_layers=3
    )
    for config in (HUGE, pixels, scenes):
        with pytest.raises(InputError, match=NEEDS) as said:
            me.start(config)
        assert LOWER in str(said.value)
    assert me.all() == []
    me.start(SMALL)


def test_full_disk_is_said_before_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_disk", lambda folder: 300_000_000)
    wide = changed(model__network="renet", model__hidden_size=512, model__num_layers=6)
    with pytest.raises(InputError, match=r"needs about [\d.]+ GB on disk, and 0\.1 GB are free"):
        room.check_room(wide, tmp_path, most=10**15)
    room.check_room(SMALL, tmp_path, most=10**15)


def test_worker_refuses_what_does_not_fit_here_any_more(
    tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.data.load.load", lambda spec, frame: few_digits)
    monkeypatch.setattr(room, "memory_each", lambda: 10**6)
    found = work_here(tmp_path, SMALL)
    assert found.status == "failed"
    assert LOWER in found.message


def test_trial_that_does_not_fit_fails_with_the_sentence(
    tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.data.load.load", lambda spec, frame: few_digits)
    monkeypatch.setattr(room, "memory_each", lambda: 10**6)
    result = train(Task(0, SMALL, tmp_path / "trial"), lambda *_: False, lambda: False)
    assert result.state == FAILED
    assert LOWER in result.reason


def test_command_line_refuses_what_the_whole_machine_cannot_bear(
    tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreground, "memory", lambda: GB)
    with pytest.raises(InputError, match=r"at most 1 GB here"):
        foreground.begin(tmp_path / "run", HUGE, few_digits)
    assert not (tmp_path / "run").exists()


# ------------------------------------------------------------------- what takes more than estimated

TOO_MUCH = """
import sys, torch
from rnndemo.config import RunConfig
from rnndemo.training.demand import room
from rnndemo.training.demand.estimate import Demand, Sizes
room.demand_of = lambda config, sizes: Demand(10**8, 0)
try:
    with room.bounded_memory(RunConfig(), Sizes((28, 28), 10, 100)):
        torch.zeros(10**8)
except Exception as problem:
    print(problem)
torch.zeros(10**8)  # the limit has ended with the run
"""


def test_kernel_refuses_a_run_far_more_than_was_estimated() -> None:
    said = subprocess.run(
        [sys.executable, "-c", TOO_MUCH], capture_output=True, text=True, check=True
    )
    assert "allocate memory" in said.stdout


@pytest.mark.parametrize("problem", [
    MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to …"),
])  # fmt: skip
def test_lack_of_memory_ends_a_run_with_its_own_sentence(
    problem: Exception, tmp_path: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.data.load.load", lambda spec, frame: few_digits)

    def fail(engine: Engine) -> None:
        raise problem

    monkeypatch.setattr(Engine, "_advance", fail)
    make_run(tmp_path / "run", SMALL)
    write_request(tmp_path / "run", "go")
    lock = take_lock(tmp_path / "run")
    reserve_note(lock)
    worker.main([str(tmp_path / "run"), str(tmp_path / "queue"), "0", str(lock)])
    assert (read_state(tmp_path / "run").status, read_state(tmp_path / "run").message) == (
        "failed", NO_MEMORY,
    )  # fmt: skip
    assert not (tmp_path / "run" / WEIGHTS).exists()
