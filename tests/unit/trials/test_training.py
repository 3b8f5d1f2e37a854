"""A trial is a run like any other, that can be pruned, stopped and started again."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from rnndemo.config import CELLS, DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.data.scans import scan_table
from rnndemo.data.sets import DataSet
from rnndemo.evaluation.batch import accuracy
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.costs import flops
from rnndemo.models.store import load_folder
from rnndemo.models.unroll import last_hidden, unroll
from rnndemo.storage.names import REPORT, WEIGHTS
from rnndemo.training.history import History
from rnndemo.training.runs import Run
from rnndemo.training.tasks.pictures import PicturesTask
from rnndemo.training.trainer import Trainer, build_model
from rnndemo.trials import training
from rnndemo.trials.task import COMPLETE, FAILED, PRUNED, STAGES, STOPPED, Task
from rnndemo.trials.training import train
from tests.plain_training import train as train_alone
from tests.runs import take_lock
from tests.small import TINY

WILD = replace(
    TINY,
    model=ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=16),
    training=TrainingConfig(
        optimizer="sgd", lr=10.0, max_norm=0.0, schedule="constant", batch_size=10
    ),
)


@pytest.fixture(autouse=True)
def _few(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "load", lambda name, frame: few_digits)


def go_on(stage: int, reached: float) -> bool:
    return False


def never() -> bool:
    return False


def test_trial_is_a_run_and_its_figures_are_those_of_its_network(
    tmp_path: Path, few_digits: DataSet
) -> None:
    folder = tmp_path / "0003"
    result = train(Task(3, TINY, folder), go_on, never)
    assert result.state == COMPLETE
    run, model = Run(folder), load_folder(folder)
    assert run.state.status == "done"
    assert run.config == TINY
    assert run.about["title"] == "trial 3"
    assert len(History(folder).update().tests) == 1
    assert TestReport.load(folder / REPORT) is not None
    part, scan = few_digits.validation, TINY.data.scan
    assert result.validation_accuracy == accuracy(model.network, part, scan)
    assert result.test_accuracy == accuracy(model.network, few_digits.test, scan)
    assert result.test_low < result.test_accuracy < result.test_high
    assert (result.test_size, result.images, result.steps) == (600, 500, 4)
    assert result.parameters == model.network.count_parameters()
    assert result.seconds > 0
    alone = train_alone(TINY, few_digits).model
    assert all(torch.equal(a, b) for a, b in zip(
        alone.parameters(), model.network.parameters(), strict=True
    ))  # fmt: skip


def test_seconds_are_those_of_computing_not_of_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trials share cores: what a trial waits for others says nothing of its settings."""
    update = Trainer._update

    def interrupted(*given: Any) -> Any:
        time.sleep(0.05)
        return update(*given)

    monkeypatch.setattr(Trainer, "_update", interrupted)
    result = train(Task(0, TINY, tmp_path / "0000"), go_on, never)
    assert not result.by_clock
    assert 0 < result.seconds < 0.05 * result.steps


def test_stages_are_measured_on_the_way(tmp_path: Path) -> None:
    reported: list[tuple[int, float]] = []
    long = replace(TINY, training=replace(TINY.training, batch_size=20))

    def report(stage: int, reached: float) -> bool:
        reported.append((stage, reached))
        return False

    result = train(Task(0, long, tmp_path / "a", stages=STAGES), report, never)
    assert [stage for stage, _ in reported] == list(STAGES)
    assert all(0 <= reached <= 1 for _, reached in reported)
    assert train(Task(0, long, tmp_path / "b"), go_on, never).validation_accuracy == (
        result.validation_accuracy
    )  # measuring changes nothing


def test_pruned_trial_is_tested_as_it_is(tmp_path: Path) -> None:
    long = replace(TINY, training=replace(TINY.training, batch_size=20))
    folder = tmp_path / "a"
    result = train(Task(0, long, folder, stages=STAGES), lambda stage, _: stage == 25, never)
    assert result.state == PRUNED
    assert result.steps == 7  # of 25
    assert Run(folder).state.status == "stopped"
    assert load_folder(folder).card.test_accuracy == result.test_accuracy


