"""Errors in the visitor's language, settings called as their controls are."""

from __future__ import annotations

import re

from rnndemo import codec
from rnndemo.errors import N_, InputError
from rnndemo.languages import Translator
from rnndemo.reading.wording import listed

# settings as code and command line call them ("training.lr", and alone "lr") -> their labels
PATHS = {path: field.metadata["label"] for path, _, field in codec.field_table()}
LEAVES = {path.rpartition(".")[2]: label for path, label in PATHS.items()}
_NAMES = "|".join(re.escape(path) for path in PATHS if "." in path)
_PATH = re.compile(rf"(?<![a-z_.])({_NAMES})(?![a-z_])")

# Values of messages that are lists, and those that quote the system: they are translated too
LISTS = ("known", "options", "names", "missing", "frames", "letters", "files")
QUOTES = ("reason", "problem", "what", "hint")
SYSTEM = (
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Permission denied"),
    N_("Read-only file system"),
    N_("No such file or directory"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File name too long"),
    N_("Input/output error"),
    N_("Name or service not known"),
    N_("Temporary failure in name resolution"),
    N_("Too many open files"),
    N_("Operation not permitted"),
    N_("Network is unreachable"),
    N_("No route to host"),
    N_("Connection refused"),
    N_("Connection timed out"),
    N_("timed out"),
)


def translate_error(error: InputError, _: Translator) -> str:
    """Return the sentence of `error` in the language of `_`, its placeholders filled in.

    An error among its values, which says what was wrong inside, is translated as well. A setting
    is called as its control is.
    """
    values = {name: _translated(name, value, _) for name, value in error.values.items()}
    if error.values.get("field") in LEAVES:
        values["field"] = _quoted(LEAVES[error.values["field"]], _)
    text = _(error.message).format(**values)
    return _PATH.sub(lambda found: _quoted(PATHS[found[0]], _), text)


def _translated(name: str, value: object, _: Translator) -> object:
    """Return the value of a placeholder in the language of `_`."""
    if isinstance(value, InputError):
        return translate_error(value, _)
    if isinstance(value, str) and name in LISTS:
        return listed(value.split(", "), _)
    return _(value) if isinstance(value, str) and name in QUOTES else value


def _quoted(label: str, _: Translator) -> str:
    """Return the label of a control in quotes, without what it says in brackets."""
    return f"“{re.split(r' ?[(（]', _(label))[0]}”"
