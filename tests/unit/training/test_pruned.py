"""A retraining begins with the pruned weights, and what is zero stays zero."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from rnndemo.config import OPTIMIZERS, RunConfig
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.hardening.pruning.prune import Pruned, without_units, without_weights
from rnndemo.models.store import Card, Model, load_folder
from rnndemo.storage.files import write_bytes
from rnndemo.storage.names import CHECKPOINT
from rnndemo.training import trainer
from rnndemo.training.checkpoint import load_checkpoint, save_checkpoint
from rnndemo.training.engine import Engine
from rnndemo.training.folder import make_run
from rnndemo.training.runs import Runs
from rnndemo.training.starts.pruned import keep, retraining
from rnndemo.training.trainer import Trainer, build_model
from tests.runs import differing, events, tensors
from tests.small import changed

CONFIG = changed(
    data__train_size=120, training__batch_size=40, training__weight_decay=0.01,
    training__ema_decay=0.9, model__dropout=0.1, model__hidden_size=12,
)  # fmt: skip
COMMAND = "python -m rnndemo prune --model small --weights 0.8 --retrain --out less"


def model_of(config: RunConfig, data: DataSet) -> Model:
    network = build_model(config, data).eval().requires_grad_(False)
    return Model("small", config, network, data.classes, data.image_size, Card("small"))


@pytest.fixture
def sparse(few_digits: DataSet) -> Pruned:
    return without_weights(model_of(CONFIG, few_digits), 0.8)


def zeros_stay(masks: dict[str, Tensor], weights: dict[str, Tensor]) -> bool:
    return all(bool((weights[name][~mask] == 0).all()) for name, mask in masks.items())


def begun(config: RunConfig, start: bytes, data: DataSet, folder: Path) -> Trainer:
    write_bytes(folder / CHECKPOINT, start)
    begun = Trainer(config, data)
    assert load_checkpoint(folder, begun)
    return begun


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_zeros_stay_zero_at_every_step_and_the_others_learn(
    optimizer: str, sparse: Pruned, few_digits: DataSet, tmp_path: Path
) -> None:
    config = replace(CONFIG, training=replace(CONFIG.training, optimizer=optimizer))
    model = replace(sparse.model, config=config)
    config, start = retraining(replace(sparse, model=model), 2)
    one = begun(config, start, few_digits, tmp_path)
    before = {name: weight.clone() for name, weight in one.model.state_dict().items()}
    for _ in range(3):
        one.advance()
        for network in (one.model, one.saved_model):
            assert zeros_stay(sparse.masks, network.state_dict())
    assert "layers.0.weight_hh_l0" in differing(before, one.model.state_dict())


def test_it_begins_with_the_pruned_weights(
    sparse: Pruned, few_digits: DataSet, tmp_path: Path
) -> None:
    config, start = retraining(sparse, 3)
    one = begun(config, start, few_digits, tmp_path)
    for network in (one.model, one.saved_model):
        assert differing(network.state_dict(), sparse.model.network.state_dict()) == []
    assert (one.step, one.steps) == (0, 3 * 3)


def test_a_retraining_resumes_bit_by_bit(
    sparse: Pruned, few_digits: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "resolve", lambda *given: "float32")  # else the faster is chosen
    config, start = retraining(sparse, 3, COMMAND)
    first = begun(config, start, few_digits, tmp_path)
    for _ in range(4):
        first.advance()
    save_checkpoint(tmp_path, first)
    torch.manual_seed(4242)  # as in another process
    second = Trainer(config, few_digits)
    load_checkpoint(tmp_path, second)
    for _ in range(4):
        second.advance()
    straight = begun(config, start, few_digits, tmp_path)
    for _ in range(8):
        straight.advance()
    assert differing(straight.state()[0], second.state()[0]) == []
    assert zeros_stay(sparse.masks, second.saved_model.state_dict())
    assert second.command == COMMAND


def test_a_run_of_it_is_a_model_with_its_zeros_and_its_command(
    sparse: Pruned, few_digits: DataSet, tmp_path: Path
) -> None:
    folder = tmp_path / "less"
    make_run(folder, *retraining(sparse, 1, COMMAND))
    config, _ = retraining(sparse, 1)
    assert not events(folder)
    Engine(folder, few_digits).run()
    made = load_folder(folder)
    assert zeros_stay(sparse.masks, made.network.state_dict())
    assert zeros_stay(sparse.masks, {
        name.removeprefix("model."): one for name, one in tensors(folder).items()
    })  # fmt: skip
    assert made.card.command == COMMAND
    assert made.config == config


def test_a_smaller_network_is_retrained_as_what_it_is(few_digits: DataSet, tmp_path: Path) -> None:
    pruned = without_units(model_of(CONFIG, few_digits), few_digits.validation, 0.5)
    make_run(tmp_path / "half", *retraining(pruned, 1))
    engine = Engine(tmp_path / "half", few_digits)
    assert engine.trainer.learns is None
    engine.run()
    made = load_folder(tmp_path / "half")
    assert (made.config.model.hidden_size, made.network.config.hidden_size) == (6, 6)


def test_what_is_kept_is_a_tested_run_that_can_be_trained(
    few_digits: DataSet, data_folder: Path
) -> None:
    pruned = without_units(model_of(CONFIG, few_digits), few_digits.validation, 0.5)
    runs = Runs("a" * 20)
    run = keep(runs, pruned, few_digits, "half", COMMAND)
    made, state = load_folder(run.folder), run.state
    weights = pruned.model.network.state_dict()
    assert differing(made.network.state_dict(), weights) == []
    assert (made.card.command, made.card.name) == (COMMAND, run.name)
    assert (state.status, state.message, state.step) == ("stopped", "", 0)
    assert state.test_accuracy == made.card.test_accuracy
    assert [one.name for one in runs.all()] == [run.name]
    assert run.about["title"] == "half"
    one = Trainer(run.config, few_digits)
    assert load_checkpoint(run.folder, one)
    assert differing(one.model.state_dict(), weights) == []
    assert state.steps == one.steps


def test_no_more_are_kept_than_runs(
    few_digits: DataSet, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Runs, "limit", 0)
    pruned = without_units(model_of(CONFIG, few_digits), few_digits.validation, 0.5)
    with pytest.raises(InputError, match="Delete some first"):
        keep(Runs("a" * 20), pruned, few_digits, "half", COMMAND)
    assert not list(data_folder.glob("runs/*/*"))


@pytest.mark.parametrize("other", [{"model__hidden_size": 8}, {"model__cell": "gru"}], ids=str)
def test_the_start_of_another_network_is_refused(
    other: dict, sparse: Pruned, few_digits: DataSet, tmp_path: Path
) -> None:
    _, start = retraining(sparse, 1)
    write_bytes(tmp_path / CHECKPOINT, start)
    with pytest.raises(InputError, match="belongs to another"):
        load_checkpoint(tmp_path, Trainer(changed(**other), few_digits))


def test_masks_of_another_network_are_refused(sparse: Pruned, few_digits: DataSet) -> None:
    one = Trainer(CONFIG, few_digits)
    with pytest.raises(ValueError, match="masks of another"):
        one.mask_weights({"layers.9.weight_hh_l0": torch.ones(1, dtype=torch.bool)})
    with pytest.raises(ValueError, match="masks of another"):
        one.mask_weights({"layers.0.weight_hh_l0": torch.ones(1, dtype=torch.bool)})
