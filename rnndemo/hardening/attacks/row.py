"""Attack a single row, and find the one that makes the answer wrong when it changes within ε.

With ε = 1 in L∞ the row may become anything. Every row of a picture is tried, each by projected
gradient descent on its own pixels.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from rnndemo.errors import N_
from rnndemo.hardening.attacks.ascent import ascended
from rnndemo.hardening.attacks.base import Attack, AttackBudget
from rnndemo.hardening.victim import Victim

TOGETHER = 8  # pictures whose rows are tried in one batch


def each_row(
    victim: Victim, picture: Tensor, label: Tensor, budget: AttackBudget, generator: Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Attack every row of pictures on its own.

    Parameters
    ----------
    picture : Tensor
        ``(N, H, W)`` in [0, 1].
    label : Tensor
        int64 ``(N,)``.

    Returns
    -------
    made : Tensor
        ``(N, H, H, W)``: entry ``[n, r]`` differs from picture n in row r alone.
    flips : Tensor
        bool ``(N, H)``: whether it is answered wrong.
    losses : Tensor
        ``(N, H)``: how wrong.
    """
    count, rows, _ = picture.shape
    one = torch.eye(rows).to(picture)[None, :, :, None].expand(count, rows, *picture.shape[1:])
    copies, labels = picture.repeat_interleave(rows, 0), label.repeat_interleave(rows)
    made = ascended(victim, copies, labels, budget, generator, one.flatten(0, 1))
    with torch.no_grad():
        logits = victim.logits(made)
        losses = torch.stack(
            [victim.loss(logits[i : i + 1], labels[i : i + 1]) for i in range(len(labels))]
        )
    flips = logits.argmax(1) != labels
    parts = (made, flips, losses)
    made, flips, losses = (part.unflatten(0, (count, rows)) for part in parts)
    return made, flips, losses


def _make(
    victim: Victim, pictures: Tensor, labels: Tensor, budget: AttackBudget, generator: Generator
) -> Tensor:
    chosen = []
    for part, true in zip(pictures.split(TOGETHER), labels.split(TOGETHER), strict=True):
        made, flips, losses = each_row(victim, part, true, budget, generator)
        best = losses.where(flips | ~flips.any(1, keepdim=True), -torch.inf).argmax(1)
        chosen.append(made[torch.arange(len(part)), best])
    return torch.cat(chosen)


ATTACK = Attack(
    N_("one row"),
    N_("changes a single row: the one that makes the answer wrong, if there is one"),
    _make,
    takes=("steps", "restarts"),
)
