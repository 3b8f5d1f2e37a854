"""Projected gradient ascent on the loss: what PGD, the attack on one row and training share."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.victim import Victim

REACH = 2.5  # how far all steps together could go, in ε (Madry et al. 2018)


def ascended(
    victim: Victim,
    pictures: Tensor,
    labels: Tensor,
    budget: AttackBudget,
    generator: Generator | None,
    where: Tensor | None = None,
) -> Tensor:
    """Return pictures ``(N, H, W)`` within the budget of the given ones, with a higher loss.

    A picture that is still answered right is begun again, as often as the budget has restarts.

    Parameters
    ----------
    where : Tensor, optional
        ``(N, H, W)``: 1 for pixels that may change, 0 for others; by default all may.
    """
    free = torch.ones_like(pictures) if where is None else where
    found = climbed(victim, pictures, labels, budget, generator, free)
    for _ in range(budget.restarts - 1):
        left = victim.answers(found) == labels
        if not left.any():
            break
        found[left] = climbed(victim, pictures[left], labels[left], budget, generator, free[left])
    return found


def climbed(
    victim: Victim,
    pictures: Tensor,
    labels: Tensor,
    budget: AttackBudget,
    generator: Generator | None,
    free: Tensor,
) -> Tensor:
    """Return pictures as `ascended` does, from one random start, whatever comes of it.

    x ← clip(x₀ + P(x + α d − x₀)), with d the steepest direction, P the projection onto changes of
    at most ε, and α = 2.5 ε / steps.
    """
    norm, epsilon = budget.measure, budget.epsilon
    stride = REACH * epsilon / budget.steps
    found = (pictures + free * norm.uniform(pictures, epsilon, generator)).clamp(0, 1)
    left = torch.arange(len(pictures), device=pictures.device)
    now, clean, true = found, pictures, labels
    for _ in range(budget.steps):
        logits, gradient = victim.gradient(now, true)
        if budget.stop and (wrong := logits.argmax(1) != true).any():
            parts = (left, now, clean, true, free, gradient)
            left, now, clean, true, free, gradient = (part[~wrong] for part in parts)
            if not len(left):
                break
        change = now + stride * norm.steepest(gradient * free) - clean
        now = (clean + norm.project(change, epsilon)).clamp(0, 1)
        found[left] = now
    return found