def test_stopped_trial_begins_again_and_ends_with_the_same_bits(tmp_path: Path) -> None:
    folder, asked = tmp_path / "a", iter([False, True])
    assert train(Task(0, TINY, folder), go_on, lambda: next(asked)).state == STOPPED
    assert Run(folder).state.status == "paused"
    (folder / "left over").write_text("by a worker that died")
    assert train(Task(0, TINY, folder), go_on, never).state == COMPLETE
    assert not (folder / "left over").exists()
    train(Task(0, TINY, tmp_path / "b"), go_on, never)
    assert (folder / WEIGHTS).read_bytes() == (tmp_path / "b" / WEIGHTS).read_bytes()


def test_trial_that_diverges_says_so(tmp_path: Path) -> None:
    result = train(Task(0, WILD, tmp_path / "a"), go_on, never)
    assert (result.state, result.diverged, result.test_accuracy) == (FAILED, True, None)
    assert "diverged at step" in result.reason
    assert result.parameters > 0
    assert Run(tmp_path / "a").state.status == "failed"


def test_trial_that_does_not_fit_its_data_says_so(tmp_path: Path, few_digits: DataSet) -> None:
    odd = replace(few_digits, classes=("a", "b"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(training, "load", lambda name, frame: odd)
        drawn = replace(TINY, data=replace(TINY.data, synthetic=0.1))
        result = train(Task(0, drawn, tmp_path / "a"), go_on, never)
    assert (result.state, result.diverged) == (FAILED, False)
    assert "data.synthetic" in result.reason


@pytest.mark.parametrize("checked", [True, False])
def test_trial_whose_network_cannot_be_built_says_so(
    checked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not checked:
        monkeypatch.setattr(PicturesTask, "check", lambda *_: None)
    odd = replace(TINY, data=DataConfig(scan="patches"), model=ModelConfig(network="cnn"))
    result = train(Task(0, odd, tmp_path / "a"), go_on, never)
    assert result.state == FAILED
    assert "data.scan = patches" in result.reason
    assert Run(tmp_path / "a").state.status == "failed"


def test_two_never_train_one_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "LOCK_TIMEOUT", 0.05)
    (tmp_path / "a").mkdir()
    lock = take_lock(tmp_path / "a")
    with pytest.raises(TimeoutError):
        train(Task(0, TINY, tmp_path / "a"), go_on, never)
    assert lock
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["worker"]


# --- what it costs ----------------------------------------------------------------------------


def counted(model: SequenceClassifier, scan: str) -> int:
    """Return what torch counts while hand-written cells read one picture."""
    sequence = torch.rand(1, *scan_table(scan, 28, 28).shape)
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        model.head(model.pooling.end(last_hidden(unroll(model.eval(), sequence))))
    return counter.get_total_flops()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("scan", ["rows", "patches"])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"num_layers": 3},
        {"num_layers": 2, "bidirectional": True, "pooling": "attention"},
        {"head_sizes": (32, 16), "pooling": "mean"},
    ],
)
def test_flops_are_those_that_torch_counts(
    cell: str, scan: str, given: dict[str, object], few_digits: DataSet
) -> None:
    config = RunConfig(
        data=DataConfig(scan=scan), model=ModelConfig(cell=cell, hidden_size=24, **given)
    )
    model = build_model(config, few_digits)
    assert flops(model, scan, (28, 28)) == counted(model, scan)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_flops_of_two_speeds_count_what_a_row_is_multiplied_by(
    bidirectional: bool, few_digits: DataSet
) -> None:
    given = ModelConfig(network="two-speed", hidden_size=24, bidirectional=bidirectional)
    model = build_model(RunConfig(model=given), few_digits)
    assert flops(model, "rows", (28, 28)) == counted(model, "rows")
