"""foolbox, which others wrote, finds as many pictures as our attacks do."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Generator, Tensor, nn

from rnndemo.data.sets import DataSet
from rnndemo.hardening.attacks import ATTACKS
from rnndemo.hardening.attacks.ascent import REACH
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.victim import Victim, victim_of
from rnndemo.models.store import load_model

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it imports what SciPy will remove
    import foolbox

AGREE = 0.01  # of the pictures
MADE: dict[tuple[str, str], Callable[[int], Any]] = {
    ("fgsm", "linf"): lambda steps: foolbox.attacks.LinfFastGradientAttack(),
    ("fgsm", "l2"): lambda steps: foolbox.attacks.L2FastGradientAttack(),
    ("pgd", "linf"): lambda steps: foolbox.attacks.LinfPGD(steps=steps, rel_stepsize=REACH / steps),
    ("pgd", "l2"): lambda steps: foolbox.attacks.L2PGD(steps=steps, rel_stepsize=REACH / steps),
}


class _Seen(nn.Module):
    """A victim as foolbox sees it: pictures have a channel."""

    def __init__(self, victim: Victim) -> None:
        super().__init__()
        self.victim = victim

    def forward(self, pictures: Tensor) -> Tensor:
        return self.victim.logits(pictures[:, 0])


def both(digits: DataSet, count: int, name: str, budget: AttackBudget) -> tuple[float, float]:
    """Return the accuracy under our attack, and under that of foolbox."""
    victim = victim_of(load_model("digits-lstm"))
    images, labels = digits.test.images[:count].float() / 255, digits.test.labels[:count]
    ours = ATTACKS[name].make(victim, images, labels, budget, Generator().manual_seed(0))
    torch.manual_seed(0)
    theirs = foolbox.PyTorchModel(_Seen(victim).eval(), bounds=(0, 1), device="cpu")
    attack = MADE[name, budget.norm](budget.steps)
    _, _, fooled = attack(theirs, images[:, None], labels, epsilons=budget.epsilon)
    right = victim.answers(ours) == labels
    return right.double().mean().item(), 1 - fooled.double().mean().item()


@pytest.mark.parametrize(("norm", "epsilon"), [("linf", 0.1), ("l2", 2.0)])
def test_fgsm_agrees(norm: str, epsilon: float, digits: DataSet) -> None:
    ours, theirs = both(digits, 500, "fgsm", AttackBudget(epsilon, norm))
    assert 0.05 < ours < 0.98
    assert ours == pytest.approx(theirs, abs=AGREE)


@pytest.mark.parametrize(("norm", "epsilon"), [("linf", 0.05), ("l2", 1.0)])
def test_few_steps_of_pgd_agree(norm: str, epsilon: float, digits: DataSet) -> None:
    ours, theirs = both(digits, 64, "pgd", AttackBudget(epsilon, norm, steps=8))
    assert 0.1 < ours < 0.95
    assert ours == pytest.approx(theirs, abs=2.5 / 64)  # two pictures


def test_forty_steps_of_pgd_agree(digits: DataSet) -> None:
    """On more digits, and with other sizes: ``python -m benchmarks attacks --foolbox``."""
    ours, theirs = both(digits, 100, "pgd", AttackBudget(0.1, "linf", steps=40))
    assert ours == pytest.approx(theirs, abs=AGREE)
