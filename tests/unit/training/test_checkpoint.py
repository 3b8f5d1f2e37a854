"""A training resumes from its checkpoint bit by bit as if nothing had happened."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load, save

from rnndemo.config import OPTIMIZERS, RunConfig
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.presets import PRESETS
from rnndemo.storage.names import CHECKPOINT
from rnndemo.training.checkpoint import load_checkpoint, save_checkpoint
from rnndemo.training.trainer import Diverged, Trainer
from tests.runs import differing, tensors
from tests.small import changed

RICH = {
    "data__train_size": 200, "data__augmentation": "people", "model__num_layers": 2,
    "model__dropout": 0.3, "training__batch_size": 64, "training__epochs": 4,
    "training__ema_decay": 0.9,
}  # fmt: skip
STEPS_PER_EPOCH = 4
VARIANTS: list[dict[str, Any]] = [
    *({"training__optimizer": name} for name in OPTIMIZERS),
    {"model__cell": "rnn"},
    {"model__cell": "gru", "model__bidirectional": True},
    {"model__output_activation": "sigmoid", "model__pooling": "attention"},
    {"model__cell": "gru", "training__precision": "bfloat16"},
    {"training__schedule": "constant", "training__ema_decay": 0.0},
    {"data__synthetic": 0.2, "data__outliers": 0.2},
    {"training__adversarial": 0.1, "training__adversarial_steps": 2, "data__outliers": 0.1},
    {"data__augmentation": "affine", "data__scan": "patches", "model__head_sizes": (8,)},
]


@pytest.fixture(autouse=True)
def _small_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.training.steps.batches.POOL", 50)


def advanced(trainer: Trainer, steps: int) -> Trainer:
    for _ in range(steps):
        trainer.advance()
    return trainer


def through_a_kill(config: RunConfig, data: DataSet, folder: Path, at: int, more: int) -> Trainer:
    """Return a training that was saved at a step, discarded and resumed."""
    save_checkpoint(folder, advanced(Trainer(config, data), at))
    torch.manual_seed(4242)  # as in another process
    again = Trainer(config, data)
    assert load_checkpoint(folder, again)
    return advanced(again, more)


def state(trainer: Trainer) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in trainer.state()[0].items()}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: "-".join(map(str, v.values())))
def test_going_on_from_a_checkpoint_changes_no_bit(
    variant: dict[str, Any], few_digits: DataSet, tmp_path: Path
) -> None:
    config = changed(**{**RICH, **variant})
    straight = state(advanced(Trainer(config, few_digits), 7))
    assert differing(straight, state(through_a_kill(config, few_digits, tmp_path, 5, 2))) == []


@pytest.mark.parametrize("at", [0, 1, STEPS_PER_EPOCH - 1, STEPS_PER_EPOCH, STEPS_PER_EPOCH + 1])
def test_any_moment_will_do(at: int, few_digits: DataSet, tmp_path: Path) -> None:
    config = changed(**RICH)
    straight = state(advanced(Trainer(config, few_digits), 9))
    assert (
        differing(straight, state(through_a_kill(config, few_digits, tmp_path, at, 9 - at))) == []
    )


def test_random_state_is_part_of_what_is_compared(few_digits: DataSet, tmp_path: Path) -> None:
    trainer = advanced(Trainer(changed(**RICH), few_digits), 2)
    save_checkpoint(tmp_path, trainer)
    assert {"random", "data.now", "data.before", "data.used"} < tensors(tmp_path).keys()
    torch.rand(1)
    assert differing(tensors(tmp_path), state(trainer)) == ["random"]


def test_rate_legs_and_counts_come_back(few_digits: DataSet, tmp_path: Path) -> None:
    config = changed(**{**RICH, "training__epochs": 1})
    first = advanced(Trainer(config, few_digits), STEPS_PER_EPOCH)
    first.lr = 0.005
    first.go_on(2)
    advanced(first, 3)
    save_checkpoint(tmp_path, first)
    second = Trainer(config, few_digits)
    load_checkpoint(tmp_path, second)
    assert second.state()[1] == first.state()[1]
    assert (second.steps, second.step, second.progress) == (12, STEPS_PER_EPOCH + 3, 3 / 8)


def test_two_trainings_in_one_process_do_not_mix(few_digits: DataSet, tmp_path: Path) -> None:
    config = changed(**RICH)
    trainer = advanced(Trainer(config, few_digits), 3)
    save_checkpoint(tmp_path, trainer)
    saved = tensors(tmp_path)
    advanced(trainer, 3)
    assert differing(saved, tensors(tmp_path)) == []
    assert "model.layers.0.weight_ih_l0" in differing(saved, state(trainer))


def test_there_may_be_none(few_digits: DataSet, tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path, Trainer(changed(), few_digits)) is False


# --- what can go wrong with the file --------------------------------------------------------


@pytest.fixture
def saved(few_digits: DataSet, tmp_path: Path) -> Path:
    save_checkpoint(tmp_path, advanced(Trainer(changed(**RICH), few_digits), 2))
    return tmp_path


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.999])
def test_cut_file_is_refused_and_left_alone(share: float, saved: Path, few_digits: DataSet) -> None:
    path = saved / CHECKPOINT
    path.write_bytes(path.read_bytes()[: int(len(path.read_bytes()) * share)])
    before = path.read_bytes()
    with pytest.raises(InputError, match="damaged or belongs to another"):
        load_checkpoint(saved, Trainer(changed(**RICH), few_digits))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "other",
    [
        {"model__hidden_size": 8},
        {"model__cell": "gru"},
        {"training__ema_decay": 0.0},
        {"model__num_layers": 1},
        {"training__optimizer": "sgd"},
    ],
    ids=str,
)
def test_checkpoint_of_another_training_is_refused(
    other: dict[str, Any], saved: Path, few_digits: DataSet
) -> None:
    with pytest.raises(InputError, match="damaged or belongs to another"):
        load_checkpoint(saved, Trainer(changed(**{**RICH, **other}), few_digits))


def rewritten(folder: Path, **header: str) -> None:
    """Change the header of a checkpoint, and nothing else."""
    path = folder / CHECKPOINT
    with safe_open(path, framework="pt") as file:
        known = file.metadata()
    path.write_bytes(save(load(path.read_bytes()), metadata={**known, **header}))


def test_newer_schema_is_named(saved: Path, few_digits: DataSet) -> None:
    rewritten(saved, schema="7")
    with pytest.raises(InputError, match=r"newer version of the app \(schema 7\); update the app"):
        load_checkpoint(saved, Trainer(changed(**RICH), few_digits))


@pytest.mark.parametrize(
    "numbers",
    ["", "[]", "null", "{}", '{"step": "x"}']
    + [json.dumps({"step": 1, "images": 1, "seconds": 0, "lr": 1, "half": 0, "legs": legs})
       for legs in (3, [], [[1]], [[0, 0]], [["a", "b"]])],
)  # fmt: skip
def test_numbers_that_are_none_are_refused(numbers: str, saved: Path, few_digits: DataSet) -> None:
    rewritten(saved, numbers=numbers)
    with pytest.raises(InputError, match="damaged or belongs to another"):
        load_checkpoint(saved, Trainer(changed(**RICH), few_digits))


# --- what can go wrong while it is written --------------------------------------------------


def test_full_disk_leaves_the_checkpoint_before_whole(
    saved: Path, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (saved / CHECKPOINT).read_bytes()
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        write(path, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        save_checkpoint(saved, advanced(Trainer(changed(**RICH), few_digits), 3))
    assert [path.name for path in saved.iterdir()] == [CHECKPOINT]
    assert (saved / CHECKPOINT).read_bytes() == before


def test_what_a_killed_writer_left_is_passed_over_and_cleared(
    saved: Path, few_digits: DataSet
) -> None:
    (saved / f".{CHECKPOINT}.123.456.new").write_bytes(b"half")
    (saved / ".about.json.123.456.new").write_bytes(b"another's")
    trainer = Trainer(changed(**RICH), few_digits)
    assert load_checkpoint(saved, trainer)
    assert trainer.step == 2
    assert {path.name for path in saved.iterdir()} == {CHECKPOINT, ".about.json.123.456.new"}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_never_written(
    value: float, saved: Path, few_digits: DataSet
) -> None:
    before = (saved / CHECKPOINT).read_bytes()
    trainer = advanced(Trainer(changed(**RICH), few_digits), 3)
    next(trainer.model.head.parameters()).data[0] = value
    with pytest.raises(Diverged):
        save_checkpoint(saved, trainer)
    assert (saved / CHECKPOINT).read_bytes() == before


def test_checkpoint_is_small_beside_the_pictures(few_digits: DataSet, tmp_path: Path) -> None:
    config = PRESETS["fast"]
    trainer = Trainer(config, few_digits)
    trainer.advance()
    save_checkpoint(tmp_path, trainer)
    weights = 4 * trainer.model.count_parameters()
    assert (tmp_path / CHECKPOINT).stat().st_size < 3 * weights + 30_000
