"""Kinds: scans, cells and whatever else lies in a package of one file each.

A kind is added by its file and by its name in one tuple of names. All that the app needs to know of
it stands in the file; nobody else distinguishes kinds by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar


@dataclass(frozen=True)
class Kind:
    """What people read of a kind, in English; it is translated where it is shown.

    Parameters
    ----------
    label : str
        Its name in menus.
    text : str
        What it is or does, in a sentence.
    """

    label: str
    text: str


K = TypeVar("K", bound=Kind)


def load_kinds(package: str, names: Iterable[str], kind: type[K]) -> dict[str, K]:
    """Return the table of `package`: each name with the object that its file defines.

    The file of "rows-up" is ``rows_up.py``; the object in it has the name of its class, in
    capitals.
    """
    table = {}
    for name in names:
        module = import_module(f"{package}.{name.replace('-', '_')}")
        found = getattr(module, kind.__name__.upper())
        assert isinstance(found, kind)
        table[name] = found
    return table
