"""Environment variables that used to have another name."""

from __future__ import annotations

import os

PREFIX, OLD_PREFIX = "ROWBYROW_", "RNNDEMO_"


def value_of(name: str) -> str:
    """Return the value of the variable `name`, else that of its old name, else ""."""
    old = OLD_PREFIX + name.removeprefix(PREFIX)
    return os.environ.get(name, os.environ.get(old, "")).strip()
