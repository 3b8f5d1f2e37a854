from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import torch

from rnndemo.config import RunConfig
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import accuracy, logits_of
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.training.steps.batches import NO_CLASS, Batches
from rnndemo.training.trainer import Diverged, StepEvent, Trainer, build_model
from tests.plain_training import EpochEvent, train
from tests.small import TINY, changed


def weights(config: RunConfig, data: DataSet) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in train(config, data).model.parameters()])


def test_loss_falls_and_digits_are_learnt(few_digits: DataSet) -> None:
    losses: list[float] = []
    config = changed(training__epochs=25, model__hidden_size=32)
    result = train(config, few_digits, lambda event: losses.append(event.loss))
    assert sum(losses[-4:]) < 0.4 * sum(losses[:4])
    assert accuracy(result.model, few_digits.validation, "rows") > 0.6


@pytest.mark.parametrize(
    "settings",
    [{}, {"data__augmentation": "people", "model__dropout": 0.2, "model__num_layers": 2}],
)
def test_same_seed_gives_the_same_weights_bit_by_bit(
    settings: dict[str, Any], few_digits: DataSet
) -> None:
    config = changed(**settings)
    first = weights(config, few_digits)
    torch.manual_seed(99)  # what happened before does not matter
    assert torch.equal(weights(config, few_digits), first)


def test_another_seed_gives_other_weights(few_digits: DataSet) -> None:
    assert not torch.equal(weights(TINY, few_digits), weights(changed(seed=1), few_digits))


