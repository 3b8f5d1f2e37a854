"""Confidence intervals of means over seeds, and of differences and other contrasts of them.

What a seed changes is known only from settings that were trained with several: a setting with one
seed has a mean and no interval. (The interval for its number of pictures would be one for the
weights that this seed happened to give.)

Shares of pictures are compared by differences. Amounts, such as seconds, are compared by ratios:
their logarithms are averaged, so that the mean is the geometric one, and what is said of them does
not depend on how large they are.

The variance between seeds is estimated from each combination's own seeds and, since two or three
say little, from those of the other combinations: the moderated variance of Smyth 2004 ("Linear
models and empirical Bayes methods for assessing differential expression in microarray experiments",
sections 3 and 6.2). Combinations with similar variances lend each other up to four degrees of
freedom; otherwise Student's interval and Welch's test of the combination alone remain. Seeds that
agree exactly, as they often do on few pictures, do not show that a seed changes nothing: a share
then has the variance that it would have if every seed answered each picture anew, and of an amount,
or where the number of pictures is unknown, the variance is unknown. In simulated
studies of 5 to 12 combinations with two or three seeds, 93 to 97 % of the intervals contained the
true mean, whether standard deviations were equal or differed several times.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import polygamma, psi, stdtrit

LEVEL = 0.05
MIN_COMBINATIONS = 3  # with several seeds, before others borrow their variance
MAX_LENT = 4.0  # degrees of freedom; with more, a combination of unusual variance is misjudged
MIN_SHARE = 1e-4  # a share nearer to 0 or 1 gets the variance of this one
SMALLEST = 1e-300  # amount that has a logarithm
MAX_LOG = 700.0  # of an interval's end: its exponential is still a number


@dataclass(frozen=True)
class Estimate:
    """The mean of a figure over the seeds of one combination, with its interval.

    Parameters
    ----------
    mean : float
        Of an amount, the geometric mean.
    low, high : float or None
        The ends of its 95 % interval; None where the variance is unknown.
    count : int
        Number of seeds.
    variance : float or None
        Of the mean; of the logarithm's for an amount.
    freedom : float
        Degrees of freedom of that variance; infinite if it is exact.
    amount : bool
        Whether it is a positive amount, not a share.
    own : float or None
        The variance of the mean that its own seeds alone have.
    """

    mean: float
    low: float | None = None
    high: float | None = None
    count: int = 1
    variance: float | None = None
    freedom: float = math.inf
    amount: bool = False
    own: float | None = None

    @property
    def alone(self) -> Estimate:
        """It as its own seeds alone have it, without what others lend."""
        if self.exact:
            return self
        return Estimate(
            self.mean, count=self.count, variance=self.own, freedom=self.count - 1,
            amount=self.amount,
        )  # fmt: skip

    @property
    def exact(self) -> bool:
        """Whether it is the same for every seed."""
        return self.variance == 0 and math.isinf(self.freedom)

    @property
    def place(self) -> float:
        """Where it stands on the scale on which it is compared."""
        return math.log(self.mean) if self.amount else self.mean


@dataclass(frozen=True)
class Contrast:
    """A difference between means, or a more complex sum; of amounts, a ratio.

    Parameters
    ----------
    interval : (float, float) or None
        None where a variance is unknown, or nothing varies.
    ratio : bool
        Whether it is one.
    exact : bool
        Whether it is the same for every seed.
    """

    value: float
    interval: tuple[float, float] | None = None
    ratio: bool = False
    exact: bool = False

    @property
    def chance(self) -> bool:
        """Whether it may be chance, or is no change at all."""
        none = 1.0 if self.ratio else 0.0
        if self.exact:
            return self.value == none
        return self.interval is None or self.interval[0] <= none <= self.interval[1]


@dataclass(frozen=True)
class Seeds:
    """The prior of the variance between seeds, from all combinations of a study.

    Parameters
    ----------
    variance : float
        As a multiple of `expected`.
    freedom : float
        Its degrees of freedom; 0 where nothing is known.
    total : float
        Degrees of freedom of all combinations together: the maximum for each.
    """

    variance: float = 0.0
    freedom: float = 0.0
    total: float = math.inf


def estimates(
    groups: Sequence[Sequence[float]], share: bool, exact: bool = False, pictures: int = 0
) -> list[Estimate | None]:
    """Return mean and interval of each combination.

    Parameters
    ----------
    groups : sequence of sequence of float
        The figures of each combination, one for every seed; may be empty.
    share : bool
        Whether the figure is a share of pictures, not a positive amount.
    exact : bool, default False
        Whether it does not depend on the seed, like the number of weights.
    pictures : int, default 0
        Of how many pictures it is a share; 0 if that is unknown.
    """
    placed = [np.asarray(group, dtype=float) for group in groups]
    if not share:
        placed = [np.log(np.maximum(group, SMALLEST)) for group in placed]
    seeds = Seeds() if exact else learn(placed, share)
    return [
        (Estimate(group[0], count=len(group), variance=0.0, amount=not share) if exact else
         _estimate(at, share, seeds, pictures)) if len(group) else None
        for group, at in zip(groups, placed, strict=True)
    ]  # fmt: skip


def learn(groups: Sequence[np.ndarray], share: bool) -> Seeds:
    """Return the prior of the variance between seeds (Smyth 2004, section 6.2).

    Parameters
    ----------
    groups : sequence of ndarray
        Shares, or the logarithms of amounts.
    """
    several = [group for group in groups if len(group) > 1]
    if len(several) < MIN_COMBINATIONS:
        return Seeds()
    freedom = np.array([len(group) - 1 for group in several], dtype=float)
    variance = np.array([g.var(ddof=1) / expected(float(g.mean()), share) for g in several])
    middle, total = float(np.median(variance)) or float(variance.mean()), float(freedom.sum())
    if not middle:
        return Seeds(total=total)
    logs = np.log(np.maximum(variance, 1e-5 * middle)) - psi(freedom / 2) + np.log(freedom / 2)
    excess = float(logs.var(ddof=1) - polygamma(1, freedom / 2).mean())
    if excess <= 0:
        return Seeds(math.exp(logs.mean()), MAX_LENT, total)
    half = _inverse_trigamma(excess)
    prior = math.exp(logs.mean() + psi(half) - math.log(half))
    return Seeds(prior, min(2 * half, MAX_LENT), total)


def expected(mean: float, share: bool) -> float:
    """Return what the variance between seeds is taken to be proportional to.

    That of a binomial proportion for shares; logarithms of amounts vary alike everywhere.
    """
    if not share:
        return 1.0
    inside = min(max(mean, MIN_SHARE), 1 - MIN_SHARE)
    return inside * (1 - inside)


def _inverse_trigamma(value: float) -> float:
    """Return the x of ``trigamma(x) = value``, by Newton's method (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(polygamma(2, x))
        x += step
        if -step < 1e-8 * x:
            break
    return x


