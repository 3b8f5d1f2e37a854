"""What a training knows of its past: legs, given weights, and a person's hand in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnndemo.data.sets import DataSet
from rnndemo.evaluation.cards import STEERED_LIMITS
from rnndemo.models.store import load_folder
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import CONTROLS
from rnndemo.training import engine
from rnndemo.training.checkpoint import load_checkpoint, save_checkpoint
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.trainer import StartingWeights, Trainer
from tests.runs import take_lock
from tests.small import changed

CONFIG = changed(data__train_size=128, training__batch_size=64, training__epochs=2)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The progress that the task is told at each step."""
    found: list[float] = []
    learn = Trainer._learn_part

    def learn_part(self: Trainer, progress: float, share: float, part: object) -> object:
        found.append(progress)
        return learn(self, progress, share, part)

    monkeypatch.setattr(Trainer, "_learn_part", learn_part)
    return found


def advanced(trainer: Trainer) -> Trainer:
    while not trainer.done:
        trainer.advance()
    return trainer


def test_only_the_first_leg_begins_with_what_is_easy(
    few_digits: DataSet, told: list[float]
) -> None:
    trainer = advanced(Trainer(CONFIG, few_digits))
    assert told == [0.0, 0.25, 0.5, 0.75]
    trainer.go_on(1)
    advanced(trainer)
    assert told[4:] == [1.0, 1.0]


def test_given_weights_begin_with_all_of_it_also_after_a_resume(
    few_digits: DataSet, told: list[float], tmp_path: Path
) -> None:
    trainer = Trainer(CONFIG, few_digits)
    trainer.begin_from(StartingWeights(dict(trainer.model.state_dict())))
    trainer.advance()
    save_checkpoint(tmp_path, trainer)
    again = Trainer(CONFIG, few_digits)
    assert load_checkpoint(tmp_path, again)
    again.advance()
    assert told == [1.0, 1.0]


@pytest.mark.parametrize(("command", "given"), [("", False), ("prune --retrain", True)])
def test_checkpoints_of_earlier_versions_are_taken_over(
    few_digits: DataSet, command: str, given: bool
) -> None:
    tensors, numbers = Trainer(CONFIG, few_digits).state()
    numbers |= {"command": command}
    del numbers["given_weights"], numbers["lr_changed"]
    again = Trainer(CONFIG, few_digits)
    again.restore(tensors, numbers)
    assert (again.given_weights, again.lr_changed) == (given, False)


def test_a_rate_that_was_changed_back_has_steered(
    few_digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LISTEN_SECONDS", 0.0)
    make_run(tmp_path, CONFIG)
    take_lock(tmp_path)
    lr = CONFIG.training.lr
    for requests in ([("lr", lr / 2), ("go", 0)], [("lr", lr), ("go", 0)]):
        begin = [
            {"kind": kind, "lr": value} if kind == "lr" else {"kind": kind, "steps": 1}
            for kind, value in requests
        ]
        run = Engine(tmp_path, few_digits, EventReader(tmp_path / CONTROLS, 0))
        run.run(begin, patience=0.0)
    Engine(tmp_path, few_digits).run()  # another engine, as after a kill
    assert load_folder(tmp_path).card.limits == STEERED_LIMITS
