"""Search spaces: which settings vary, how values are chosen, how often, and with which budget.

A search space is a base configuration with fields that are fixed, vary over a range, or take one of
several values. `rnndemo.sweeps.plan` turns it into trials.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rnndemo import codec
from rnndemo.config import RunConfig, room_in_batch
from rnndemo.errors import InputError, check_bool, check_number, check_one_of

SAMPLERS = ("grid", "random", "tpe")
MAX_TRIALS, MAX_STEPS = 10_000, 1_000_000
MAX_POINTS, MAX_CHOICES = 1000, 100

Value = bool | int | float | str  # of a field, as a study stores it


@dataclass(frozen=True)
class Budget:
    """When a study begins no further trial; 0 is no limit.

    Parameters
    ----------
    seconds : float
        Wall-clock time while the study runs.
    images : int
        Training images read by all trials together.
    """

    trials: int = 0
    seconds: float = 0.0
    images: int = 0


@dataclass(frozen=True)
class SearchSpace:
    """The settings that a study tries.

    Parameters
    ----------
    base : RunConfig
        The settings that all trials share.
    dimensions : tuple of (str, Fixed, Choices or Range)
        Paths of fields, for example ``model.hidden_size``, and the values they take. The seed is
        not among them: it follows from `repeats`.
    sampler : str
        "grid": every combination; "random"; "tpe": near good earlier trials.
    seed : int
        Of the sampler.
    repeats : int
        Number of seeds with which each combination is trained.
    pruning : bool
        Whether a trial below the median of earlier ones at the same stage is stopped.
    steps : int
        Where not 0, epochs are set so that each trial makes about this many optimiser steps,
        whatever its training images and batch size.
    ahead : int
        Maximum number of trials that run at once. With "tpe" or pruning, trial n is chosen and
        pruned by the results of trials 0 … n - ahead alone, so that every machine runs the same
        trials.
    """

    base: RunConfig = field(default_factory=RunConfig)
    dimensions: tuple[tuple[str, Dimension], ...] = ()
    sampler: str = "grid"
    seed: int = 0
    repeats: int = 1
    budget: Budget = field(default_factory=Budget)
    pruning: bool = False
    steps: int = 0
    ahead: int = 8

    def __post_init__(self) -> None:
        check_one_of("sampler", self.sampler, SAMPLERS)
        for name, low, high in (
            ("seed", 0, 2**31 - 1), ("repeats", 1, 100), ("steps", 0, MAX_STEPS), ("ahead", 1, 256)
        ):  # fmt: skip
            check_number(name, getattr(self, name), low, high, whole=True)
        check_number("budget.trials", self.budget.trials, 0, MAX_TRIALS, whole=True)
        check_number("budget.seconds", self.budget.seconds, 0, 1e9)
        check_number("budget.images", self.budget.images, 0, 10**12, whole=True)
        check_bool("pruning", self.pruning)
        self._check_dimensions()

    def _check_dimensions(self) -> None:
        seen = set()
        for path, dimension in self.dimensions:
            if path in seen:
                raise InputError("{field}: this field appears twice; remove one.", field=path)
            seen.add(path)
            if path == "seed":
                raise InputError(
                    "seed: this cannot be searched; use repeats = N to train each combination "
                    "with N seeds."
                )
            if self.steps and path == "training.epochs":
                raise InputError(
                    "training.epochs: steps = {steps} already determines the epochs; leave out "
                    "one of the two.",
                    steps=self.steps,
                )
            _check_dimension(self.base, path, dimension)
        if self.sampler == "grid" and self.points > MAX_TRIALS:
            raise InputError(
                "This grid has {points} combinations; at most {most} can be tried. Use fewer "
                "values, or the sampler random or tpe.",
                points=self.points, most=MAX_TRIALS,
            )  # fmt: skip
        if self.sampler != "grid" and not self.varied:
            raise InputError(
                "No field varies, so there is nothing to search; give at least one a range or "
                "choices."
            )

    @property
    def varied(self) -> dict[str, Choices | Range]:
        """The fields that differ between trials, with their dimensions."""
        return {path: one for path, one in self.dimensions if not isinstance(one, Fixed)}

    @property
    def points(self) -> int:
        """The number of combinations of a grid."""
        return math.prod(len(self.values(path)) for path in self.varied)

    @property
    def trials(self) -> int:
        """The default number of trials; 0 where only the budget ends the study."""
        if self.budget.trials:
            return self.budget.trials
        if self.sampler == "grid":
            return min(self.points * self.repeats, MAX_TRIALS)
        return 0

    def values(self, path: str) -> tuple[Value, ...]:
        """Return the values that a grid takes for a varied field."""
        dimension = self.varied[path]
        if isinstance(dimension, Choices):
            return tuple(as_value(value) for value in _typed(self.base, path, dimension.values))
        return spread(dimension, whole=whole_numbers(path))

    def all_values(self, path: str) -> tuple[Value, ...]:
        """Return the values that a field has in the trials: one, if it does not vary."""
        if path in self.varied:
            return self.values(path)
        fixed = {name: one.value for name, one in self.dimensions if isinstance(one, Fixed)}
        return (as_value(fixed.get(path, codec.get_value(self.base, path))),)

    def numeric(self, path: str) -> bool:
        """Return whether the values of a varied field are numbers."""
        one = self.varied[path]
        values = self.values(path) if isinstance(one, Choices) else (one.low,)
        return all(type(value) in (int, float) for value in values)

    def config(self, params: Mapping[str, Value], repeat: int = 0) -> RunConfig:
        """Return the configuration of a trial.

        Parameters
        ----------
        params : mapping
            A value for each varied field.
        repeat : int, default 0
            Which repetition it is: each has its own seed.

        Raises
        ------
        InputError
            If values do not fit each other.
        """
        given = {path: one.value for path, one in self.dimensions if isinstance(one, Fixed)}
        config = codec.set_values(self.base, given | dict(params))
        config = replace(config, seed=(config.seed + repeat) % 2**31)
        return self._with_steps(config) if self.steps else config

    def _with_steps(self, config: RunConfig) -> RunConfig:
        size = config.data.train_size
        if not size:
            raise InputError(
                "data.train_size = 0: with steps = {steps}, give the number of training images.",
                steps=self.steps,
            )
        epochs = max(1, min(1000, round(self.steps / math.ceil(size / room_in_batch(config)))))
        return replace(config, training=replace(config.training, epochs=epochs))


@dataclass(frozen=True)
class Fixed:
    """A field that has the same value in every trial."""

    value: Any


@dataclass(frozen=True)
class Choices:
    """A field that takes one of several values."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Range:
    """A field that takes any number from `low` to `high`.

    Parameters
    ----------
    low, high : float
        Whole numbers where the field takes only those.
    log : bool, default False
        Whether values are spread evenly in their logarithm.
    points : int, default 5
        Number of evenly spread values in a grid.
    """

    low: float
    high: float
    log: bool = False
    points: int = 5