def _estimate(group: np.ndarray, share: bool, seeds: Seeds, pictures: int) -> Estimate:
    """Return the estimate of shares, or of the logarithms of amounts."""
    count, middle = len(group), float(group.mean())
    mean = middle if share else math.exp(middle)
    own, lent, spread = count - 1, seeds.freedom, _spread(group, pictures if share else 0)
    if not own or (spread is None and not lent):
        return Estimate(mean, count=count, amount=not share)
    prior = seeds.variance * expected(middle, share)
    seen = float(group.var(ddof=1)) if lent else spread or 0.0
    variance = (lent * prior + own * seen) / (lent + own) / count
    freedom = min(lent + own, seeds.total)
    half = quantile(1 - LEVEL / 2, freedom) * math.sqrt(variance)
    low, high = (middle - half, middle + half) if share else _powers(middle - half, middle + half)
    if share:
        low, high = max(0.0, low), min(1.0, high)
    alone = None if spread is None else spread / count
    return Estimate(mean, low, high, count, variance, freedom, not share, alone)


def _spread(group: np.ndarray, pictures: int) -> float | None:
    """Return the variance between seeds that a combination's own show; None if they show none.

    Where all agree on a share of so many pictures, it is the binomial one, of the share with one
    more right and one more wrong answer (Laplace).
    """
    if len(group) > 1 and np.ptp(group) > 0:
        return float(group.var(ddof=1))
    if not pictures:
        return None
    inside = (float(group.mean()) * pictures + 1) / (pictures + 2)
    return inside * (1 - inside) / pictures


def _powers(low: float, high: float) -> tuple[float, float]:
    """Return amounts from the ends of an interval of their logarithm."""
    return math.exp(max(low, -MAX_LOG)), math.exp(min(high, MAX_LOG))


def quantile(share: float, freedom: float) -> float:
    """Return Student's quantile; the normal one where `freedom` is infinite."""
    return float(stdtrit(min(freedom, 1e12), share))


def difference(one: Estimate, other: Estimate, intervals: int = 1) -> Contrast:
    """Return ``one - other``, or their ratio if they are amounts, with Welch's interval (1947)."""
    return contrast([(1.0, one), (-1.0, other)], intervals)


def contrast(parts: Sequence[tuple[float, Estimate]], intervals: int = 1) -> Contrast:
    """Return a sum of weighted means, with its interval.

    The variances may differ. The degrees of freedom are Satterthwaite's (1946) for two means; for
    more, Welch's first estimate (1947, "The generalization of Student's problem when several
    different population variances are involved"), since Satterthwaite's are far too few where many
    variances come from two or three seeds each. All trials are tested on the same pictures, and
    figures are taken as independent, which makes intervals wider rather than narrower.

    Parameters
    ----------
    parts : sequence of (float, Estimate)
        Weights and means; the weights add up to 0.
    intervals : int, default 1
        Number of intervals of a family: all hold at once with 95 % (Bonferroni).
    """
    ratio, exact = parts[0][1].amount, all(one.exact for _weight, one in parts)
    value, interval = sum(weight * one.place for weight, one in parts), None
    if not exact and all(one.variance is not None for _weight, one in parts):
        half = _half(parts, LEVEL / max(1, intervals))
        interval = (value - half, value + half)
    if ratio:
        value, interval = _powers(value, value)[0], interval and _powers(*interval)
    return Contrast(value, interval, ratio, exact)


def _half(parts: Sequence[tuple[float, Estimate]], level: float) -> float:
    """Return half the width of a contrast's interval."""
    variances = [weight**2 * (one.variance or 0.0) for weight, one in parts]
    total = sum(variances)
    if not total:
        return 0.0
    bias = 2 if len(parts) > 2 else 0
    rest = sum(
        part**2 / (one.freedom + bias) for part, (_w, one) in zip(variances, parts, strict=True)
    )
    freedom = total**2 / rest - bias if rest else math.inf
    return quantile(1 - level / 2, freedom) * math.sqrt(total)
