"""python -m benchmarks attacks [MODEL …] [--pictures N] [--foolbox] [--quick].

Networks for digits under attack, given by names or folders; by default those that ship, and the
ReNet of the comparison. The share of N test digits (all 10,000 by default, else evenly spaced) that
is answered right, with its 95 % interval: as they are, under FGSM and PGD of 40 steps and one
restart (L∞), and beside each ε under noise of the same size. A picture is fooled if any step fools
it.
With ``--foolbox`` the same attacks by foolbox stand below, for comparison; they take longer.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from benchmarks.timing import parser_of
from rnndemo.data.load import load
from rnndemo.data.sets import ImageSet
from rnndemo.evaluation.report import wilson_interval
from rnndemo.hardening.attacks.ascent import REACH
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.scores import BATCH, attack_scores
from rnndemo.hardening.victim import Victim, victim_of
from rnndemo.models.store import Model, load_model
from rnndemo.storage.folders import ASSETS

SHIPPED = ("digits-lstm", "digits-gru", "digits-rnn", "digits-cnn", "digits-hard")
RENET = ASSETS / "comparison" / "best" / "mnist-renet"
EPSILONS, STEPS, QUICK = (0.05, 0.1), 40, 20
# attack, norm, ε
CASES = [
    (name, "linf", epsilon) for epsilon in EPSILONS for name in ("noise", "fgsm", "pgd")
]  # fmt: skip
AGREEMENT = [("fgsm", "linf", 0.1), ("fgsm", "l2", 2.0), ("pgd", "linf", 0.1), ("pgd", "l2", 1.0)]


class _Seen(nn.Module):
    """A victim as foolbox sees it: pictures have a channel."""

    def __init__(self, victim: Victim) -> None:
        super().__init__()
        self.victim = victim

    def forward(self, pictures: Tensor) -> Tensor:
        return self.victim.logits(pictures[:, 0])


def by_foolbox(model: Model, test: ImageSet, name: str, norm: str, epsilon: float) -> int:
    """Return how many pictures are right under an attack of foolbox, which tests install."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from foolbox import PyTorchModel, attacks
    made: dict[tuple[str, str], Callable[[], object]] = {
        ("fgsm", "linf"): attacks.LinfFastGradientAttack,
        ("fgsm", "l2"): attacks.L2FastGradientAttack,
        ("pgd", "linf"): lambda: attacks.LinfPGD(steps=STEPS, rel_stepsize=REACH / STEPS),
        ("pgd", "l2"): lambda: attacks.L2PGD(steps=STEPS, rel_stepsize=REACH / STEPS),
    }
    torch.manual_seed(0)
    theirs = PyTorchModel(_Seen(victim_of(model)).eval(), bounds=(0, 1), device="cpu")
    right = 0
    for images, labels in zip(test.images.split(BATCH), test.labels.split(BATCH), strict=True):
        pictures = images[:, None].float() / 255
        _, _, fooled = made[name, norm]()(theirs, pictures, labels, epsilons=epsilon)  # type: ignore[operator]
        right += int((~fooled).sum())
    return right


def cell(right: int, n: int) -> str:
    """Return a share with its interval."""
    low, high = wilson_interval(right, n)
    return f"{right / n:.1%} ({low:.1%} to {high:.1%})"


def row(name: str, test: ImageSet) -> str:
    """Return the line of a model in the table."""
    model, start = load_model(name), time.perf_counter()
    cells, clean = [], 0
    for attack, norm, epsilon in CASES:
        budget = AttackBudget(epsilon, norm, STEPS)
        scores = attack_scores(model, test.images, test.labels, attack, budget)
        clean = scores.right
        cells.append(cell(scores.withstood, scores.n))
    seconds = time.perf_counter() - start
    figures = (f"`{model.name}`", cell(clean, len(test)), *cells, f"{seconds:,.0f} s")
    return "| " + " | ".join(figures) + " |"


def agreement(name: str, test: ImageSet, cases: Sequence[tuple[str, str, float]]) -> None:
    """Print our attacks beside those of foolbox."""
    model = load_model(name)
    print("\n| model | attack | ours | foolbox |\n|---|---|---|---|")
    for attack, norm, epsilon in cases:
        budget = AttackBudget(epsilon, norm, STEPS)
        ours = attack_scores(model, test.images, test.labels, attack, budget)
        theirs = by_foolbox(model, test, attack, norm, epsilon)
        print(
            f"| `{model.name}` | {attack}, {norm}, ε {epsilon} | {ours.attacked:.2%} "
            f"| {theirs / len(test):.2%} |",
            flush=True,
        )


def main(arguments: list[str]) -> None:
    """Print the table, and below it what foolbox says where that is wanted."""
    parser = parser_of("attacks")
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--pictures", type=int, default=10_000, metavar="N")
    parser.add_argument("--foolbox", action="store_true")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    whole = load("digits").test
    count = QUICK if options.quick else min(options.pictures, len(whole))
    test = whole.evenly(count)
    names = options.models or [*SHIPPED, str(RENET)]
    head = [f"{name}, ε {epsilon}" for name, _, epsilon in CASES]
    print("| " + " | ".join(["model", "clean", *head, "took"]) + " |")
    print("|" + "---|" * (len(head) + 3))
    for name in names:
        print(row(name, test), flush=True)
    if options.foolbox:
        agreement(names[0], test, AGREEMENT)
    print(f"\n{count:,} test digits; PGD: {STEPS} steps, one restart; 95 % intervals.")
