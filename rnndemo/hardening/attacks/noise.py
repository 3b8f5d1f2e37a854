"""Random changes of the same size, as a control: what no attack has chosen.

L∞: every pixel goes up or down by ε, at random. L2: a normal direction of length ε. Pictures stay
in [0, 1], so some pixels cannot move; the others of an L2 change then move further, to its length.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from rnndemo.errors import N_
from rnndemo.hardening.attacks.base import Attack, AttackBudget
from rnndemo.hardening.attacks.norms import TINY
from rnndemo.hardening.victim import Victim

ROUNDS = 20  # in which a change is lengthened after it was clipped


def _make(
    victim: Victim, pictures: Tensor, labels: Tensor, budget: AttackBudget, generator: Generator
) -> Tensor:
    found, left = pictures.clone(), torch.arange(len(pictures))
    for _ in range(budget.restarts):
        if not len(left):
            break
        found[left] = noisy(pictures[left], budget, generator)
        left = left[(victim.answers(found[left]) == labels[left]).cpu()]
    return found


def noisy(pictures: Tensor, budget: AttackBudget, generator: Generator) -> Tensor:
    """Return pictures ``(N, H, W)`` with noise of the budget's size."""
    norm = budget.measure
    direction = norm.steepest(torch.randn(pictures.shape, generator=generator).to(pictures))
    change = budget.epsilon * direction
    for _ in range(ROUNDS):
        made = (pictures + change).clamp(0, 1)
        missing = budget.epsilon / norm.size(made - pictures).clamp_min(TINY)
        if not budget.epsilon or (missing < 1 + 1e-4).all():
            break
        change = change * missing[:, None, None]
    return (pictures + norm.project(made - pictures, budget.epsilon)).clamp(0, 1)


ATTACK = Attack(
    N_("noise"),
    N_("random changes of the same size, for comparison: nothing chose them"),
    _make,
    takes=("restarts",),
)
