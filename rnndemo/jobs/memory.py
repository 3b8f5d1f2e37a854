"""A limit of memory that a process sets itself, and that those it starts do not inherit."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_before: list[tuple[int, int]] = []  # the limits as they were before each that holds now


@contextmanager
def bounded(most: int) -> Iterator[None]:
    """Let the kernel refuse this process more than `most` bytes of its own (``RLIMIT_DATA``)."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(OSError, ValueError):  # the system has no such limit
        resource.setrlimit(resource.RLIMIT_DATA, (most, before[1]))
    _before.append(before)
    try:
        yield
    finally:
        _before.pop()
        resource.setrlimit(resource.RLIMIT_DATA, before)


def free_child(process: int) -> None:
    """Give a process that this one has started the limit from before `bounded`.

    Where the system cannot do that (macOS), the child keeps the limit.
    """
    if _before and hasattr(resource, "prlimit"):
        with suppress(OSError):  # it may have ended already
            resource.prlimit(process, resource.RLIMIT_DATA, _before[0])
