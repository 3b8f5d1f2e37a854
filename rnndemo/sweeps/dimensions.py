"""What one field does in a study: it is fixed, takes one of several values, or lies in a range."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import InputError

MOST_POINTS, MOST_CHOICES = 1000, 100

Value = bool | int | float | str  # of a field, as a study writes it down


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
    """A field that takes any number between two, both included.

    Parameters
    ----------
    low, high : float
        Whole numbers where the field takes only those.
    log : bool, default False
        Whether equal ratios count the same, rather than equal differences.
    points : int, default 5
        How many values of it a grid has, evenly spread.
    """

    low: float
    high: float
    log: bool = False
    points: int = 5


Dimension = Fixed | Choices | Range


def as_value(value: Any) -> Value:
    """Return a field's value as a study writes it down: lists as text, with commas."""
    return ",".join(map(str, value)) if isinstance(value, (tuple, list)) else value


def spread(dimension: Range, whole: bool) -> tuple[Value, ...]:
    """Return evenly spread numbers, the limits among them; equal ones, after rounding, once."""
    low, high, last = dimension.low, dimension.high, max(1, dimension.points - 1)
    shares = [i / last for i in range(dimension.points)]
    if dimension.log:
        numbers = [low * (high / low) ** share for share in shares]
    else:
        numbers = [low + (high - low) * share for share in shares]
    rounded = [round(number) if whole else float(f"{number:.6g}") for number in numbers]
    return tuple(dict.fromkeys(min(max(number, low), high) for number in rounded))


def whole_numbers(path: str) -> bool:
    """Tell whether a field takes whole numbers only."""
    return next(kind for known, kind, _ in codec.field_table() if known == path) is int


def typed(base: RunConfig, path: str, values: tuple[Any, ...]) -> list[Any]:
    """Return values as their field has them.

    Raises
    ------
    InputError
        If there is no such field, or a value is out of its range.
    """
    for name, size in (("model.head_activations", "model.head_sizes"),):
        if path == name:  # how many there may be depends on another field: see that they fit later
            base = codec.set_value(base, size, "1,1,1")
    return [codec.get_value(codec.set_value(base, path, value), path) for value in values]


def check_dimension(base: RunConfig, path: str, dimension: Dimension) -> None:
    """See that a field can do what a dimension says.

    Raises
    ------
    InputError
        If it cannot; the message names field, value and range.
    """
    if isinstance(dimension, Fixed):
        typed(base, path, (dimension.value,))
    elif isinstance(dimension, Choices):
        check_number(f"{path}: the number of choices", len(dimension.values), 1, MOST_CHOICES)
        values = typed(base, path, dimension.values)
        if len(set(values)) < len(values):
            raise InputError("{field}: a choice is there twice; leave one out.", field=path)
    else:
        _check_range(base, path, dimension)


def _check_range(base: RunConfig, path: str, dimension: Range) -> None:
    ends = (dimension.low, dimension.high)
    if any(isinstance(end, bool) or not isinstance(end, (int, float)) for end in ends):
        raise InputError(
            "{field}: a range goes from a number low to a number high, not from {low!r} to "
            "{high!r}.",
            field=path, low=dimension.low, high=dimension.high,
        )  # fmt: skip
    values = typed(base, path, ends)
    if any(isinstance(end, bool) or not isinstance(end, (int, float)) for end in values):
        raise InputError("{field}: it is no number, so it has no range; give choices.", field=path)
    if not dimension.low < dimension.high:
        raise InputError(
            "{field}: low = {low} must be smaller than high = {high}.",
            field=path, low=dimension.low, high=dimension.high,
        )  # fmt: skip
    if not isinstance(dimension.log, bool):
        raise InputError(
            "{field} = {value!r}: true or false is needed.",
            field=f"{path}: log", value=dimension.log,
        )  # fmt: skip
    if dimension.log and dimension.low <= 0:
        raise InputError(
            "{field}: a logarithmic range begins above 0, not at {low}.",
            field=path, low=dimension.low,
        )  # fmt: skip
    check_number(f"{path}: points", dimension.points, 2, MOST_POINTS, whole=True)


def check_number(name: str, value: Any, low: float, high: float, whole: bool = False) -> None:
    """See that `value` is a number within its range, an `InputError` otherwise."""
    fits = isinstance(value, int) or (isinstance(value, float) and not whole)
    if fits and not isinstance(value, bool) and low <= value <= high:
        return
    limits = {"field": name, "value": value, "low": low, "high": high}
    if whole:
        raise InputError(
            "{field} = {value!r}: a whole number from {low} to {high} is needed.", **limits
        )
    raise InputError("{field} = {value!r}: a number from {low} to {high} is needed.", **limits)


def check_one_of(name: str, value: Any, options: tuple[str, ...]) -> None:
    """See that `value` is one of the options, an `InputError` otherwise."""
    if value not in options:
        raise InputError(
            "{field} = {value!r}: choose one of {options}.",
            field=name, value=value, options=", ".join(options),
        )  # fmt: skip


def field_names(kind: type) -> list[str]:
    """Return the names of the fields of one of the classes above."""
    return [part.name for part in fields(kind)]
