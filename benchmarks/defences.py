"""python -m benchmarks defences [MODEL …] [--pictures N] [--attacked N] [--quick].

What each defence costs where nobody attacks: the share of N test digits (by default all 10,000)
that is answered right behind it, with its 95 % interval, and how many times as long an answer takes
(medians, taken in turn). And what it brings: the share of the first N digits of ``--attacked`` that
PGD leaves right, 20 steps in L∞, where the attack knows the defence.
"""

from __future__ import annotations

import torch

from benchmarks.attacks import QUICK, cell
from benchmarks.timing import parser_of
from rnndemo.data.load import load
from rnndemo.data.sets import ImageSet
from rnndemo.hardening.attacks.base import AttackBudget
from rnndemo.hardening.defences import DEFENCES, defence_named
from rnndemo.hardening.scores import attack_scores, price_of
from rnndemo.models.store import Model, load_model

MODELS = ("digits-lstm",)
BUDGET = AttackBudget(0.1, "linf", 20)


def row(model: Model, name: str, test: ImageSet, attacked: ImageSet) -> str:
    """Return the line of a defence in the table; "none" is no defence."""
    defence = defence_named(name)
    scores = attack_scores(model, attacked.images, attacked.labels, "pgd", BUDGET, defence)
    withstood = cell(scores.withstood, scores.n)
    if defence is None:
        return f"| `{model.name}` | none | | | {withstood} |"
    found = price_of(model, defence, test.images, test.labels)
    right = f"{cell(found.right, found.n)}, without it {found.right_before / found.n:.1%}"
    times = found.seconds / found.seconds_before
    return f"| `{model.name}` | {name} | {right} | {times:.1f} × | {withstood} |"


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = parser_of("defences")
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--pictures", type=int, default=10_000, metavar="N")
    parser.add_argument("--attacked", type=int, default=1_000, metavar="N")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    whole = load("digits").test

    def first(count: int) -> ImageSet:
        return whole.take(torch.arange(QUICK if options.quick else min(count, len(whole))))

    test, attacked = first(options.pictures), first(options.attacked)
    print(f"| model | defence | right | an answer takes | under PGD, ε {BUDGET.epsilon} |")
    print("|---|---|---|---|---|")
    for name in options.models or MODELS:
        model = load_model(name)
        for defence in ("none", *DEFENCES):
            print(row(model, defence, test, attacked), flush=True)
    print(f"\n{len(test):,} test digits, {len(attacked):,} under attack; 95 % intervals.")
