"""The one error whose message people read, and the checks of values that raise it."""

from __future__ import annotations

from functools import partial
from typing import Any


def N_(message: str) -> str:
    """Return `message` unchanged; the call marks it for translation.

    For texts in constants and tables, which are translated where they are shown. A text written
    into the call of `InputError` needs no mark.
    """
    return message


class InputError(ValueError):
    """A person's input cannot be used; the message says what is wrong and what to do.

    Parameters
    ----------
    message : str
        One English sentence (or two short ones): a format string over ``values``, and the gettext
        key under which a page finds the translation.
    **values
        Values of the placeholders in `message`.

    Examples
    --------
    >>> str(InputError("There is no model named {name!r}.", name="x"))
    "There is no model named 'x'."
    """

    def __init__(self, message: str, **values: Any) -> None:
        self.message = message
        self.values = values
        super().__init__(message.format(**values))

    @property
    def plain_values(self) -> dict[str, Any]:
        """`values`, as JSON can hold them."""
        plain = (bool, int, float, str)
        return {k: v if isinstance(v, plain) else str(v) for k, v in self.values.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), self.message, **self.values), ()  # to be pickled


def reason_of(problem: Exception) -> str:
    """Return what the system says of an error, in its words and without its number."""
    inner = getattr(problem, "reason", None)  # why an address could not be opened
    if isinstance(inner, Exception):
        return reason_of(inner)
    return getattr(problem, "strerror", None) or str(problem)


def check_number(name: str, value: Any, low: float, high: float, whole: bool = False) -> None:
    """Check that `value` is a number from `low` to `high`, an `InputError` otherwise."""
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
    """Check that `value` is one of the options, an `InputError` otherwise."""
    if value not in options:
        raise InputError(
            "{field} = {value!r}: choose one of {options}.",
            field=name, value=value, options=", ".join(options),
        )  # fmt: skip


def check_bool(name: str, value: Any) -> None:
    """Check that `value` is True or False, an `InputError` otherwise."""
    if not isinstance(value, bool):
        raise InputError("{field} = {value!r}: true or false is needed.", field=name, value=value)
