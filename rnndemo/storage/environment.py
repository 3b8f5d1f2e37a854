"""Variables of the environment that once had another name."""

from __future__ import annotations

import os

PREFIX, OLD_PREFIX = "ROWBYROW_", "RNNDEMO_"


def value_of(name: str) -> str:
    """Return what the variable `name` says, else what its old name does; "" where neither is set.

    Parameters
    ----------
    name : str
        It begins with `PREFIX`, where the old one has `OLD_PREFIX`.
    """
    old = OLD_PREFIX + name.removeprefix(PREFIX)
    return os.environ.get(name, os.environ.get(old, "")).strip()
