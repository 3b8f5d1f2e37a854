"""Attack one drawing: what changes on it, and what that does to the reading, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Generator, Tensor

from rnndemo.hardening.attacks import ATTACKS
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.attacks.noise import noisy
from rnndemo.hardening.attacks.row import each_row
from rnndemo.hardening.defences.base import Defence
from rnndemo.hardening.victim import victim_of
from rnndemo.models.store import Model
from rnndemo.reading.answers import Answer, answer, decision_step
from rnndemo.reading.corrupted import states_apart, tips_at
from rnndemo.reading.threads import in_kept_thread


@dataclass(frozen=True)
class Attacked:
    """A drawing before and after an attack, and how a model reads both.

    Parameters
    ----------
    picture, changed : ndarray
        float32 ``(H, W)`` in [0, 1]: as it was, and as the attack left it.
    before, after : Answer
        The model's reading of each, behind the defence if there is one.
    size : float
        Of the change, in the norm of the budget.
    """

    picture: np.ndarray
    changed: np.ndarray
    before: Answer
    after: Answer
    size: float

    @property
    def difference(self) -> np.ndarray:
        """What the attack added, float32 ``(H, W)`` in [-1, 1]."""
        return self.changed - self.picture

    @property
    def fooled(self) -> bool:
        """Whether the answer is another one, whether rejected or not."""
        return self.after.label != self.before.label

    @property
    def tips(self) -> int | None:
        """The first timestep from which on both readings answer differently; None if they agree.

        Before it the attack may have changed probabilities, but the likeliest class has come back.
        """
        return tips_at(self.before.rows, self.after.rows)

    @property
    def distances(self) -> np.ndarray | None:
        """‖h_t − h'_t‖ between the last layer's hidden states of both readings, ``(time,)``.

        None for a network that does not read in order.
        """
        return states_apart(self.before, self.after)

    @property
    def leaves(self) -> int | None:
        """The timestep at which the hidden state moves away most; None if there are no states."""
        distances = self.distances
        return None if distances is None else int(np.diff(distances, prepend=0).argmax())


@in_kept_thread
def attacked(
    model: Model,
    image: np.ndarray,
    attack: str,
    budget: AttackBudget,
    defence: Defence | None = None,
    label: int | None = None,
    seed: int = 0,
) -> Attacked:
    """Attack one drawing.

    Parameters
    ----------
    image : ndarray
        float ``(H, W)`` in [0, 1].
    attack : str
        A key of `ATTACKS`.
    defence : Defence, optional
        Through which the model reads; the attack knows it.
    label : int, optional
        The class that the attack leads away from; by default the model's answer.

    Raises
    ------
    InputError
        If the model reads the pen path.
    """
    victim = victim_of(model, defence)
    picture = torch.from_numpy(np.array(image, dtype=np.float32))[None]
    true = victim.answers(picture) if label is None else torch.tensor([label])
    # pushed on, so that the way of the wrong answer shows
    there = replace(budget, stop=False)
    changed = ATTACKS[attack].make(victim, picture, true, there, Generator().manual_seed(seed))
    return _read_both(model, picture, changed, budget, defence)


def _read_both(
    model: Model,
    picture: Tensor,
    changed: Tensor,
    budget: AttackBudget,
    defence: Defence | None = None,
) -> Attacked:
    """Return a picture ``(1, H, W)`` before and after a change, and how a model reads both."""
    before, after = (_answered(model, part, defence)[1] for part in (picture, changed))
    size = float(budget.measure.size(changed - picture))
    return Attacked(picture[0].numpy(), changed[0].numpy(), before, after, size)


@in_kept_thread
def noise_in_row(
    model: Model, image: np.ndarray, row: int, budget: AttackBudget, seed: int = 0
) -> Attacked:
    """Return a drawing with noise in one row alone: the control of the attack on a row."""
    picture = torch.from_numpy(np.array(image, dtype=np.float32))[None]
    changed, line = picture.clone(), picture[:, row : row + 1]
    changed[:, row : row + 1] = noisy(line, budget, Generator().manual_seed(seed))
    return _read_both(model, picture, changed, budget)


def read_behind(model: Model, image: np.ndarray, defence: Defence) -> tuple[np.ndarray, Answer]:
    """Return what `defence` makes of a picture, float ``(H, W)`` in [0, 1], and the answer."""
    return _answered(model, torch.from_numpy(np.array(image, dtype=np.float32))[None], defence)


def _answered(model: Model, picture: Tensor, defence: Defence | None) -> tuple[np.ndarray, Answer]:
    """Return what a defence makes of a picture ``(1, H, W)``, and the answer behind it."""
    made = picture if defence is None else defence.apply(picture)
    seen: np.ndarray = made[0].numpy()
    if defence is None or defence.views is None:
        return seen, answer(model, seen)
    return seen, mean_answer(model, [answer(model, one.numpy()) for one in defence.views(made)[0]])


def mean_answer(model: Model, answers: Sequence[Answer]) -> Answer:
    """Return the answer that several readings give together: the mean of their probabilities.

    It has no hidden states, which are those of one reading.
    """
    rows = np.mean([one.rows for one in answers], 0)
    best = int(rows[-1].argmax())
    probability = float(rows[-1, best])
    return Answer(
        model.classes[best], probability, probability < model.card.reject_threshold, rows[-1],
        rows, decision_step(rows),
    )  # fmt: skip


@dataclass(frozen=True)
class RowsAttacked:
    """What becomes of the answer if one row alone is attacked, for every row.

    Parameters
    ----------
    changed : ndarray
        float32 ``(H, H, W)``: entry r differs from the drawing in row r alone.
    flips : ndarray
        bool ``(H,)``: whether the answer is another one then.
    labels : tuple of str
        The answer then, ``(H,)``.
    probabilities : ndarray
        ``(H,)``: of the class that was the answer before.
    """

    changed: np.ndarray
    flips: np.ndarray
    labels: tuple[str, ...]
    probabilities: np.ndarray


@in_kept_thread
def rows_attacked(
    model: Model,
    image: np.ndarray,
    budget: AttackBudget,
    defence: Defence | None = None,
    seed: int = 0,
) -> RowsAttacked:
    """Attack every row of a drawing, float ``(H, W)`` in [0, 1], on its own.

    Raises
    ------
    InputError
        If the model reads the pen path.
    """
    victim = victim_of(model, defence)
    picture = torch.from_numpy(np.array(image, dtype=np.float32))[None]
    true = victim.answers(picture)
    made, flips, _ = each_row(victim, picture, true, budget, Generator().manual_seed(seed))
    with torch.no_grad():
        probabilities = model.probabilities(victim.logits(made[0]))
    return RowsAttacked(
        changed=made[0].numpy(),
        flips=flips[0].numpy(),
        labels=tuple(model.classes[label] for label in probabilities.argmax(1).tolist()),
        probabilities=probabilities[:, int(true)].numpy(),
    )
