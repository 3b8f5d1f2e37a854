"""The shortest change found that turns the answer: an upper bound beside the certificate's lower.

Projected gradient descent in L2 at one ε after another, which bisection chooses. A smoothed model
is attacked as what it is: the gradient is that of the mean answer under noise (Salman et al. 2019),
and an attack counts when most readings under other noise answer something else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from rnndemo.errors import check_number
from rnndemo.hardening.attacks.ascent import ascended
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.scores import Progress, ignored
from rnndemo.hardening.smoothing import MAX_SIGMA
from rnndemo.hardening.victim import Victim, victim_of
from rnndemo.models.store import Model
from rnndemo.reading.threads import in_kept_thread

LONGEST = 12.0  # longer changes are not looked for: a drawing itself is about ten long
TRIES, STEPS = 6, 8  # of the search, and of each attack in it
DRAWN, VOTES = 8, 200  # noisy pictures for a gradient, and for counting whether an attack succeeds


@dataclass(frozen=True)
class ShortestFound:
    """The shortest change found that turns an answer.

    Parameters
    ----------
    size : float
        Its L2 length.
    label : int
        The class that is answered then, by number.
    changed : ndarray
        float32 ``(H, W)`` in [0, 1]: the picture with it.
    """

    size: float
    label: int
    changed: np.ndarray


@in_kept_thread
def shortest_found(
    model: Model,
    image: np.ndarray,
    sigma: float = 0.0,
    tries: int = TRIES,
    seed: int = 0,
    progress: Progress = ignored,
    label: int | None = None,
) -> ShortestFound | None:
    """Return the shortest change found that turns the answer of `model`; None if none was found.

    Parameters
    ----------
    image : ndarray
        float ``(H, W)`` in [0, 1].
    sigma : float, default 0
        Of the noise under which the smoothed model reads; 0 for the model itself.
    tries : int, default 6
        Lengths at which it is attacked: `LONGEST`, then by bisection.
    progress : callable, optional
        Is told after each try how many are made. To cancel, it raises an error.
    label : int, optional
        The answer that is to be turned, by number, such as the one that a certificate is for; by
        default what the model answers, or most of a few noisy readings.

    Raises
    ------
    InputError
        If the model reads the pen path, or a value is out of range.
    """
    check_number("sigma", sigma, 0, MAX_SIGMA)
    check_number("tries", tries, 1, 100, whole=True)
    plain = victim_of(model)
    picture = torch.from_numpy(np.array(image, dtype=np.float32))[None]
    victim = _smoothed(plain, picture, sigma, seed + 1) if sigma else plain
    generator = Generator().manual_seed(seed)
    true = _answer(plain, picture, sigma, seed) if label is None else label
    low, high, found = 0.0, LONGEST, None
    for made in range(tries):
        epsilon = high if not made else (low + high) / 2
        budget = AttackBudget(epsilon, "l2", STEPS)
        changed = ascended(victim, picture, torch.tensor([true]), budget, generator)
        said = _answer(plain, changed, sigma, seed)
        if said != true:
            size = float(budget.measure.size(changed - picture))
            found = ShortestFound(size, said, changed[0].numpy())
            high = size
        elif not made:
            break
        else:
            low = epsilon
        progress(made + 1, tries)
    return found


def _smoothed(victim: Victim, picture: Tensor, sigma: float, seed: int) -> Victim:
    """Return the smoothed model as attacks see it: the log mean probability under fixed noise."""
    generator = Generator().manual_seed(seed)
    noise = sigma * torch.randn(DRAWN, *picture.shape[1:], generator=generator)

    def logits(pictures: Tensor) -> Tensor:
        noisy = (pictures[:, None] + noise).flatten(0, 1)
        return victim.logits(noisy).log_softmax(1).unflatten(0, (len(pictures), DRAWN)).logsumexp(1)

    return Victim(logits, victim.loss)


def _answer(victim: Victim, picture: Tensor, sigma: float, seed: int) -> int:
    """Return the answer to one picture ``(1, H, W)``, the commonest under noise of that size."""
    if not sigma:
        return int(victim.answers(picture))
    noise = torch.randn(VOTES, *picture.shape[1:], generator=Generator().manual_seed(seed + 2))
    return int(victim.answers(picture + sigma * noise).bincount().argmax())
