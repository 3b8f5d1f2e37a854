"""The one kind of error that a person may see."""

from __future__ import annotations

from typing import Any


def N_(message: str) -> str:
    """Mark `message` for translation where it is written, and return it as it is.

    For texts in constants and tables, which are translated later, where they are shown. The text
    of an `InputError` needs no mark where it is written into the call.
    """
    return message


class InputError(ValueError):
    """Something that a person gave cannot be used; the message says what was wrong and what to do.

    Parameters
    ----------
    message : str
        One English sentence (or two short ones), a format string over ``values``. It is also the
        gettext key under which a page finds the translation.
    **values
        What the placeholders in `message` stand for.

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
        return _again, (type(self), self.message, self.values)  # for the way between processes


def _again(kind: type[InputError], message: str, values: dict[str, Any]) -> InputError:
    return kind(message, **values)
