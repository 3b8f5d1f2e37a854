"""Every attack keeps to its budget, and finds what is known to be the worst."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Generator, Tensor

from rnndemo.errors import InputError
from rnndemo.hardening.attacks import ATTACKS
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.attacks.norms import NORMS
from rnndemo.hardening.attacks.row import each_row
from rnndemo.hardening.victim import Victim

SIDE, CLASSES = 6, 3
ROUNDING = 1e-5


def summed(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(logits, labels, reduction="sum")


def linear(seed: int = 0, classes: int = CLASSES, size: float = 1.0) -> tuple[Victim, Tensor]:
    """Return a linear classifier, and its weights ``(classes, pixels)``."""
    chance = Generator().manual_seed(seed)
    weights = size * torch.randn(classes, SIDE * SIDE, generator=chance)
    return Victim(lambda pictures: pictures.flatten(1) @ weights.T, summed), weights


def pictures(count: int, seed: int, low: float = 0.0, high: float = 1.0) -> Tensor:
    chance = Generator().manual_seed(seed)
    return low + (high - low) * torch.rand(count, SIDE, SIDE, generator=chance)


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("norm", NORMS)
@given(
    epsilon=st.floats(0, 1), seed=st.integers(0, 99), restarts=st.integers(1, 2), stop=st.booleans()
)
def test_an_attack_keeps_to_its_budget(
    name: str, norm: str, epsilon: float, seed: int, restarts: int, stop: bool
) -> None:
    victim, _ = linear(seed)
    clean = pictures(4, seed).round() if seed % 2 else pictures(4, seed)
    before, labels = clean.clone(), victim.answers(clean)
    budget = AttackBudget(epsilon, norm, steps=3, restarts=restarts, stop=stop)
    made = ATTACKS[name].make(victim, clean, labels, budget, Generator().manual_seed(seed))
    assert torch.equal(clean, before)
    assert made.shape == clean.shape
    assert (budget.measure.size(made - clean) <= epsilon * (1 + ROUNDING) + ROUNDING).all()
    assert made.min() >= 0
    assert made.max() <= 1


@pytest.mark.parametrize("name", ATTACKS)
def test_equal_seeds_give_equal_pictures(name: str) -> None:
    victim, _ = linear()
    clean = pictures(3, 1)
    labels = victim.answers(clean)

    def made(seed: int) -> Tensor:
        budget = AttackBudget(0.05, steps=2, stop=False)
        return ATTACKS[name].make(victim, clean, labels, budget, Generator().manual_seed(seed))

    assert torch.equal(made(1), made(1))
    if name == "noise":
        assert not torch.equal(made(1), made(2))


@pytest.mark.parametrize("name", ["fgsm", "pgd"])
@pytest.mark.parametrize(("norm", "dual"), [("linf", 1), ("l2", 2)])
def test_the_worst_of_a_linear_model_is_found(name: str, norm: str, dual: int) -> None:
    """Two classes: the margin falls by ε times the dual norm of the weights' difference."""
    victim, weights = linear(3, classes=2, size=0.3)
    epsilon, clean = 0.1, pictures(20, 5, 0.2, 0.8)  # no pixel meets its limit
    labels, across = victim.answers(clean), (weights[0] - weights[1]).double()
    margin = (clean.flatten(1).double() @ across).abs()
    budget = AttackBudget(epsilon, norm, stop=False)
    made = ATTACKS[name].make(victim, clean, labels, budget, Generator().manual_seed(0))
    sign = 1 - 2 * labels.double()
    after = sign * (made.flatten(1).double() @ across)
    torch.testing.assert_close(after, margin - epsilon * across.norm(dual), atol=1e-2, rtol=0)


def test_a_picture_that_is_fooled_is_done_with() -> None:
    victim, _ = linear(1)
    clean, seen = pictures(8, 2), []

    def logits(given: Tensor) -> Tensor:
        seen.append(len(given))
        return victim.logits(given)

    counted = Victim(logits, summed)
    labels = victim.answers(clean)
    budget = AttackBudget(0.3, steps=20)
    made = ATTACKS["pgd"].make(counted, clean, labels, budget, Generator().manual_seed(0))
    assert (victim.answers(made) != labels).all()
    assert seen[0] == 8
    assert sum(seen) < 20 * 8 / 2


