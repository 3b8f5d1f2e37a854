"""Which trial comes next, and when it is pruned: the same on every machine.

All choices of a study follow from its space and the results of earlier trials, never from the
clock:

- *grid*: trial n takes combination n mod P of all P. The grid is completed once before it is
  repeated; a study that is extended beyond it takes further seeds.
- *random* and *tpe*: every combination is trained ``repeats`` times in a row. It is chosen by a
  fresh sampler, seeded by the study's seed and the trial's number.
- *rounds of further seeds*, which a person asked for: each of all combinations that had begun
  before is trained once more. They are not counted in the numbers above. A round that is asked for
  before another has ended follows it.
- whatever the sampler, a combination's next trial takes the next seed: one that a search chooses
  again is not the same training again.
- *tpe* sees the results of trials 0 … n - ahead, which must have ended, and only the parameters of
  later ones (they count as running, so that it does not try the same again). Other results are
  ignored even if they are there: neither number nor speed of workers changes anything. A failed
  trial counts as an accuracy of 0.
- *pruning* compares a trial, at each stage of its training, with the median that trials
  0 … n - ahead had reached at that stage. The thresholds are known when the trial begins, so a
  worker decides by itself, and decides the same everywhere.

A trial needs only what is stored, so a study that was interrupted at any moment continues as if it
had not been.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState, create_trial

from rnndemo.sweeps.space import Choices, Range, SearchSpace, Value, whole_numbers
from rnndemo.trials.task import COMPLETE, ENDED, FAILED, PRUNED, Result

Rounds = tuple[tuple[int, int], ...]  # of further seeds: first trial, and the one after the last

MIN_TRIALS = 4  # that must have reached a stage before others are pruned there

optuna.logging.set_verbosity(optuna.logging.ERROR)


@dataclass(frozen=True)
class TrialRecord:
    """A trial that has begun.

    Parameters
    ----------
    params : mapping
        Varied field -> value.
    repeat : int
        Which repetition of its combination it is, from 0.
    state : str
        "running", or as in `Result`.
    result : Result or None
        None while it runs.
    stages : mapping
        Stage -> validation accuracy.
    """

    number: int
    params: Mapping[str, Value]
    repeat: int
    state: str
    result: Result | None = None
    stages: Mapping[int, float] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether it has ended for good."""
        return self.state in ENDED


def may_begin(space: SearchSpace, known: Sequence[TrialRecord], rounds: Rounds = ()) -> bool:
    """Return whether what the next trial depends on has ended."""
    if space.sampler != "tpe" and not space.pruning:
        return True  # it depends on no results
    return all(trial.ended for trial in _seen(space, known, len(known), rounds))


def choose(
    space: SearchSpace, known: Sequence[TrialRecord], rounds: Rounds = ()
) -> tuple[dict[str, Value], int]:
    """Return the parameters of the next trial, and which repetition of them it is.

    Parameters
    ----------
    known : sequence of TrialRecord
        All trials that have begun, by number.
    """
    params = _params(space, known, rounds)
    return params, sum(trial.params == params for trial in known)


def _params(space: SearchSpace, known: Sequence[TrialRecord], rounds: Rounds) -> dict[str, Value]:
    number, planned = len(known), _planned(known, rounds)
    start = _round_of(number, rounds)
    if start is not None:
        settings = combinations(known[:start])
        return dict(settings[(number - start) % len(settings)])
    if space.sampler == "grid":
        return _combination(space, len(planned) % space.points)
    repeat = len(planned) % space.repeats
    if repeat:
        return dict(planned[-repeat].params)
    seed = int(np.random.SeedSequence([space.seed, len(planned)]).generate_state(1)[0])
    if space.sampler == "random":
        return _ask(space, RandomSampler(seed), [])
    seen, described = len(_seen(space, known, number, rounds)), distributions(space)
    trials = [as_frozen(one, described, one.number < seen) for one in known]
    return _ask(space, TPESampler(seed=seed), trials)


