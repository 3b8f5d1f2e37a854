"""Locks on files, held by a process; the system releases them however that process ends."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rnndemo.errors import InputError

LOCK_TIMEOUT = 0.5  # seconds: `is_locked` holds a lock for a moment only


@contextmanager
def locked(path: Path, patience: float = 10.0) -> Iterator[int]:
    """Hold the lock of the file at `path`, and yield its descriptor.

    Raises
    ------
    TimeoutError
        If another process holds it for longer than `patience` seconds.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:  # held, or `is_locked` is looking at it
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{path.name} is held by another process") from None
                time.sleep(0.01)
        yield file
    finally:
        os.close(file)


@contextmanager
def held(path: Path, refusal: Callable[[], InputError]) -> Iterator[int]:
    """Hold a lock as `locked` does, or raise at once what `refusal` returns.

    Raises
    ------
    InputError
        If another process holds it.
    """
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(locked(path, LOCK_TIMEOUT))
        except TimeoutError:
            raise refusal() from None
        yield lock


def is_locked(path: Path) -> bool:
    """Return whether a living process holds the lock of the file at `path`."""
    try:
        file = os.open(path, os.O_RDWR)
    except OSError as problem:
        # out of descriptors: count it as held, so that no living process loses its place
        return problem.errno in (errno.EMFILE, errno.ENFILE)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False