Dimension = Fixed | Choices | Range


def as_value(value: Any) -> Value:
    """Return a field's value as a study stores it: lists as text, with commas."""
    return ",".join(map(str, value)) if isinstance(value, (tuple, list)) else value


def spread(dimension: Range, whole: bool) -> tuple[Value, ...]:
    """Return evenly spread numbers, both limits included; duplicates after rounding are dropped."""
    low, high, last = dimension.low, dimension.high, max(1, dimension.points - 1)
    shares = [i / last for i in range(dimension.points)]
    if dimension.log:
        numbers = [low * (high / low) ** share for share in shares]
    else:
        numbers = [low + (high - low) * share for share in shares]
    rounded = [round(number) if whole else float(f"{number:.6g}") for number in numbers]
    return tuple(dict.fromkeys(min(max(number, low), high) for number in rounded))


def whole_numbers(path: str) -> bool:
    """Return whether a field takes whole numbers only."""
    return next(kind for known, kind, _ in codec.field_table() if known == path) is int


def _typed(base: RunConfig, path: str, values: tuple[Any, ...]) -> list[Any]:
    """Return values converted to the type of their field, whose range they are checked by."""
    if path == "model.head_activations":  # head_sizes limits their number: `config` checks that
        base = codec.set_value(base, "model.head_sizes", "1,1,1")
    return [codec.get_value(codec.set_value(base, path, value), path) for value in values]


def _check_dimension(base: RunConfig, path: str, dimension: Dimension) -> None:
    if isinstance(dimension, Fixed):
        _typed(base, path, (dimension.value,))
    elif isinstance(dimension, Choices):
        check_number(f"{path}: the number of choices", len(dimension.values), 1, MAX_CHOICES)
        values = _typed(base, path, dimension.values)
        if len(set(values)) < len(values):
            raise InputError("{field}: a choice appears twice; remove one.", field=path)
    else:
        _check_range(base, path, dimension)


def _check_range(base: RunConfig, path: str, dimension: Range) -> None:
    ends = (dimension.low, dimension.high)
    if any(isinstance(end, bool) or not isinstance(end, (int, float)) for end in ends):
        raise InputError(
            "{field}: low and high of a range must be numbers, not {low!r} and {high!r}.",
            field=path, low=dimension.low, high=dimension.high,
        )  # fmt: skip
    values = _typed(base, path, ends)
    if any(isinstance(end, bool) or not isinstance(end, (int, float)) for end in values):
        raise InputError(
            "{field}: this is not a number, so it cannot have a range; give choices.", field=path
        )
    if not dimension.low < dimension.high:
        raise InputError(
            "{field}: low = {low} must be smaller than high = {high}.",
            field=path, low=dimension.low, high=dimension.high,
        )  # fmt: skip
    check_bool(f"{path}: log", dimension.log)
    if dimension.log and dimension.low <= 0:
        raise InputError(
            "{field}: a logarithmic range must start above 0, not at {low}.",
            field=path, low=dimension.low,
        )  # fmt: skip
    check_number(f"{path}: points", dimension.points, 2, MAX_POINTS, whole=True)
