"""Effects of settings: what a change of one setting does to a figure, and what it depends on.

A *main effect* is the mean change of a figure when one setting goes from one value to another and
all others stay; the mean is over all combinations of the others, each counted once. An
*interaction* is how much that change differs between two values of another setting. Both are
contrasts of the combinations' means (Montgomery, "Design and Analysis of Experiments", chapter 5:
the two-factor factorial design). Unlike there, each combination has the variance of its own seeds:
small networks vary several times as much as large ones, and a common variance would promise too
much for them. The intervals of all steps of one setting hold at once with 95 % (Bonferroni), and
so do those of all interactions. In simulated studies of 4 × 3 combinations with two or three seeds,
93 to 96 % did, whether standard deviations were equal or differed six times.

A combination without a figure, because its trainings failed or have not ended, is left out together
with those that it would have been compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

from rnndemo.sweeps.analysis.noise import Contrast, Estimate, contrast
from rnndemo.sweeps.analysis.points import Point
from rnndemo.sweeps.space import Range, SearchSpace, Value

MAX_LEVELS = 4  # of a number: of more values, the steps between so many are told

Cells = Mapping[tuple[Value, ...], Estimate]  # values of the varied settings -> figure
Pairs = Mapping[tuple[Value, ...], tuple[Estimate, Estimate]]  # others' values -> before and after


@dataclass(frozen=True)
class SettingStep:
    """A change of one setting."""

    path: str
    start: Value
    end: Value


@dataclass(frozen=True)
class Effect:
    """A main effect.

    Parameters
    ----------
    over : int
        Combinations of the other settings over which it is the mean.
    """

    step: SettingStep
    change: Contrast
    over: int


@dataclass(frozen=True)
class Interaction:
    """How much the effect of a step depends on another setting.

    Parameters
    ----------
    by : SettingStep
        Of the other setting.
    before, after : Contrast
        The effect of `step` at its start and at its end.
    change : Contrast
        By how much `after` is more than `before`.
    """

    step: SettingStep
    by: SettingStep
    before: Contrast
    after: Contrast
    change: Contrast


def main_effects(points: Sequence[Point], space: SearchSpace, metric: str) -> list[Effect]:
    """Return the effects of each setting: a number's step by step, else from the first to each.

    Returns
    -------
    list of Effect
        Empty where a setting takes any number, so that none is repeated while others change.
    """
    cells = _cells(points, space, metric)
    found = []
    for path in _paths(space):
        steps = _steps(space, path)
        for step in steps:
            pairs = list(_pairs(step, space, cells).values())
            if pairs:
                change = contrast(_mean_change(pairs), len(steps))
                found.append(Effect(step, change, len(pairs)))
    return found


def interactions(points: Sequence[Point], space: SearchSpace, metric: str) -> list[Interaction]:
    """Return the interactions of each two settings: of a number, between its ends."""
    cells = _cells(points, space, metric)
    asked = [
        pair for one, other in combinations(_paths(space), 2)
        for pair in product(_ends(space, one), _ends(space, other))
    ]  # fmt: skip
    found = []
    for step, by in asked:
        before, after = _by_other(step, by, space, cells)
        if before:
            minus = [(-weight, one) for weight, one in before]
            found.append(
                Interaction(
                    step, by, contrast(before), contrast(after),
                    contrast([*after, *minus], len(asked)),
                )
            )  # fmt: skip
    return found


def _paths(space: SearchSpace) -> list[str]:
    """Return the varied settings; none if one of them takes any number."""
    endless = space.sampler != "grid" and Range in map(type, space.varied.values())
    return [] if endless else list(space.varied)


def _cells(points: Sequence[Point], space: SearchSpace, metric: str) -> Cells:
    """Return the figures of all combinations."""
    return {
        tuple(point.params[path] for path in space.varied): point.figures[metric].alone
        for point in points if metric in point.figures and len(point.params) == len(space.varied)
    }  # fmt: skip


def _levels(space: SearchSpace, path: str) -> list[Value]:
    values = list(space.values(path))
    return sorted(values, key=float) if space.numeric(path) else values


def _steps(space: SearchSpace, path: str) -> list[SettingStep]:
    """Return the changes of one setting that are told."""
    levels = _levels(space, path)
    if not space.numeric(path):
        return _ends(space, path)
    last = len(levels) - 1
    count = min(last, MAX_LEVELS - 1)
    shown = [levels[round(place * last / count)] for place in range(count + 1)] if count else []
    return [SettingStep(path, start, end) for start, end in pairwise(shown)]


def _ends(space: SearchSpace, path: str) -> list[SettingStep]:
    """Return the change from the lowest number to the highest, or from the first value to each."""
    first, *rest = _levels(space, path)
    return [SettingStep(path, first, end) for end in (rest[-1:] if space.numeric(path) else rest)]


def _pairs(step: SettingStep, space: SearchSpace, cells: Cells) -> Pairs:
    """Return the figures before and after a step, for each combination of the other settings."""
    place = list(space.varied).index(step.path)
    starts, ends = (
        {key[:place] + key[place + 1 :]: one for key, one in cells.items() if key[place] == value}
        for value in (step.start, step.end)
    )
    return {rest: (one, ends[rest]) for rest, one in starts.items() if rest in ends}


def _mean_change(pairs: Sequence[tuple[Estimate, Estimate]]) -> list[tuple[float, Estimate]]:
    """Return the parts of the contrast "after minus before", averaged."""
    share = 1 / len(pairs)
    return [part for start, end in pairs for part in ((share, end), (-share, start))]


def _by_other(
    step: SettingStep, by: SettingStep, space: SearchSpace, cells: Cells
) -> tuple[list[tuple[float, Estimate]], list[tuple[float, Estimate]]]:
    """Return the contrasts of a step at both values of another setting; empty if one is unknown."""
    pairs = _pairs(step, space, cells)
    place = [path for path in space.varied if path != step.path].index(by.path)
    before, after = (
        {key[:place] + key[place + 1 :]: one for key, one in pairs.items() if key[place] == value}
        for value in (by.start, by.end)
    )
    both = [rest for rest in before if rest in after]
    if not both:
        return [], []
    return _mean_change([before[key] for key in both]), _mean_change([after[key] for key in both])
