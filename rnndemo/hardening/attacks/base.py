"""What an attack is, and how far it may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Generator, Tensor

from rnndemo.errors import check_number, check_one_of
from rnndemo.hardening.attacks.norms import NORMS, Norm
from rnndemo.hardening.victim import Victim
from rnndemo.kinds import Kind

MAX_STEPS, MAX_RESTARTS = 1000, 100


@dataclass(frozen=True)
class AttackBudget:
    """How far an attack may go, and how hard it may try.

    Parameters
    ----------
    epsilon : float
        The largest change, in `norm`; pixels lie in [0, 1].
    norm : {"linf", "l2"}, default "linf"
    steps : int, default 40
        Steps along the gradient, of attacks that make several.
    restarts : int, default 1
        How often an attack that begins at random may begin.
    stop : bool, default True
        Whether a picture is done with as soon as it is answered wrong. Else it is pushed on: the
        wrong answer becomes surer, and a test set takes longer.

    Raises
    ------
    InputError
        If a value is out of its range.
    """

    epsilon: float
    norm: str = "linf"
    steps: int = 40
    restarts: int = 1
    stop: bool = True

    def __post_init__(self) -> None:
        check_one_of("norm", self.norm, tuple(NORMS))
        check_number("epsilon", self.epsilon, 0, self.measure.most)
        check_number("steps", self.steps, 1, MAX_STEPS, whole=True)
        check_number("restarts", self.restarts, 1, MAX_RESTARTS, whole=True)

    @property
    def measure(self) -> Norm:
        """The norm of changes."""
        return NORMS[self.norm]


@dataclass(frozen=True)
class Attack(Kind):
    """A way to change pictures so that they are answered wrong.

    Parameters
    ----------
    make : callable
        (victim, pictures ``(N, H, W)`` in [0, 1], labels ``(N,)``, budget, generator) -> changed
        pictures: within ε of the given ones, and in [0, 1].
    takes : tuple of str
        The fields of `AttackBudget` besides ε and norm that matter to it.
    """

    make: Callable[[Victim, Tensor, Tensor, AttackBudget, Generator], Tensor]
    takes: tuple[str, ...] = ()
