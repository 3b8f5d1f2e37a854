"""The commands ``python -m rnndemo attack`` and ``certify``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from rnndemo.cli.commands import Result, load_reader, read_for
from rnndemo.errors import N_, InputError, check_number, check_one_of
from rnndemo.evaluation.batch import label_numbers
from rnndemo.hardening.attacks import ATTACKS
from rnndemo.hardening.attacks.base import MAX_RESTARTS, MAX_STEPS, AttackBudget
from rnndemo.hardening.attacks.norms import NORMS
from rnndemo.hardening.defences import defence_named
from rnndemo.hardening.scores import AttackScores, attack_scores
from rnndemo.hardening.smoothing import (
    ALPHA,
    MAX_SAMPLES,
    MAX_SIGMA,
    MIN_SAMPLES,
    MIN_SIGMA,
    CertifiedScores,
    certified_scores,
)
from rnndemo.hardening.victim import check_attackable
from rnndemo.models.store import Model


@dataclass(frozen=True)
class GivenPictures:
    """A model, and pictures of an INPUT with what they show; None where no picture has a label."""

    model: Model
    images: Tensor
    labels: Tensor | None


def attack(given: argparse.Namespace) -> Result:
    """Measure a model on drawings that are attacked."""
    check_one_of("--attack", given.attack, tuple(ATTACKS))
    check_one_of("--norm", given.norm, tuple(NORMS))
    check_number("--epsilon", given.epsilon, 0, NORMS[given.norm].most)
    check_number("--steps", given.steps, 1, MAX_STEPS, whole=True)
    check_number("--restarts", given.restarts, 1, MAX_RESTARTS, whole=True)
    budget = AttackBudget(given.epsilon, given.norm, given.steps, given.restarts)
    defence = defence_named(given.defence)
    data = _given(given)
    scores = attack_scores(
        data.model, data.images, data.labels, given.attack, budget, defence, given.seed, _progress
    )
    low, high = scores.interval
    attacked_low, attacked_high = scores.attacked_interval
    known = data.labels is not None
    if not given.json:
        _print_attack(scores, known)
    result: Result = {
        "n": scores.n,
        "accuracy": scores.accuracy if known else None,
        "low": low if known else None,
        "high": high if known else None,
        "attacked": scores.attacked, "attacked_low": attacked_low, "attacked_high": attacked_high,
        "attack": given.attack, "norm": given.norm, "epsilon": given.epsilon,
        "steps": given.steps, "restarts": given.restarts, "defence": given.defence,
        "seed": given.seed,
    }  # fmt: skip
    return result | ({"rows": list(scores.rows)} if scores.rows else {})


def _print_attack(scores: AttackScores, known: bool) -> None:
    print(f"drawings  {scores.n:,}")
    if known:
        print(f"accuracy  {_share(scores.accuracy, scores.interval)}")
    name = "attacked" if known else "kept"
    print(f"{name:<10}{_share(scores.attacked, scores.attacked_interval)}")
    if any(scores.rows):
        top = sorted(range(len(scores.rows)), key=lambda row: -scores.rows[row])[:3]
        found = ", ".join(
            f"row {row + 1} ({scores.rows[row]:,})" for row in top if scores.rows[row]
        )
        print(f"rows      most often {found}")


def certify(given: argparse.Namespace) -> Result:
    """Measure for how many drawings no small change can alter the smoothed model's answer."""
    check_number("--sigma", given.sigma, MIN_SIGMA, MAX_SIGMA)
    check_number("--samples", given.samples, MIN_SAMPLES, MAX_SAMPLES, whole=True)
    defence = defence_named(given.defence)
    data = _given(given)
    scores = certified_scores(
        data.model, data.images, data.labels, given.sigma, given.samples,
        defence=defence, seed=given.seed, progress=_progress,
    )  # fmt: skip
    certified = [
        {"radius": radius, "accuracy": count / scores.n, "low": low, "high": high}
        for radius, count, (low, high) in zip(
            scores.radii, scores.right, scores.intervals(), strict=True
        )
    ]
    if not given.json:
        _print_certified(scores, certified, data.labels is not None)
    return {
        "n": scores.n, "sigma": given.sigma, "samples": given.samples, "confidence": 1 - ALPHA,
        "abstained": scores.abstained / scores.n, "defence": given.defence, "seed": given.seed,
        "certified": certified,
    }  # fmt: skip


def _print_certified(scores: CertifiedScores, certified: list[dict[str, Any]], known: bool) -> None:
    print(f"drawings   {scores.n:,}")
    print(f"abstained  {scores.abstained / scores.n:.2%}")
    print(f"{'L2 radius':<11}{'certainly right' if known else 'certain'}")
    for one in certified:
        print(f"{one['radius']:<11.3f}{_share(one['accuracy'], (one['low'], one['high']))}")


def _share(share: float, interval: tuple[float, float]) -> str:
    return f"{share:.2%}  (95 % interval {interval[0]:.2%} to {interval[1]:.2%})"


def _given(given: argparse.Namespace) -> GivenPictures:
    """Return the model and the pictures that the command line names.

    Drawings without labels are measured by the model's own answers, so blank ones are left out.
    """
    check_number("--seed", given.seed, 0, 2**31 - 1, whole=True)
    refused = N_(
        "The model {name!r} reads scenes; attacks and certificates are for models that read one "
        "drawing. Choose one of those."
    )
    model = load_reader(given.model, refused)
    check_attackable(model)
    drawings = read_for(given.input, model)
    if drawings.labels is not None:
        return GivenPictures(model, drawings.images, label_numbers(drawings, model.classes))
    images = drawings.images[~drawings.blank]
    if not len(images):
        raise InputError("Nothing is drawn here, or only a speck.")
    return GivenPictures(model, images, None)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and total > 1:
        end = "" if done < total else "\r\033[K"
        print(f"\r{done:,} of {total:,} drawings", end=end, file=sys.stderr, flush=True)
