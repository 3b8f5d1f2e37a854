"""How much of a difference is luck: intervals of means over seeds.

Where combinations are trained with several seeds, how much seeds vary is estimated from each
combination's own spread and, since two or three seeds say little about it, from that of the others:
the moderated variance of Smyth 2004 ("Linear models and empirical Bayes methods for assessing
differential expression in microarray experiments", section 3 and 6.2). Combinations that vary alike
lend each other degrees of freedom, four at most; where they do not, each is left to itself, and
what remains is Student's interval and Welch's test. In simulated studies of 5 to 12 combinations
with two or three seeds, 93 to 97 % of the intervals held the true mean, be it that combinations
vary alike or that their standard deviations differ several times. Where no combination has a second
seed, a share is given the interval that the number of its pictures allows (Wilson 1927), which
knows nothing of seeds; other figures have none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import polygamma, psi, stdtrit

from rnndemo.evaluation.report import wilson_interval

LEVEL = 0.05
MIN_COMBINATIONS = 3  # combinations with several seeds from which the others may learn
MAX_LENT = 4.0  # degrees of freedom: more, and one that varies unlike the others is misjudged
MIN_SHARE = 1e-4  # a share nearer to 0 or 1 is taken to vary as this one does


@dataclass(frozen=True)
class Estimate:
    """A figure of one combination, over its seeds.

    Parameters
    ----------
    low, high : float or None
        The ends of its 95 % interval; None where nothing shows how much it varies.
    count : int
        How many seeds it is the mean of.
    variance : float or None
        Of the mean.
    freedom : float
        Degrees of freedom of that variance; infinite where it is known.
    """

    mean: float
    low: float | None = None
    high: float | None = None
    count: int = 1
    variance: float | None = None
    freedom: float = math.inf


@dataclass(frozen=True)
class Seeds:
    """How much seeds vary in all of a study: what a combination may expect beforehand.

    Parameters
    ----------
    variance : float
        In units of `expected`.
    freedom : float
        How much that is worth; 0 where nothing is known.
    most : float
        Degrees of freedom of all combinations together: none has more.
    """

    variance: float = 0.0
    freedom: float = 0.0
    most: float = math.inf


def estimates(
    groups: Sequence[Sequence[float]], sizes: Sequence[int], share: bool, exact: bool = False
) -> list[Estimate | None]:
    """Return mean and interval of each combination.

    Parameters
    ----------
    groups : sequence of sequence of float
        A figure of each combination, one for every seed; none is fine.
    sizes : sequence of int
        For each, of how many pictures it is a share; 0 where that is not known.
    share : bool
        Whether it is a share of pictures. Else it is a positive amount.
    exact : bool, default False
        Whether it does not vary at all: such as the number of weights.
    """
    seeds = Seeds() if exact else learn(groups, share)
    return [
        (Estimate(float(np.mean(group)), count=len(group)) if exact else
         _estimate(group, size, share, seeds)) if group else None
        for group, size in zip(groups, sizes, strict=True)
    ]  # fmt: skip


def learn(groups: Sequence[Sequence[float]], share: bool) -> Seeds:
    """Estimate from all combinations how much seeds vary (Smyth 2004, section 6.2)."""
    several = [np.asarray(group) for group in groups if len(group) > 1]
    if len(several) < MIN_COMBINATIONS:
        return Seeds()
    freedom = np.array([len(group) - 1 for group in several], dtype=float)
    variance = np.array([g.var(ddof=1) / expected(float(g.mean()), share) for g in several])
    middle = float(np.median(variance)) or float(variance.mean())
    if not middle:
        return Seeds(most=float(freedom.sum()))
    logs = np.log(np.maximum(variance, 1e-5 * middle)) - psi(freedom / 2) + np.log(freedom / 2)
    beyond = float(logs.var(ddof=1) - polygamma(1, freedom / 2).mean())
    most = float(freedom.sum())
    if beyond <= 0:
        return Seeds(math.exp(logs.mean()), MAX_LENT, most)
    half = _inverse_trigamma(beyond)
    usual = math.exp(logs.mean() + psi(half) - math.log(half))
    return Seeds(usual, min(2 * half, MAX_LENT), most)


def expected(mean: float, share: bool) -> float:
    """Return to what the variance between seeds is proportional.

    As of a binomial share for shares; of a constant ratio for amounts.
    """
    if not share:
        return max(mean * mean, 1e-300)
    inside = min(max(mean, MIN_SHARE), 1 - MIN_SHARE)
    return inside * (1 - inside)


def _inverse_trigamma(value: float) -> float:
    """Solve trigamma(x) = value by Newton's method (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(polygamma(2, x))
        x += step
        if -step < 1e-8 * x:
            break
    return x


def _estimate(group: Sequence[float], size: int, share: bool, seeds: Seeds) -> Estimate:
    count, mean = len(group), float(np.mean(group))
    own, learnt = count - 1, seeds.freedom
    if not own and not learnt:
        return _of_pictures(mean, size) if share else Estimate(mean)
    spread = float(np.var(group, ddof=1)) if own else 0.0
    usual = seeds.variance * expected(mean, share)
    variance = (learnt * usual + own * spread) / (learnt + own) / count
    freedom = min(learnt + own, seeds.most)
    half = quantile(1 - LEVEL / 2, freedom) * math.sqrt(variance)
    low, high = mean - half, mean + half
    return Estimate(
        mean, max(0.0, low), min(1.0, high) if share else high, count, variance, freedom
    )


def _of_pictures(mean: float, size: int) -> Estimate:
    if not size:
        return Estimate(mean)
    low, high = wilson_interval(round(mean * size), size)
    return Estimate(mean, low, high, variance=expected(mean, share=True) / size)


def quantile(share: float, freedom: float) -> float:
    """Return Student's quantile; the normal one where `freedom` is infinite."""
    return float(stdtrit(min(freedom, 1e12), share))


def difference(
    one: Estimate, other: Estimate, comparisons: int = 1
) -> tuple[float, float, float] | None:
    """Return ``one - other`` with the ends of its interval; None where they are unknown.

    The interval is Welch's (1947), with Satterthwaite's degrees of freedom. All trials are tested
    on the same pictures; where only the number of these is known, the two are taken as
    independent, which makes it wider rather than narrower.

    Parameters
    ----------
    comparisons : int, default 1
        With how many others `one` is compared: all intervals hold at once with 95 % (Bonferroni).
    """
    if one.variance is None or other.variance is None:
        return None
    gap, total = one.mean - other.mean, one.variance + other.variance
    if not total:
        return gap, gap, gap
    rest = one.variance**2 / one.freedom + other.variance**2 / other.freedom
    freedom = total**2 / rest if rest else math.inf
    half = quantile(1 - LEVEL / 2 / max(1, comparisons), freedom) * math.sqrt(total)
    return gap, gap - half, gap + half
