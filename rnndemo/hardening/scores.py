"""How many pictures of a set a model still answers right, under attack or behind a defence."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.attacks import ATTACKS
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.defences.base import Defence
from rnndemo.hardening.victim import Victim, victim_of
from rnndemo.models.store import Model

BATCH = 200  # pictures attacked at once
ROUNDS = 15  # answers to one picture that are timed

# (pictures done, pictures in all); an error that it raises ends the work
Progress = Callable[[int, int], None]


def ignored(done: int, total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class AttackScores:
    """How many pictures are answered right before and after an attack.

    Parameters
    ----------
    n : int
        Pictures.
    right, withstood : int
        How many are answered right as they are, and whatever the attack did to them.
    rows : tuple of int
        Of each row, in how many pictures the attack changed that row alone, and so made the answer
        wrong.
    """

    n: int
    right: int
    withstood: int
    rows: tuple[int, ...] = ()

    @property
    def accuracy(self) -> float:
        """Share that is answered right without an attack."""
        return self.right / self.n

    @property
    def attacked(self) -> float:
        """Share that is answered right under attack."""
        return self.withstood / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of `accuracy`."""
        return wilson_interval(self.right, self.n)

    @property
    def attacked_interval(self) -> tuple[float, float]:
        """95 % interval of `attacked`."""
        return wilson_interval(self.withstood, self.n)


def attack_scores(
    model: Model,
    images: Tensor,
    labels: Tensor | None,
    attack: str,
    budget: AttackBudget,
    defence: Defence | None = None,
    seed: int = 0,
    progress: Progress = ignored,
) -> AttackScores:
    """Attack every picture that a model answers right.

    Parameters
    ----------
    images : Tensor
        uint8 ``(N, H, W)``, N at least 1.
    labels : Tensor or None
        int64 ``(N,)``; −1 for a class that the model does not have, which counts as answered wrong.
        None takes the model's own answers for right.
    attack : str
        A key of `ATTACKS`.
    progress : callable, optional
        Is told after each batch how many pictures are done. To cancel, it raises an error.

    Raises
    ------
    InputError
        If the model reads the pen path.
    """
    victim, made = victim_of(model, defence), ATTACKS[attack].make
    generator = Generator().manual_seed(seed)
    right = withstood = 0
    rows = torch.zeros(images.shape[1], dtype=torch.long)
    for start in range(0, len(images), BATCH):
        pictures = images[start : start + BATCH].float() / 255
        answers = victim.answers(pictures)
        true = answers if labels is None else labels[start : start + BATCH]
        pictures, true = pictures[answers == true], true[answers == true]
        if len(true):
            changed = made(victim, pictures, true, budget, generator)
            fooled = victim.answers(changed) != true
            right, withstood = right + len(true), withstood + int((~fooled).sum())
            rows += ((changed != pictures).any(2) & fooled[:, None]).sum(0)
        progress(min(start + BATCH, len(images)), len(images))
    alone = tuple(rows.tolist()) if attack == "row" else ()
    return AttackScores(len(images), right, withstood, alone)


@dataclass(frozen=True)
class Price:
    """What a defence costs where nobody attacks.

    Parameters
    ----------
    n : int
        Pictures.
    right_before, right : int
        How many are answered right without and with the defence.
    seconds_before, seconds : float
        For the answer to one picture, without and with it: medians, taken in turn.
    """

    n: int
    right_before: int
    right: int
    seconds_before: float
    seconds: float

    @property
    def interval_before(self) -> tuple[float, float]:
        """95 % interval of the accuracy without the defence."""
        return wilson_interval(self.right_before, self.n)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the accuracy with it."""
        return wilson_interval(self.right, self.n)


def price_of(
    model: Model, defence: Defence, images: Tensor, labels: Tensor, progress: Progress = ignored
) -> Price:
    """Return what `defence` costs `model` on pictures, uint8 ``(N, H, W)``.

    Raises
    ------
    InputError
        If the model reads the pen path.
    """
    sides = victim_of(model), victim_of(model, defence)
    right = [0, 0]
    for start in range(0, len(images), BATCH):
        pictures, true = images[start : start + BATCH].float() / 255, labels[start : start + BATCH]
        for side, victim in enumerate(sides):
            right[side] += int((victim.answers(pictures) == true).sum())
        progress(min(start + BATCH, len(images)), len(images))
    one = images[:1].float() / 255
    times = [[_seconds(victim, one) for victim in sides] for _ in range(ROUNDS)]
    before, after = (statistics.median(side) for side in zip(*times, strict=True))
    return Price(len(images), right[0], right[1], before, after)


def _seconds(victim: Victim, picture: Tensor) -> float:
    start = time.perf_counter()
    victim.answers(picture)
    return time.perf_counter() - start
