from __future__ import annotations

import math
from pathlib import Path

import pytest

from rnndemo.codec import set_value
from rnndemo.data.sets import DataSet
from rnndemo.storage.log import EventLog
from rnndemo.training import progress
from rnndemo.training.progress import Progress, Smoothed
from rnndemo.training.trainer import StepEvent, Trainer
from tests.small import TINY


@pytest.fixture
def trainer(few_digits: DataSet) -> Trainer:
    """Two epochs of five steps."""
    config = set_value(TINY, "training.batch_size", 100)
    return Trainer(set_value(config, "training.epochs", 2), few_digits)


def show(shown: Progress, number: int, loss: float = 1.0) -> None:
    """Make a step, of one second."""
    trainer = shown.trainer
    trainer.step, trainer.seconds = number, float(number)
    shown.step(
        StepEvent(number, trainer.steps, loss, 0.9, 0.01, 1.0, 128 * number, trainer.seconds)
    )


def watched(trainer: Trainer, folder: Path, terminal: bool) -> tuple[Progress, list[str]]:
    lines: list[str] = []
    shown = Progress(trainer, folder / "events.jsonl")
    shown.write, shown.terminal = lines.append, terminal
    return shown, lines


def test_terminal_has_one_line_that_is_rewritten(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shown, lines = watched(trainer, tmp_path, terminal=True)
    show(shown, 2)
    show(shown, 3)  # too soon to be shown
    show(shown, 5)
    assert lines == [
        "\r 20%  ?:?? left  step 2/10  loss 1.0000  accuracy 90.00%  128 images/s\x1b[K",
        "\r 50%  0:05 left  epoch 1/2  loss 1.0000  accuracy 90.00%  128 images/s\x1b[K\n",
    ]


def test_line_is_never_wider_than_the_terminal(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    shown, lines = watched(trainer, tmp_path, terminal=True)
    show(shown, 2)
    assert lines == ["\r 20%  ?:?? left  step 2/10  l\x1b[K"]


def test_open_line_is_closed_before_another_text(trainer: Trainer, tmp_path: Path) -> None:
    shown, lines = watched(trainer, tmp_path, terminal=True)
    shown.end()
    assert lines == []
    show(shown, 1)
    shown.end()
    shown.end()
    assert lines[1:] == ["\n"]


def test_file_gets_one_line_an_epoch(trainer: Trainer, tmp_path: Path) -> None:
    shown, lines = watched(trainer, tmp_path, terminal=False)
    for number in range(1, 11):
        show(shown, number)
    assert [line[:27] for line in lines] == [
        " 50%  0:05 left  epoch 1/2 ",
        "100%  0:00 left  epoch 2/2 ",
    ]
    assert all(line.endswith("\n") and "\x1b" not in line for line in lines)


def test_validation_is_the_last_reported(trainer: Trainer, tmp_path: Path) -> None:
    log = EventLog(tmp_path / "events.jsonl")
    log.write("watch", step=0, validation_accuracy=0.01, pictures=256)  # of an earlier process
    shown, lines = watched(trainer, tmp_path, terminal=False)
    show(shown, 5)
    log.write("watch", step=7, validation_accuracy=0.5, pictures=256)
    log.write("watch", step=8, validation_accuracy=0.75, pictures=256)
    log.write("film", step=8)
    log.write("watch", step=8, gradient=[])
    show(shown, 10)
    log.close()
    assert "validation" not in lines[0]
    assert "  validation 75.00% of 256  " in lines[1]


def test_time_left_of_a_run_that_goes_on_is_that_of_its_new_steps(
    trainer: Trainer, tmp_path: Path
) -> None:
    trainer.go_on(2)
    shown, lines = watched(trainer, tmp_path, terminal=False)
    trainer.seconds = 1000.0  # slow before it was stopped
    for number in range(1, 6):
        trainer.step, trainer.seconds = number, trainer.seconds + 2
        shown.step(StepEvent(number, 10, 1.0, 0.9, 0.01, 1.0, 128, trainer.seconds))
    assert "0:10 left" in lines[0]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0:00"), (61, "1:01"), (3599.7, "1:00:00"), (math.nan, "?:??")],
)
def test_time_is_written_like_a_clock(seconds: float, text: str) -> None:
    assert progress._clock(seconds) == text


def test_smoothed_mean_weighs_the_last_most_and_starts_at_the_first() -> None:
    smoothed = Smoothed()
    assert math.isnan(smoothed.mean)
    smoothed.add(3.0)
    assert smoothed.mean == pytest.approx(3.0)
    for value in (1.0, 2.0):
        smoothed.add(value)
    weights = [0.95**2, 0.95, 1.0]
    expected = sum(w * v for w, v in zip(weights, (3.0, 1.0, 2.0), strict=True)) / sum(weights)
    assert smoothed.mean == pytest.approx(expected)
