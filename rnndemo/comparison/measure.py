"""Measure a peer: its answers, latency and robustness; and compare two."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import bdtr, stdtrit

from rnndemo.comparison.answerers import Answerer
from rnndemo.comparison.results import Comparison
from rnndemo.data.corruptions.compared import corrupted_to
from rnndemo.evaluation.report import Z95, wilson_interval

ROBUSTNESS_SIZE = 2000  # approximate maximum of test pictures for robustness
LUCK = 0.05  # a difference that luck makes at least so often may be chance
TIMES, WARM_UP = 50, 5  # single drawings that are timed, and those before them that are not


def answers_of(answerer: Answerer, images: np.ndarray) -> np.ndarray:
    """Return the likeliest class of each picture, ``(N,)``, in the smallest unsigned type."""
    likeliest = answerer.probabilities(images).argmax(1)
    return likeliest.astype(np.min_scalar_type(len(answerer.classes)))


def latency(answerer: Answerer, images: np.ndarray) -> float:
    """Return the median seconds for one drawing, of `TIMES` after a warm-up.

    CPU time of the process: on one thread it equals wall-clock time on an idle machine.
    """
    took = []
    for number in range(WARM_UP + TIMES):
        picture = images[number % len(images)][None]
        start = time.process_time()
        answerer.probabilities(picture)
        took.append(time.process_time() - start)
    return statistics.median(took[WARM_UP:])


def evenly_spaced(images: np.ndarray, count: int = ROBUSTNESS_SIZE) -> np.ndarray:
    """Return about `count` of the pictures, evenly spaced: of 10,000 every fifth."""
    return images[:: max(1, len(images) // count)]


def robustness(
    answerer: Answerer,
    images: np.ndarray,
    labels: np.ndarray,
    levels: Mapping[str, Sequence[float]],
) -> dict[str, tuple[float, ...]]:
    """Return the accuracy at each level of each corruption, on the same pictures for all peers."""

    def accuracy(pictures: np.ndarray) -> float:
        return float((answers_of(answerer, pictures) == labels).mean())

    clean = accuracy(images)
    return {
        kind: tuple(
            accuracy(corrupted_to(images, kind, level)) if level else clean for level in steps
        )
        for kind, steps in levels.items()
    }


def interval(accuracies: Sequence[float], n: int) -> tuple[float, float, float]:
    """Return the mean accuracy of several trainings, and the ends of its 95 % interval.

    Chance enters twice: by the choice of the `n` test pictures (Wilson 1927), and by the training's
    seed (Student 1908, over the seeds). The half-widths are added in quadrature. From a single
    training the second is unknown, and counts as 0.
    """
    mean = statistics.fmean(accuracies)
    low, high = wilson_interval(round(mean * n), n)
    half = seed_half_width(accuracies)
    return (
        mean,
        max(0.0, mean - math.hypot(mean - low, half)),
        min(1.0, mean + math.hypot(high - mean, half)),
    )


def seed_half_width(*trainings: Sequence[float]) -> float:
    """Return the half-width of the 95 % interval over seeds of a mean, or of a difference of two.

    With Student's degrees of freedom for one, Welch's for two (Welch 1947).
    """
    several = [each for each in trainings if len(each) > 1]
    variances = [statistics.variance(each) / len(each) for each in several]
    whole = sum(variances)
    if not whole:
        return 0.0
    parts = zip(variances, several, strict=True)
    freedom = whole**2 / sum(part**2 / (len(each) - 1) for part, each in parts)
    return float(stdtrit(freedom, 0.975)) * math.sqrt(whole)


def difference(comparison: Comparison, a: str, b: str) -> tuple[float, float, float]:
    """Return how much more accurate peer `a` is than `b`, and the ends of the 95 % interval.

    Both answered the same pictures, so chance enters only by those that one answers right and the
    other wrong (McNemar 1947), and by the seeds. The half-widths are added in quadrature.

    Raises
    ------
    KeyError
        If one of them is not in the comparison.
    """
    rows = [comparison.row(a), comparison.row(b)]
    if rows[0] is None or rows[1] is None:
        raise KeyError(a, b)
    right = [(comparison.answers[name] == comparison.labels).astype(float) for name in (a, b)]
    chance = Z95 * float(np.std(right[0] - right[1])) / math.sqrt(len(comparison.labels))
    half = math.hypot(chance, seed_half_width(rows[0].accuracies, rows[1].accuracies))
    gap = rows[0].accuracy - rows[1].accuracy
    return gap, gap - half, gap + half


def lead_gap(one: Comparison, other: Comparison, a: str, b: str) -> tuple[float, float, float]:
    """Return how much larger the lead of peer `a` over `b` is in `other` than in `one`.

    And the ends of the 95 % interval: trainings and pictures are others, so the half-widths of both
    leads are added in quadrature.

    Raises
    ------
    KeyError
        If one of the peers is not in both comparisons.
    """
    first, second = (difference(comparison, a, b) for comparison in (one, other))
    gap, half = second[0] - first[0], math.hypot(first[2] - first[0], second[2] - second[0])
    return gap, gap - half, gap + half


def sign_and_size(gap: float, low: float, high: float) -> tuple[int, tuple[float, float, float]]:
    """Return whether a difference is below 0, chance (0) or above, and its size with its ends.

    The ends are as large as the difference is, unless that may be chance: then they keep their
    signs.
    """
    sign = (low > 0) - (high < 0)
    first, last = sorted((abs(low), abs(high))) if sign else (low, high)
    return sign, (abs(gap), first, last)


def luck(comparison: Comparison, a: str, b: str) -> float:
    """Return how often equal methods would differ at least as much, on these test pictures.

    The exact test of McNemar (1947): of the pictures that only one answers right, each is as likely
    to be the one's as the other's. Of a few pictures the interval of `difference` is too narrow.
    """
    right = [comparison.answers[name] == comparison.labels for name in (a, b)]
    only = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
    return min(1.0, 2 * float(bdtr(min(only), sum(only), 0.5)))


def verdict(comparison: Comparison, a: str, b: str) -> str:
    """Return whether peer `a` is "better" than `b` or "worse", by more than chance explains.

    Else "chance"; and "once" if a network was trained only once: then nobody knows how much of the
    difference is the luck of that training.
    """
    rows = [row for row in comparison.rows if row.name in (a, b)]
    if not all(row.repeated for row in rows):
        return "once"
    _gap, low, high = difference(comparison, a, b)
    if low <= 0 <= high or luck(comparison, a, b) >= LUCK:
        return "chance"
    return "better" if low > 0 else "worse"
