"""Adversarial training: a network learns from pictures that were attacked while it learns.

Madry et al. 2018: each step first raises the loss by changing the batch within ε in L∞ (projected
gradient ascent in a few steps), and then lowers it by changing the weights.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from rnndemo.hardening.attacks.ascent import climbed
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.victim import Victim
from rnndemo.models.network import Network, evaluating

RAMP = 0.3  # of the training, in which ε grows: a network that knows nothing yet learns slowly else


def hardened(
    network: Network,
    batch: tuple[Tensor, Tensor],
    loss: Callable[[Tensor, Tensor], Tensor],
    budget: AttackBudget,
    half: bool,
    progress: float,
) -> Tensor:
    """Return the sequences of a batch, attacked.

    A scan only orders pixels, so sequences are attacked as pictures would be. Random starts come
    from torch's own generator, whose state a checkpoint keeps.

    Parameters
    ----------
    batch : tuple of Tensor
        Sequences ``(N, time, features)`` in [0, 1], and their targets.
    loss : callable
        (logits, targets) -> the loss of the training.
    half : bool
        Whether to compute in bfloat16, as the training does.
    progress : float
        Of the training, from 0 to 1; 1 where the network was trained before.
    """
    sequence, target = batch
    reached = budget.epsilon * min(1.0, progress / RAMP)

    def logits(given: Tensor) -> Tensor:
        with evaluating(network), torch.autocast("cpu", torch.bfloat16, enabled=half):
            said: Tensor = network(given)
        return said.float()

    here = AttackBudget(reached, steps=budget.steps, stop=False)
    victim = Victim(logits, loss)
    return climbed(victim, sequence, target, here, None, torch.ones_like(sequence))
