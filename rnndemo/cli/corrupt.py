"""The command ``python -m rnndemo corrupt``."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from torch import Tensor

from rnndemo.cli.commands import Result, load_reader, read_for
from rnndemo.data.corruptions import CORRUPTIONS, SEVERITIES
from rnndemo.errors import N_, InputError, check_one_of
from rnndemo.evaluation.batch import label_numbers
from rnndemo.evaluation.corruption_curves import (
    CLEAN,
    MNIST_C_PAIRS,
    CorruptionScore,
    check_reads_pictures,
    corruption_scores,
    every_pair,
    mean_score,
    worst_score,
)
from rnndemo.hardening.data import data_for
from rnndemo.models.store import Model


def corrupt(given: argparse.Namespace) -> Result:
    """Measure a model on corrupted drawings."""
    _give_input_back(given)
    kinds = list(dict.fromkeys(given.kinds)) or list(CORRUPTIONS)
    for kind in kinds:
        check_one_of("--kind", kind, tuple(CORRUPTIONS))
    severities = sorted({_severity(text) for text in given.severities}) or list(SEVERITIES)
    refused = N_(
        "The model {name!r} reads scenes; only drawings of one thing are corrupted. Choose a model "
        "that reads one drawing."
    )
    model = load_reader(given.model, refused)
    check_reads_pictures(model)
    images, labels, labelled = _pictures(given.input, model)
    pairs = every_pair(kinds, severities)
    scores = []
    for score in corruption_scores(model, images, labels, pairs):
        scores.append(score)
        _show_progress(len(scores), len(pairs) + 1)
        if not given.json:
            _print_score(score, labelled)
    result = _result(scores, labelled)
    if not given.json and result.get("mnist_c"):
        mean = result["mnist_c"]
        print(f"{'mean over MNIST-C':<18} {'':<10} {_share_text(mean)}")
    return result


def _give_input_back(given: argparse.Namespace) -> None:
    """Take INPUT from the option before it, which takes all words that follow it."""
    if given.input is not None:
        return
    if given.severities and not given.severities[-1].lstrip("+-").isdigit():
        given.input = given.severities.pop()
    elif given.kinds and _is_path(given.kinds[-1]):
        given.input = given.kinds.pop()


def _is_path(word: str) -> bool:
    """Return whether a word after ``--kind`` is an INPUT rather than a kind, right or wrong."""
    if word in CORRUPTIONS:
        return False
    return "." in word or os.sep in word or os.path.exists(word)  # noqa: PTH110, any word will do


def _pictures(path: str | None, model: Model) -> tuple[Tensor, Tensor, bool]:
    """Return the pictures of an INPUT, else a model's test pictures, their labels, if any."""
    if path is None:
        test = data_for(model).test
        return test.images, test.labels, True
    drawings = read_for(path, model)
    numbers = label_numbers(drawings, model.classes)
    return drawings.images, numbers, drawings.labels is not None


def _severity(text: str) -> int:
    if text not in map(str, SEVERITIES):
        raise InputError(
            "--severity {text}: a whole number from {low} to {high} is needed.",
            text=text, low=SEVERITIES[0], high=SEVERITIES[-1],
        )  # fmt: skip
    return int(text)


def _show_progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        end = "\r" if done < of else "\r\033[K"
        print(f"\r{done} of {of}", end=end, file=sys.stderr, flush=True)


def _result(scores: list[CorruptionScore], labelled: bool) -> Result:
    clean, *corrupted = scores
    result: Result = {
        "n": clean.n,
        "clean": clean.accuracy if labelled else None,
        "corruptions": [_entry(score, labelled) for score in corrupted],
    }
    mean, worst = mean_score(scores, MNIST_C_PAIRS), worst_score(scores)
    if labelled and mean is not None:
        low, high = mean.interval
        result["mnist_c"] = {"accuracy": mean.accuracy, "low": low, "high": high}
    if labelled and worst is not None:
        result["worst"] = {"kind": worst.kind, "severity": worst.severity}
    return result


def _entry(score: CorruptionScore, labelled: bool) -> dict[str, Any]:
    low, high = score.interval
    return {
        "kind": score.kind,
        "severity": score.severity,
        "accuracy": score.accuracy if labelled else None,
        "low": low if labelled else None,
        "high": high if labelled else None,
        "same": score.same / score.n,
    }


def _print_score(score: CorruptionScore, labelled: bool) -> None:
    if score.kind == CLEAN:
        text = _share_text(_entry(score, labelled)) if labelled else ""
        print(f"{'clean':<18} {f'n {score.n:,}':<10} {text}".rstrip())
        return
    entry = _entry(score, labelled)
    text = f"{_share_text(entry)}  " if labelled else ""
    name = f"{score.kind:<18} severity {score.severity}"
    print(f"{name} {text}same answer {entry['same']:.2%}")


def _share_text(entry: dict[str, Any]) -> str:
    return f"{entry['accuracy']:.2%}  ({entry['low']:.2%} to {entry['high']:.2%})"