@pytest.mark.parametrize("stop", [True, False])
def test_more_restarts_fool_no_fewer(stop: bool) -> None:
    victim, _ = linear(2)
    clean = pictures(40, 3)
    labels = victim.answers(clean)

    def fooled(restarts: int) -> int:
        budget = AttackBudget(0.3, restarts=restarts, stop=stop)
        made = ATTACKS["noise"].make(victim, clean, labels, budget, Generator().manual_seed(0))
        return int((victim.answers(made) != labels).sum())

    assert 0 < fooled(1) <= fooled(8)


def test_each_row_is_changed_alone() -> None:
    victim, weights = linear(4, classes=2)
    clean = pictures(5, 6, 0.2, 0.8)
    labels = victim.answers(clean)
    budget = AttackBudget(0.2, stop=False)
    made, flips, losses = each_row(victim, clean, labels, budget, Generator().manual_seed(0))
    changed = (made != clean[:, None]).any(3)  # (N, H, H)
    assert torch.equal(changed, torch.eye(SIDE, dtype=torch.bool).expand_as(changed))
    across = (weights[0] - weights[1]).unflatten(0, (SIDE, SIDE))
    margin = (clean.flatten(1) @ across.flatten()).abs()
    worst = margin[:, None] - 0.2 * across.abs().sum(1)
    clear = worst.abs() > 0.05
    assert torch.equal(flips[clear], (worst < 0)[clear])
    assert torch.equal(losses.argmax(1), worst.argmin(1))


def test_the_row_that_flips_the_answer_is_chosen() -> None:
    victim, _ = linear(4)
    clean = pictures(12, 7)
    labels = victim.answers(clean)
    budget = AttackBudget(1.0, steps=10)
    made = ATTACKS["row"].make(victim, clean, labels, budget, Generator().manual_seed(0))
    _, flips, _ = each_row(victim, clean, labels, budget, Generator().manual_seed(0))
    assert ((made != clean).any(2).sum(1) <= 1).all()
    fooled = victim.answers(made) != labels
    assert torch.equal(fooled, flips.any(1))
    assert fooled.any()


@pytest.mark.parametrize("norm", NORMS)
@given(size=st.floats(0, 5), epsilon=st.floats(0, 2), seed=st.integers(0, 99))
def test_projection_is_the_nearest_of_that_norm(
    norm: str, size: float, epsilon: float, seed: int
) -> None:
    measure, change = NORMS[norm], size * (pictures(3, seed) - 0.5)
    near = measure.project(change, epsilon)
    assert (measure.size(near) <= epsilon + ROUNDING).all()
    inside = measure.size(change) <= epsilon
    torch.testing.assert_close(near[inside], change[inside])
    torch.testing.assert_close(measure.project(near, epsilon), near, atol=ROUNDING, rtol=0)


@pytest.mark.parametrize("norm", NORMS)
def test_random_starts_fill_the_ball(norm: str) -> None:
    measure = NORMS[norm]
    sizes = measure.size(measure.uniform(torch.zeros(2000, 1, 2), 0.5, Generator().manual_seed(0)))
    assert sizes.max() <= 0.5
    assert (sizes < 0.25).double().mean().item() == pytest.approx(0.25, abs=0.04)  # half the side


def test_noise_is_as_large_as_an_attack() -> None:
    victim, _ = linear()
    clean = pictures(6, 9).round()  # half of all directions lead out of [0, 1]
    labels = victim.answers(clean)
    for norm, epsilon in (("linf", 0.1), ("l2", 1.5)):
        budget = AttackBudget(epsilon, norm)
        made = ATTACKS["noise"].make(victim, clean, labels, budget, Generator().manual_seed(0))
        torch.testing.assert_close(
            budget.measure.size(made - clean), torch.full((6,), epsilon), atol=1e-3, rtol=0
        )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"epsilon": -0.1}, "epsilon = -0.1"),
        ({"epsilon": 1.5}, "epsilon = 1.5"),
        ({"epsilon": float("nan")}, "epsilon = nan"),
        ({"epsilon": 0.1, "norm": "l1"}, "linf, l2"),
        ({"epsilon": 0.1, "steps": 0}, "steps = 0"),
        ({"epsilon": 0.1, "restarts": 0}, "restarts = 0"),
    ],
)
def test_a_budget_out_of_range_is_refused(wrong: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        AttackBudget(**wrong)
