from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from rnndemo.config import RunConfig
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.scores import attack_scores
from rnndemo.models.store import Model
from rnndemo.sweeps import estimate
from rnndemo.training.demand.estimate import demand_of
from rnndemo.training.tasks import task_of
from rnndemo.training.tasks.adversarial import RAMP, hardened
from rnndemo.training.tasks.pictures import LOSSES
from rnndemo.training.trainer import Trainer, build_model
from tests.plain_training import train
from tests.small import changed

EPSILON = 0.1


def weights(config: RunConfig, data: DataSet) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in train(config, data).model.parameters()])


@pytest.mark.parametrize(("progress", "reached"), [(0.0, 0.0), (RAMP / 2, 0.05), (1.0, EPSILON)])
def test_a_batch_is_attacked_within_epsilon_which_grows(
    progress: float, reached: float, few_digits: DataSet
) -> None:
    config = changed(data__scan="columns", model__dropout=0.5)
    network = build_model(config, few_digits).train()
    sequence, target, _ = Trainer(config, few_digits).batches.next()
    loss = LOSSES["softmax"]
    budget = AttackBudget(EPSILON, steps=3)
    made = hardened(network, (sequence, target), loss, budget, False, progress)
    assert network.training
    assert all(weight.grad is None for weight in network.parameters())
    assert (made - sequence).abs().max().item() == pytest.approx(reached, abs=1e-6)
    assert made.min() >= 0
    assert made.max() <= 1
    network.eval()
    assert (loss(network(made), target) > loss(network(sequence), target)) == (progress > 0)


def test_it_follows_from_the_seed(few_digits: DataSet) -> None:
    config = changed(training__adversarial=EPSILON, training__adversarial_steps=1)
    first = weights(config, few_digits)
    torch.manual_seed(99)
    assert torch.equal(weights(config, few_digits), first)
    assert not torch.equal(weights(changed(), few_digits), first)


def test_switched_off_its_steps_change_nothing(few_digits: DataSet) -> None:
    more = changed(training__adversarial_steps=9)
    assert torch.equal(weights(changed(), few_digits), weights(more, few_digits))


def test_it_makes_a_network_harder_to_fool(few_digits: DataSet, tiny: Model) -> None:
    def under_attack(epsilon: float) -> float:
        config = changed(
            training__adversarial=epsilon, training__epochs=24, model__network="mlp",
            model__hidden_size=64,
        )  # fmt: skip
        network = train(config, few_digits).model.requires_grad_(False)
        model = replace(tiny, network=network, config=config)
        test = few_digits.test.take(torch.arange(200))
        budget = AttackBudget(EPSILON, steps=5)
        return attack_scores(model, test.images, test.labels, "pgd", budget).attacked

    assert under_attack(EPSILON) > under_attack(0.0) + 0.1


def test_pen_paths_are_refused(few_digits: DataSet) -> None:
    config = changed(training__adversarial=EPSILON)
    with pytest.raises(InputError, match="training.adversarial = 0.1"):
        task_of(config).check(config, replace(few_digits, frame="path"))


def test_scenes_are_refused(few_digits: DataSet, tmp_path: Path) -> None:
    config = changed(data__name="scenes", training__adversarial=EPSILON)
    with pytest.raises(InputError, match="scenes"):
        task_of(config).check(config, few_digits)


def test_what_it_takes_is_known_before() -> None:
    plain, harder = changed(), changed(training__adversarial=EPSILON)
    assert demand_of(harder).memory >= demand_of(plain).memory
    one = estimate.training_seconds(plain) - estimate.TRIAL_SECONDS
    other = estimate.training_seconds(harder) - estimate.TRIAL_SECONDS
    assert other == pytest.approx(4 * one)
