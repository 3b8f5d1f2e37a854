"""What is measured of a peer: right answers, latency, robustness."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import stdtrit

from rnndemo.comparison.answerers import Answerer
from rnndemo.comparison.results import Comparison
from rnndemo.evaluation.corruptions import corrupted
from rnndemo.evaluation.report import Z95, wilson_interval

ROBUST = 2000  # test pictures on which robustness is measured, at most about so many
BATCH = 1000  # pictures that are asked at once
TIMES, WARM_UP = 50, 5  # single drawings that are timed, and before them not


def answers_of(answerer: Answerer, images: np.ndarray) -> np.ndarray:
    """Return the likeliest class of each picture, ``(N,)``, in the smallest unsigned type."""
    parts = [
        answerer.probabilities(images[at : at + BATCH]).argmax(1)
        for at in range(0, len(images), BATCH)
    ]
    return np.concatenate(parts).astype(np.min_scalar_type(len(answerer.classes)))


def latency(answerer: Answerer, images: np.ndarray) -> float:
    """Return the median seconds in which one drawing is answered, of `TIMES`, after a warm-up.

    Seconds that the process computes: on one thread those of the clock, unless others want it.
    """
    took = []
    for number in range(WARM_UP + TIMES):
        picture = images[number % len(images)][None]
        start = time.process_time()
        answerer.probabilities(picture)
        took.append(time.process_time() - start)
    return statistics.median(took[WARM_UP:])


def every(images: np.ndarray, most: int = ROBUST) -> np.ndarray:
    """Return about `most` of the pictures, taken evenly: of 10,000 every fifth."""
    return images[:: max(1, len(images) // most)]


def robustness(
    answerer: Answerer,
    images: np.ndarray,
    labels: np.ndarray,
    levels: Mapping[str, Sequence[float]],
) -> dict[str, tuple[float, ...]]:
    """Return the accuracy at each level of each corruption; for all peers the same pictures."""
    clean = float((answers_of(answerer, images) == labels).mean())

    def at(kind: str, level: float) -> float:
        worse = corrupted(images, kind, level)
        return float((answers_of(answerer, worse) == labels).mean())

    return {
        kind: tuple(at(kind, level) if level else clean for level in steps)
        for kind, steps in levels.items()
    }


def interval(accuracies: Sequence[float], n: int) -> tuple[float, float, float]:
    """Return the mean accuracy of several trainings, and its 95 % interval.

    Two things are chance: which `n` pictures are in the test part (Wilson 1927), and the seed of
    the training (Student 1908, over the seeds). Both half-widths are added as squares. From one
    training alone, the second is not known, and counts as none.
    """
    mean = statistics.fmean(accuracies)
    low, high = wilson_interval(round(mean * n), n)
    luck = _luck(accuracies)
    return mean, max(0.0, mean - math.hypot(mean - low, luck)), min(
        1.0, mean + math.hypot(high - mean, luck)
    )  # fmt: skip


def _luck(*trainings: Sequence[float]) -> float:
    """Return the half-width of the interval that seeds leave of a mean, or a difference of two.

    Of one by Student's, of two by Welch's degrees of freedom (Welch 1947).
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
    """Return by how much peer `a` is more accurate than `b`, and the 95 % interval of that.

    Both answered the same pictures, so chance is only in those where one is right and the other is
    not (McNemar 1947), and in the seeds; both half-widths are added as squares.

    Raises
    ------
    KeyError
        If one of them is not there.
    """
    rows = [comparison.row(a), comparison.row(b)]
    if rows[0] is None or rows[1] is None:
        raise KeyError(a, b)
    right = [(comparison.answers[name] == comparison.labels).astype(float) for name in (a, b)]
    chance = Z95 * float(np.std(right[0] - right[1])) / math.sqrt(len(comparison.labels))
    half = math.hypot(chance, _luck(rows[0].accuracies, rows[1].accuracies))
    gap = rows[0].accuracy - rows[1].accuracy
    return gap, gap - half, gap + half