def test_untrained_model_follows_from_the_seed(few_digits: DataSet) -> None:
    first, second = (build_model(TINY, few_digits).state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_hooks_see_every_step_and_epoch(few_digits: DataSet) -> None:
    steps: list[StepEvent] = []
    epochs: list[EpochEvent] = []
    config = changed(training__epochs=2, training__batch_size=100)
    result = train(config, few_digits, steps.append, epochs.append)
    assert [event.step for event in steps] == list(range(1, 11))
    assert {event.steps for event in steps} == {10}
    assert [event.epoch for event in epochs] == [1, 2]
    assert epochs[0].train_loss == pytest.approx(sum(event.loss for event in steps[:5]) / 5)
    assert epochs[-1].validation_accuracy == accuracy(result.model, few_digits.validation, "rows")
    assert all(a.seconds <= b.seconds for a, b in pairwise(steps))
    assert result.images == 1000


def test_exception_of_a_hook_ends_the_training(few_digits: DataSet) -> None:
    def stop(event: StepEvent) -> None:
        if event.step == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(TINY, few_digits, stop)


def test_last_batch_counts_as_what_it_holds(
    few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.training.steps.batches.POOL", 50)
    assert train(changed(training__epochs=2), few_digits).images == 2 * 500
    config = changed(data__outliers=0.1, data__train_size=100, training__batch_size=100)
    assert train(config, few_digits).images == 100 + 2 * 10


def test_seconds_hold_the_drawing_before_the_first_step(
    few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: Any) -> torch.Tensor:
        time.sleep(0.3)
        return torch.zeros(50, 28, 28, dtype=torch.uint8)

    monkeypatch.setattr("rnndemo.training.steps.batches.POOL", 50)
    monkeypatch.setattr("rnndemo.data.drawn.no_class.no_digits.pool", slow)
    epochs: list[EpochEvent] = []
    config = changed(data__outliers=0.1)
    result = train(config, few_digits, on_epoch=epochs.append)
    assert result.seconds > epochs[-1].seconds + 0.29


def test_train_size_takes_that_many(few_digits: DataSet) -> None:
    assert train(changed(data__train_size=128), few_digits).images == 128
    assert len(_batches(changed(data__train_size=0), few_digits).train) == len(few_digits.train)


def test_averaged_weights_lag_behind_the_last(few_digits: DataSet) -> None:
    last = weights(TINY, few_digits)
    average = weights(changed(training__ema_decay=0.9), few_digits)
    start = torch.cat([p.flatten() for p in build_model(TINY, few_digits).parameters()])
    assert 0 < (average - start).norm() < (last - start).norm()


def test_averaging_does_not_change_the_training(few_digits: DataSet) -> None:
    plain: list[float] = []
    averaged: list[float] = []
    train(TINY, few_digits, lambda event: plain.append(event.loss))
    config = changed(training__ema_decay=0.9)
    train(config, few_digits, lambda event: averaged.append(event.loss))
    assert plain == averaged


def test_sigmoid_outputs_learn(few_digits: DataSet) -> None:
    losses: list[float] = []
    config = changed(model__output_activation="sigmoid", training__epochs=25)
    result = train(config, few_digits, lambda event: losses.append(event.loss))
    assert losses[-1] < 0.7 * losses[0]
    logits = logits_of(result.model, few_digits.test.images, "rows")
    assert accuracy(result.model, few_digits.test, "rows") > 0.4
    assert result.model.probabilities(logits).sum(1).std() > 0  # each class on its own


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd", "rmsprop", "adadelta"])
def test_every_optimizer_moves_the_weights(optimizer: str, few_digits: DataSet) -> None:
    config = changed(training__optimizer=optimizer, data__train_size=128)
    start = torch.cat([p.flatten() for p in build_model(config, few_digits).parameters()])
    end = weights(config, few_digits)
    assert end.isfinite().all()
    assert not torch.equal(start, end)


# --- targets ----------------------------------------------------------------------------------


def test_sure_labels_teach_what_one_hot_targets_teach(few_digits: DataSet) -> None:
    trained = []
    for sure in (True, False):
        trainer = Trainer(TINY, few_digits)
        assert trainer.batches.labels_suffice
        trainer.batches.labels_suffice = sure
        while not trainer.done:
            trainer.advance()
        trained.append(trainer.model.state_dict())
    for name, weights in trained[0].items():
        assert weights.equal(trained[1][name]), name


def _batches(config: RunConfig, data: DataSet) -> Batches:
    return Batches(config, data)


LABELS = torch.tensor([3, NO_CLASS])


def test_targets_of_softmax_outliers_are_even(few_digits: DataSet) -> None:
    target = Batches(changed(data__outliers=0.25), few_digits, pool=1).targets(LABELS)
    assert target[0].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert target[1].tolist() == pytest.approx([0.1] * 10)


def test_targets_of_sigmoid_outliers_are_none(few_digits: DataSet) -> None:
    config = changed(model__output_activation="sigmoid")
    assert _batches(config, few_digits).targets(LABELS)[1].tolist() == [0] * 10


def test_label_smoothing_spreads_its_share(few_digits: DataSet) -> None:
    config = changed(training__label_smoothing=0.2)
    target = _batches(config, few_digits).targets(LABELS)
    assert target[0].tolist() == pytest.approx([0.02] * 3 + [0.82] + [0.02] * 6)
    assert target.sum(1).tolist() == pytest.approx([1, 1])


def test_batches_hold_the_shares_that_the_config_asks_for(
    few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.training.steps.batches.POOL", 50)  # drawing them all takes seconds
    config = changed(data__synthetic=0.25, data__outliers=0.25, training__batch_size=40)
    batches = _batches(config, few_digits)
    targets = [batches.next()[1] for _ in range(len(batches))]
    assert len(targets) == len(batches) == 25
    assert {int((target.amax(1) < 0.5).sum()) for target in targets} == {10}
    assert {len(target) for target in targets} == {40}


@pytest.mark.parametrize(("share", "batch"), [(0.5, 128), (0.3, 2)])
def test_batch_without_room_for_the_data_is_refused(
    share: float, batch: int, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.training.steps.batches.digits.digits", None)
    config = changed(data__synthetic=share, data__outliers=share, training__batch_size=batch)
    with pytest.raises(InputError, match=r"data\.synthetic.*data\.outliers.*training\.batch_size"):
        train(config, few_digits)


def test_few_digits_can_be_spoiled(few_digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnndemo.training.steps.batches.POOL", 50)
    config = changed(data__outliers=0.25, data__train_size=1, training__batch_size=8)
    assert train(config, few_digits).images == 3


@pytest.mark.parametrize("names", ["0123456789", "abcdefghij"])
def test_only_digits_are_spoiled(
    names: str, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []

    def pool(*given: Any) -> torch.Tensor:
        asked.append(given)
        return torch.zeros(50, 28, 28, dtype=torch.uint8)

    monkeypatch.setattr("rnndemo.training.steps.batches.POOL", 50)
    monkeypatch.setattr("rnndemo.data.drawn.no_class.no_digits.pool", pool)
    _batches(changed(data__outliers=0.25), replace(few_digits, classes=tuple(names)))
    assert len(asked) == 1
    assert len(asked[0]) == (2 if names[0] == "a" else 4)  # with pictures that can be spoiled


def test_training_whose_numbers_are_lost_ends_and_says_what_to_try(few_digits: DataSet) -> None:
    config = changed(
        training__lr=10.0, training__max_norm=0.0, training__optimizer="sgd", model__cell="rnn",
        model__nonlinearity="relu", training__schedule="constant", training__epochs=20,
    )  # fmt: skip
    with pytest.raises(Diverged, match=r"diverged at step \d+.*training\.lr.*training\.max_norm"):
        train(config, few_digits)


def test_model_comes_back_in_evaluation_mode(few_digits: DataSet) -> None:
    model = train(TINY, few_digits).model
    assert isinstance(model, SequenceClassifier)
    assert not model.training
