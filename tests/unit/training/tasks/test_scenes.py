"""A network learns scenes: on the same trainer, engine and checkpoints as pictures."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnndemo.config import RunConfig
from rnndemo.data.scenes.data import SceneData
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.sets import DIGITS, DataSet
from rnndemo.errors import InputError
from rnndemo.models.scene_store import load_scene_folder
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import CHECKPOINT, CONTROLS, PICTURE
from rnndemo.training.checkpoint import load_checkpoint, save_checkpoint
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.history import History
from rnndemo.training.tasks import task_of
from rnndemo.training.tasks.pictures import PicturesTask
from rnndemo.training.tasks.scene_looks import SceneProbe, read_picture, validation, write_picture
from rnndemo.training.tasks.scenes import ScenesTask
from rnndemo.training.trainer import StepEvent, Trainer
from tests.runs import differing, events, take_lock, tensors
from tests.small import changed

STEPS = 6
SIZE = (32, 40)
SMALL: dict[str, Any] = {
    "data__name": "scenes", "data__train_size": 48, "model__network": "renet",
    "model__hidden_size": 6, "model__num_layers": 1, "training__batch_size": 8,
}  # fmt: skip


def small(**settings: Any) -> RunConfig:
    """Return a run of `STEPS` steps."""
    return changed(**SMALL | settings)


@pytest.fixture
def data(few_digits: DataSet) -> SceneData:
    """One or two digits on a small board."""
    kind = replace(SCENES["m2nist"], height=SIZE[0], width=SIZE[1], objects=(1, 2))
    return SceneData(kind, few_digits)


@pytest.fixture(autouse=True)
def _few_to_test_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.data.scenes.data.TESTED", 20)
    monkeypatch.setattr("rnndemo.evaluation.scene_cards.FITTED", 20)
    monkeypatch.setattr("rnndemo.training.tasks.scene_looks.VALIDATION", 8)


def test_the_data_say_what_is_learnt() -> None:
    assert isinstance(task_of(small()), ScenesTask)
    assert isinstance(task_of(changed()), PicturesTask)


@pytest.mark.parametrize("network", ["renet", "cnn"])
def test_loss_falls(network: str, data: SceneData) -> None:
    config = small(
        model__network=network, model__hidden_size=16, data__train_size=480, training__lr=1e-2,
    )  # fmt: skip
    trainer = Trainer(config, data)
    losses = [trainer.advance().loss for _ in range(trainer.steps)]
    assert trainer.images == 480
    assert sum(losses[-6:]) < 0.8 * sum(losses[:6])


VARIANTS: list[dict[str, Any]] = [
    {},
    {"model__network": "cnn", "model__num_layers": 2, "training__ema_decay": 0.9},
    {"model__cell": "gru", "model__dropout": 0.3, "model__num_layers": 2},
    {"model__cell": "rnn", "scenes__directions": ("up", "left"), "training__ema_decay": 0.9},
    {"model__cell": "gru", "training__precision": "bfloat16"},
]


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_training_goes_on_from_a_checkpoint_bit_by_bit(
    variant: dict[str, Any], data: SceneData, tmp_path: Path
) -> None:
    config = small(**variant)

    def steps(trainer: Trainer, count: int) -> Trainer:
        for _ in range(count):
            trainer.advance()
        return trainer

    straight = steps(Trainer(config, data), STEPS).state()[0]
    save_checkpoint(tmp_path, steps(Trainer(config, data), 2))
    torch.manual_seed(4242)  # as in another process
    again = Trainer(config, data)
    assert load_checkpoint(tmp_path, again)
    assert differing(straight, steps(again, STEPS - 2).state()[0]) == []


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_a_second_thread_changes_no_bit(variant: dict[str, Any], data: SceneData) -> None:
    config = small(**variant | {"training__batch_size": 9, "training__max_norm": 0.1})

    def trained(helper: bool) -> Trainer:
        trainer = Trainer(config, data)
        if helper:
            trainer.use_helper()
        for _ in range(STEPS):
            trainer.advance()
        return trainer

    alone, helped = trained(helper=False), trained(helper=True)
    assert alone.loss == helped.loss
    assert differing(alone.state()[0], helped.state()[0]) == []


def test_a_failure_on_the_second_thread_is_not_lost(
    data: SceneData, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(small(), data)
    trainer.use_helper()
    learn, here = ScenesTask.learn, threading.current_thread()

    def failing(*arguments: Any) -> Any:
        if threading.current_thread() is not here:
            raise MemoryError
        return learn(*arguments)

    monkeypatch.setattr(ScenesTask, "learn", failing)
    with pytest.raises(MemoryError):
        trainer.advance()


def made(folder: Path, config: RunConfig) -> Path:
    make_run(folder, config)
    take_lock(folder)
    return folder


def test_a_run_ends_tested_with_model_card_and_frames(data: SceneData, tmp_path: Path) -> None:
    folder = made(tmp_path / "run", small())
    state = Engine(folder, data).run()
    assert (state.status, state.step, state.test_size) == ("done", STEPS, 20)
    assert state.test_low <= state.test_accuracy <= state.test_high
    model = load_scene_folder(folder)
    assert (model.image_size, model.classes, model.frame) == (SIZE, data.classes, "scene")
    assert model.card.test_accuracy == model.card.measured["exact_sequence"]
    assert {"mean_iou", "pixel_accuracy", "ap50", "ap75"} <= set(model.card.measured)
    history = History(folder).update()
    assert history.damaged == 0
    assert history.scenes[-1].step == STEPS
    assert history.scenes[-1].mask.shape == SIZE
    assert set(np.unique(history.scenes[-1].mask)) <= set(range(-1, 10))
    assert {"mean_iou", "ap50", "ap75"} <= set(history.validation[-1])
    assert history.histograms


class Killed(BaseException):
    """Stands for SIGKILL: nothing of it is caught."""


def test_a_killed_run_ends_with_the_same_bits(data: SceneData, tmp_path: Path) -> None:
    config = small(training__ema_decay=0.9)
    whole = made(tmp_path / "whole", config)
    Engine(whole, data).run()

    def die(event: StepEvent) -> None:
        if event.step == 4:
            raise Killed

    killed = made(tmp_path / "killed", config)
    Engine(killed, data).run([{"kind": "go", "steps": 2}], patience=0.0)  # pauses
    assert (killed / CHECKPOINT).is_file()
    with pytest.raises(Killed):
        Engine(killed, data, on_step=die).run([{"kind": "go"}])
    assert Engine(killed, data).run([{"kind": "go"}]).status == "done"
    assert differing(tensors(whole), tensors(killed)) == []


# ------------------------------------------------------------------ the picture that is followed


def test_a_training_follows_the_picture_in_its_folder(data: SceneData, tmp_path: Path) -> None:
    probe, drawn = SceneProbe(data, tmp_path), np.full(SIZE, 7, np.uint8)
    assert torch.equal(probe.picture(), probe.scenes.images[0])
    write_picture(tmp_path, drawn)
    assert np.array_equal(probe.picture().numpy(), drawn)
    write_picture(tmp_path, drawn + 1)  # at any time
    assert probe.picture().unique().tolist() == [8]


@pytest.mark.parametrize("spoil", [
    lambda path: path.write_bytes(b"no archive"),
    lambda path: path.write_bytes(path.read_bytes()[:-40]),
    lambda path: path.write_bytes(b""),
    lambda path: write_picture(path.parent, np.zeros((9, 9), np.uint8)),
    lambda path: write_picture(path.parent, np.zeros(SIZE, np.float32)),
    lambda path: write_picture(path.parent, np.zeros((*SIZE, 3), np.uint8)),
    lambda path: np.savez(path, other=np.zeros(SIZE, np.uint8)),
    lambda path: (path.unlink(), path.mkdir()),
])  # fmt: skip
def test_a_picture_that_cannot_be_used_is_passed_over(
    spoil: Any, data: SceneData, tmp_path: Path
) -> None:
    write_picture(tmp_path, np.full(SIZE, 7, np.uint8))
    spoil(tmp_path / PICTURE)
    assert read_picture(tmp_path, SIZE) is None
    probe = SceneProbe(data, tmp_path)
    assert torch.equal(probe.picture(), probe.scenes.images[0])


# --------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(("settings", "sentence"), [
    ({"data__outliers": 0.1}, r"data\.outliers = 0\.1: scenes have clutter instead"),
    ({"model__network": "mlp"}, "does not read scenes"),
    ({"scenes__window": 5}, r"scenes\.window = 5"),
    ({"scenes__directions": ()}, "at least one direction"),
])  # fmt: skip
def test_settings_that_do_not_suit_scenes_are_refused(
    settings: dict[str, Any], sentence: str, data: SceneData
) -> None:
    with pytest.raises(InputError, match=sentence):
        ScenesTask().check(small(**settings), data)


def test_synthetic_digits_suit_digits_alone(data: SceneData) -> None:
    assert data.classes == DIGITS
    ScenesTask().check(small(data__synthetic=0.1), data)
    letters = replace(data, glyphs=replace(data.glyphs, classes=tuple("abcdefghij")))
    with pytest.raises(InputError, match="synthetic digits only suit"):
        ScenesTask().check(small(data__synthetic=0.1), letters)


def test_requests_reach_a_run_of_scenes(data: SceneData, tmp_path: Path) -> None:
    folder = made(tmp_path / "run", small(training__schedule="constant"))
    first = [{"kind": "lr", "lr": 1e-3}, {"kind": "go", "steps": 3}]
    run = Engine(folder, data, EventReader(folder / CONTROLS))
    assert run.run(first, patience=0.0).status == "paused"
    assert events(folder, "steps")[-1]["lr"] == 1e-3


def test_validation_measures_the_same_loss_throughout(
    data: SceneData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []

    def loss(*parts: Any) -> tuple[torch.Tensor, float]:
        given.append(parts[-1])
        return torch.zeros(()), 0.0

    monkeypatch.setattr("rnndemo.training.tasks.scene_looks.scene_loss", loss)
    trainer = Trainer(small(), data)
    assert trainer.learnt == 0
    validation(trainer, SceneProbe(data, tmp_path))
    assert given == [1.0]
