"""python -m benchmarks corruptions [MODEL …] [--pictures N] [--quick]: accuracy on MNIST-C.

MNIST's test part with each of the fifteen corruptions of MNIST-C (Mu and Gilmer 2019), made anew at
the severity that the published pictures were made with, for every shipped reader of digits, or for
the models that are named. Three tables in Markdown: a line a model, a line a corruption, and a line
a severity, which is the curve of the mean over the fifteen, on every twentieth test digit. Before
them, what the augmentation "corruptions" costs a training of `digits-lstm`: processor time of its
steps against those with its own augmentation and with none, in turn.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from benchmarks.timing import alternate, parser_of
from rnndemo.data.corruptions import SEVERITIES
from rnndemo.data.corruptions.mnist_c import MNIST_C
from rnndemo.data.load import load
from rnndemo.data.sets import DIGITS, ImageSet
from rnndemo.evaluation.corruption_curves import (
    CLEAN,
    MNIST_C_PAIRS,
    CorruptionScore,
    corruption_scores,
    every_pair,
    mean_score,
    worst_score,
)
from rnndemo.models.store import Model, load_model, shipped_names
from rnndemo.presets import PRESETS
from rnndemo.training.trainer import Trainer

QUICK_PICTURES, CURVE_PICTURES = 50, 500
TRAINED = "digits-lstm"
STEPS, QUICK_STEPS = 40, 2


def print_price(steps: int) -> None:
    """Print how much longer a step of training takes with corruptions."""
    preset, data = PRESETS[TRAINED], load("digits")
    alone = replace(preset.data, synthetic=0.0, outliers=0.0)  # no pools to draw before
    trainers = {
        name: Trainer(replace(preset, data=replace(alone, augmentation=name)), data)
        for name in ("none", preset.data.augmentation, "corruptions")
    }

    def seconds(trainer: Trainer) -> float:
        start = time.process_time()
        trainer.advance()
        return time.process_time() - start

    measures = {name: partial(seconds, trainer) for name, trainer in trainers.items()}
    took = alternate(measures, steps, warm_up=2)
    for name, each in took.items():
        more = each / took["none"] - 1
        print(f"{TRAINED}, augmentation {name}: {each * 1000:.1f} ms a step ({more:+.0%})")


def digit_readers(names: list[str]) -> list[Model]:
    """Return the named models, or all that ship and read digits."""
    models = map(load_model, names or shipped_names())
    return [model for model in models if names or model.classes == DIGITS]


def print_models(scores: dict[str, list[CorruptionScore]]) -> None:
    """Print a line a model: clean, mean over MNIST-C, and the worst corruption."""
    print("\n| model | clean | mean over MNIST-C | 95 % interval | worst |\n|---|---|---|---|---|")
    for name, found in scores.items():
        mean, worst = mean_score(found, MNIST_C_PAIRS), worst_score(found)
        if mean is None or worst is None:
            continue
        low, high = mean.interval
        print(
            f"| `{name}` | {found[0].accuracy:.2%} | **{mean.accuracy:.2%}** | {low:.1%} to "
            f"{high:.1%} | {worst.kind}, {worst.accuracy:.1%} |"
        )


def print_kinds(scores: dict[str, list[CorruptionScore]]) -> None:
    """Print a line a corruption, and a column a model."""
    print(f"\n| corruption | severity | {' | '.join(f'`{name}`' for name in scores)} |")
    print("|---" * (2 + len(scores)) + "|")
    for row in zip(*scores.values(), strict=True):
        kind, severity = row[0].kind, row[0].severity
        if kind != CLEAN:
            figures = " | ".join(f"{score.accuracy:.1%}" for score in row)
            print(f"| `{kind}` | {severity} | {figures} |")


def print_curves(models: list[Model], test: ImageSet) -> None:
    """Print the mean over MNIST-C's kinds at each severity, a line a severity."""
    print(f"\n{len(test):,} test pictures\n\n| severity |", end="")
    print(
        "".join(f" `{model.name}` |" for model in models) + "\n" + "|---" * (1 + len(models)) + "|"
    )
    pairs = every_pair(MNIST_C)
    found = [list(corruption_scores(one, test.images, test.labels, pairs)) for one in models]
    for severity in SEVERITIES:
        means = [mean_score(scores, every_pair(MNIST_C, (severity,))) for scores in found]
        cells = [
            f"{mean.accuracy:.1%} ({mean.interval[0]:.1%} to {mean.interval[1]:.1%})"
            for mean in means
            if mean is not None
        ]
        print(f"| {severity} | " + " | ".join(cells) + " |", flush=True)


def spaced(test: ImageSet, count: int) -> ImageSet:
    """Return `count` pictures of `test`, evenly spaced."""
    return test.take(torch.from_numpy(np.linspace(0, len(test) - 1, count).astype(np.int64)))


def main(arguments: list[str]) -> None:
    """Print the tables."""
    parser = parser_of("corruptions")
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument(
        "--pictures", type=int, metavar="N", help="evenly spaced test pictures; all 10,000"
    )
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    print_price(QUICK_STEPS if options.quick else STEPS)
    whole = load("digits").test
    count = QUICK_PICTURES if options.quick else options.pictures or len(whole)
    test, models = spaced(whole, count), digit_readers(options.models)
    scores = {
        model.name: list(corruption_scores(model, test.images, test.labels, MNIST_C_PAIRS))
        for model in models
    }
    print(f"\n{len(test):,} test pictures")
    print_models(scores)
    print_kinds(scores)
    print_curves(models, spaced(whole, min(count, CURVE_PICTURES)))
