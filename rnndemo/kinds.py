"""Kinds: scans, cells and everything else that has a package with one file for each.

To add a kind, write its file and add its name to one tuple. The file holds all that the app needs
to know about it: no other code asks for a kind by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar


@dataclass(frozen=True)
class Kind:
    """What people read about a kind, in English; it is translated where it is shown.

    Parameters
    ----------
    label : str
        Its name in menus.
    text : str
        What it is or does, in one sentence.
    """

    label: str
    text: str


K = TypeVar("K", bound=Kind)


def file_of(name: str) -> str:
    """Return the name of the file of a kind, without its end; kinds by number share one."""
    return re.sub(r"-\d+$", "", name).replace("-", "_")


def load_kinds(package: str, names: Iterable[str], kind: type[K]) -> dict[str, K]:
    """Return the table of `package`: name -> the object that its file defines.

    The file of "rows-up" is ``rows_up.py``; its object is named like the class, in capitals. Kinds
    that differ in a number share a file: "patches", "patches-7" and others are in ``patches.py``,
    in a table named like the class with an S, for example ``SCANS``.
    """
    table = {}
    for name in names:
        module = import_module(f"{package}.{file_of(name)}")
        own = kind.__name__.upper()
        several = getattr(module, f"{own}S", None)
        found = getattr(module, own) if several is None else several[name]
        assert isinstance(found, kind)
        table[name] = found
    return table