def combinations(known: Sequence[TrialRecord]) -> list[Mapping[str, Value]]:
    """Return the different parameters of trials, in the order of the first of each."""
    found = {frozenset(trial.params.items()): trial.params for trial in known}
    return list(found.values())


def _round_of(number: int, rounds: Rounds) -> int | None:
    """Return the first trial of the round that a trial belongs to; None if it is of none."""
    return next((start for start, stop in rounds if start <= number < stop), None)


def _planned(known: Sequence[TrialRecord], rounds: Rounds) -> list[TrialRecord]:
    """Return the trials that are of no round."""
    return [trial for trial in known if _round_of(trial.number, rounds) is None]


def thresholds(
    space: SearchSpace, known: Sequence[TrialRecord], number: int, rounds: Rounds = ()
) -> dict[int, float]:
    """Return for each stage the validation accuracy below which trial `number` is pruned."""
    if not space.pruning:
        return {}
    reached: dict[int, list[float]] = {}
    for trial in _seen(space, known, number, rounds):
        for stage, accuracy in trial.stages.items():
            reached.setdefault(stage, []).append(accuracy)
    return {
        stage: statistics.median(values)
        for stage, values in sorted(reached.items())
        if len(values) >= MIN_TRIALS
    }


def distributions(space: SearchSpace) -> dict[str, BaseDistribution]:
    """Return the varied fields as Optuna's distributions."""
    return {path: _distribution(space, path, one) for path, one in space.varied.items()}


def _distribution(space: SearchSpace, path: str, one: Choices | Range) -> BaseDistribution:
    if isinstance(one, Choices):
        return CategoricalDistribution(space.values(path))
    if whole_numbers(path):
        return IntDistribution(int(one.low), int(one.high), log=one.log)
    return FloatDistribution(one.low, one.high, log=one.log)


def _combination(space: SearchSpace, point: int) -> dict[str, Value]:
    every = [space.values(path) for path in space.varied]
    chosen = next(itertools.islice(itertools.product(*every), point, None))
    return dict(zip(space.varied, chosen, strict=True))


def _seen(
    space: SearchSpace, known: Sequence[TrialRecord], number: int, rounds: Rounds
) -> Sequence[TrialRecord]:
    """Return the trials whose results trial `number` may depend on.

    All trials of a combination in a row depend on the same ones: those of its first trial.
    """
    first = number
    if space.sampler != "grid" and _round_of(number, rounds) is None:
        planned = _planned(known[:number], rounds)
        repeat = len(planned) % space.repeats
        first = planned[-repeat].number if repeat else number
    return known[: max(0, first - space.ahead + 1)]


def _ask(space: SearchSpace, sampler: BaseSampler, seen: list[FrozenTrial]) -> dict[str, Value]:
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.add_trials(seen)
    return study.ask(distributions(space)).params


STATES = {
    COMPLETE: TrialState.COMPLETE,
    PRUNED: TrialState.PRUNED,
    FAILED: TrialState.FAIL,
}


def as_frozen(
    trial: TrialRecord, described: Mapping[str, BaseDistribution], ended: bool
) -> FrozenTrial:
    """Return a trial as Optuna's samplers take it; as running unless `ended`.

    Parameters
    ----------
    described : mapping
        From `distributions`.
    """
    value, stages, state = None, {}, TrialState.RUNNING
    if ended:
        state, stages = STATES[trial.state], dict(trial.stages)
        value = trial.result.validation_accuracy if trial.result else None
        if state == TrialState.FAIL or value is None:
            state, value, stages = TrialState.COMPLETE, 0.0, {}
        elif state == TrialState.PRUNED:
            value = None
    return create_trial(
        state=state, value=value, params=dict(trial.params), distributions=dict(described),
        intermediate_values=stages,
    )  # fmt: skip
