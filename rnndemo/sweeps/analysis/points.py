"""The figures of a study: the table of metrics, and trials grouped over their seeds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from rnndemo.errors import N_
from rnndemo.reading.percent import Translate, percent
from rnndemo.sweeps.analysis.noise import Estimate, estimates
from rnndemo.sweeps.plan import TrialRecord
from rnndemo.sweeps.space import SearchSpace, Value
from rnndemo.trials.task import COMPLETE, FAILED, PRUNED, Result


@dataclass(frozen=True)
class Metric:
    """A figure of a trial.

    Parameters
    ----------
    label : str
        A gettext key.
    of : callable
        Takes a `Result`.
    better : {"high", "low"}
    log : bool
        Whether its axis is logarithmic.
    percent : bool
        Whether it is a share of pictures.
    part : str
        The field of `Result` that says of how many.
    exact : bool
        Whether it is the same for every seed, unless a limit of time ended trainings.
    unit, titled : str
        gettext keys: a number with its unit, and the title of an axis with the unit. "" where a
        number says all.
    """

    label: str
    of: Callable[[Result], float | None]
    better: str = "low"
    log: bool = False
    percent: bool = False
    part: str = ""
    exact: bool = False
    unit: str = ""
    titled: str = ""

    def value(self, trial: TrialRecord) -> float | None:
        """Return a trial's figure; None where it has none (yet)."""
        value = self.of(trial.result) if trial.result is not None else None
        return float(value) if value is not None and math.isfinite(value) else None

    def text(self, value: float, translate: Translate = N_) -> str:
        """Return a value formatted for people."""
        if self.percent:
            return percent(value, 2, translate)
        number = f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
        return translate(self.unit).format(count=number) if self.unit else number


def _error(result: Result) -> float | None:
    return None if result.test_accuracy is None else 1 - result.test_accuracy


def _positive(name: str) -> Callable[[Result], float | None]:
    """Return a getter of the field `name`; 0 means that it was not measured."""
    return lambda result: getattr(result, name) or None


TEST_PART = "test_size"  # the `part` of figures that choose nothing
METRICS: dict[str, Metric] = {
    "validation_accuracy": Metric(
        N_("validation accuracy"), attrgetter("validation_accuracy"), "high", percent=True,
        part="validation_size",
    ),
    "test_accuracy": Metric(
        N_("test accuracy"), attrgetter("test_accuracy"), "high", percent=True,
        part=TEST_PART,
    ),
    "error": Metric(N_("test error"), _error, log=True, percent=True, part=TEST_PART),
    "seconds": Metric(
        N_("training time"), _positive("seconds"), log=True,
        unit=N_("{count} s"), titled=N_("training time, s"),
    ),
    "parameters": Metric(N_("number of parameters"), _positive("parameters"), log=True, exact=True),
    "flops": Metric(N_("operations per picture"), _positive("flops"), log=True, exact=True),
    "images": Metric(N_("training pictures read"), _positive("images"), log=True, exact=True),
}  # fmt: skip
CHOSEN_BY = "validation_accuracy"


@dataclass(frozen=True)
class Point:
    """One combination of settings, over all its seeds.

    Parameters
    ----------
    params : mapping
        Field -> value, in the order of the space.
    numbers : tuple of int
        Of its trials.
    figures : mapping of str to Estimate
        Metric -> mean and interval over the complete trials, if any has the figure.
    seeds : int
        With how many it was trained to the end.
    pruned, failed, diverged, running : int
        Numbers of trials that were pruned, failed, diverged (these failed too) or have not ended.
    """

    params: Mapping[str, Value]
    numbers: tuple[int, ...]
    figures: Mapping[str, Estimate] = field(default_factory=dict)
    seeds: int = 0
    pruned: int = 0
    failed: int = 0
    diverged: int = 0
    running: int = 0

    @property
    def lost(self) -> int:
        """How many trials its means leave out, because they were given up early or failed."""
        return self.pruned + self.failed if self.seeds else 0

    def mean(self, metric: str) -> float | None:
        """Return the mean of a figure over the seeds, None if there is none."""
        found = self.figures.get(metric)
        return found.mean if found else None


def points(trials: Sequence[TrialRecord], space: SearchSpace) -> list[Point]:
    """Return the combinations of trials, in the order of their first trials.

    `rnndemo.sweeps.analysis.noise` describes the intervals.
    """
    groups: dict[tuple[Value | None, ...], list[TrialRecord]] = {}
    for trial in trials:
        groups.setdefault(combination(trial, space), []).append(trial)
    gathered = list(groups.values())
    complete = [[trial for trial in group if trial.state == COMPLETE] for group in gathered]
    figures = {name: _figures(complete, metric) for name, metric in METRICS.items()}
    return [
        _point(group, space, {name: one for name in METRICS if (one := figures[name][place])})
        for place, group in enumerate(gathered)
    ]


def combination(trial: TrialRecord, space: SearchSpace) -> tuple[Value | None, ...]:
    """Return the values of a trial's varied fields, in the order of the space."""
    return tuple(trial.params.get(path) for path in space.varied)


def _figures(complete: list[list[TrialRecord]], metric: Metric) -> list[Estimate | None]:
    groups = [_by_seed(group, metric) for group in complete]
    exact = metric.exact and all(len(set(group)) < 2 for group in groups)
    results = [trial.result for group in complete for trial in group if trial.result is not None]
    sizes = [getattr(one, metric.part) for one in results] if metric.part else []
    return estimates(groups, metric.percent, exact, max(sizes, default=0))


def _by_seed(group: list[TrialRecord], metric: Metric) -> list[float]:
    """Return one figure for each seed: a random search may have repeated a training."""
    values: dict[int, float] = {}
    for trial in group:
        if (value := metric.value(trial)) is not None:
            values.setdefault(trial.repeat, value)
    return list(values.values())


def _point(group: list[TrialRecord], space: SearchSpace, figures: Mapping[str, Estimate]) -> Point:
    states = [trial.state for trial in group]
    params = group[0].params
    return Point(
        {path: params[path] for path in space.varied if path in params},
        tuple(trial.number for trial in group), figures,
        seeds=len({trial.repeat for trial in group if trial.state == COMPLETE}),
        pruned=states.count(PRUNED), failed=states.count(FAILED),
        diverged=sum(trial.result is not None and trial.result.diverged for trial in group),
        running=sum(not trial.ended for trial in group),
    )  # fmt: skip
