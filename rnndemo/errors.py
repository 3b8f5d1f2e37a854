"""The one error whose message people read."""

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

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), self.message, **self.values), ()  # to be pickled
