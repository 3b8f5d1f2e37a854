"""Fast gradient sign method: one step along the gradient, as far as ε allows.

Goodfellow, Shlens and Szegedy 2015, "Explaining and Harnessing Adversarial Examples".
"""

from __future__ import annotations

from torch import Generator, Tensor

from rnndemo.errors import N_
from rnndemo.hardening.attacks.base import Attack, AttackBudget
from rnndemo.hardening.victim import Victim


def _make(
    victim: Victim, pictures: Tensor, labels: Tensor, budget: AttackBudget, generator: Generator
) -> Tensor:
    _, gradient = victim.gradient(pictures, labels)
    return (pictures + budget.epsilon * budget.measure.steepest(gradient)).clamp(0, 1)


ATTACK = Attack(
    "FGSM",
    N_("one step of full size along the gradient: the fast gradient sign method"),
    _make,
)
