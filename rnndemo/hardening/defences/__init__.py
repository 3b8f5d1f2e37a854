"""Defences: what is done to a picture before a model reads it, each with its price."""

from __future__ import annotations

from rnndemo.errors import InputError
from rnndemo.hardening.defences.base import Defence
from rnndemo.kinds import load_kinds

NAMES = (  # each a file
    "binarise",
    "denoise",
    "recentre",
    "average",
)
DEFENCES = load_kinds(__name__, NAMES, Defence)


def defence_named(name: str) -> Defence | None:
    """Return the defence `name`, None for "none".

    Raises
    ------
    InputError
        If there is none of this name.
    """
    if name == "none":
        return None
    if name not in DEFENCES:
        raise InputError(
            "There is no defence {name!r}; choose one of {known}.",
            name=name, known=", ".join(["none", *DEFENCES]),
        )  # fmt: skip
    return DEFENCES[name]
