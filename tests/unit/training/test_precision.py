from __future__ import annotations

from typing import Any

import pytest
import torch

from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.training.tasks.pictures import PicturesTask
from rnndemo.training.trainer import Trainer
from tests.plain_training import train
from tests.small import changed


@pytest.mark.parametrize(
    ("cell", "precision"), [("lstm", "float32"), ("gru", "bfloat16"), ("lstm", "auto")]
)
def test_norm_and_clipping_are_of_the_gradient_that_moves_the_weights(
    cell: str, precision: str, few_digits: DataSet
) -> None:
    config = changed(
        model__cell=cell, training__precision=precision, training__max_norm=0.05
    )  # fmt: skip
    trainer = Trainer(config, few_digits)
    for _ in range(3):
        event = trainer.advance()
        parts = [weight.grad for weight in trainer.model.parameters()]
        assert event.grad_norm > 0.05
        assert torch.nn.utils.get_total_norm(parts).item() == pytest.approx(0.05, rel=1e-4)


def test_half_precision_trains(few_digits: DataSet) -> None:
    config = changed(model__cell="gru", training__precision="bfloat16")
    for weights in train(config, few_digits).model.parameters():
        assert weights.dtype == torch.float32
        assert weights.isfinite().all()


class TestProcessorWithoutHalfPrecision:
    @pytest.fixture(autouse=True)
    def _fails_in_half(self, monkeypatch: pytest.MonkeyPatch) -> None:
        learn = PicturesTask.learn

        def learn_in_full(task: PicturesTask, model: Any, batch: Any, half: bool, at: float) -> Any:
            if half:
                raise RuntimeError("could not create a primitive descriptor for the LSTM")
            return learn(task, model, batch, half, at)

        monkeypatch.setattr(PicturesTask, "learn", learn_in_full)

    def test_automatic_precision_is_the_full_one(self, few_digits: DataSet) -> None:
        trainer = Trainer(changed(model__cell="lstm", training__precision="auto"), few_digits)
        assert not trainer.half
        assert trainer.advance().loss > 0

    def test_half_precision_is_refused_in_one_sentence(self, few_digits: DataSet) -> None:
        config = changed(model__cell="lstm", training__precision="bfloat16")
        with pytest.raises(InputError, match=r"bfloat16: this machine's processor cannot"):
            Trainer(config, few_digits)

    def test_a_training_in_half_precision_goes_on_in_full(self, few_digits: DataSet) -> None:
        trainer = Trainer(changed(training__precision="auto"), few_digits)
        tensors, numbers = trainer.state()
        trainer.restore(tensors, numbers | {"half": True})
        assert not trainer.half
        assert trainer.advance().loss > 0

    def test_a_bug_in_full_precision_is_not_hidden(
        self, few_digits: DataSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> Any:
            raise RuntimeError("a bug")

        monkeypatch.setattr(PicturesTask, "learn", fail)
        with pytest.raises(RuntimeError, match="a bug"):
            Trainer(changed(model__cell="lstm", training__precision="auto"), few_digits)
