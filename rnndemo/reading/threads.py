"""Threads that stay, for networks to read in.

oneDNN, which runs LSTMs and convolutions, compiles its kernels anew for every thread: 10 to 500 ms,
where a reading takes 2. A server of pages starts a thread for every run of a page, so readings go
to a few threads that stay.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, wraps
from typing import ParamSpec, TypeVar

import torch

P = ParamSpec("P")
T = TypeVar("T")

_NAME = "reading"
_here = threading.local()  # has `stays` in the threads that stay


@cache
def _pool() -> ThreadPoolExecutor:
    # one more than there are cores: a slow reading (all prefixes of pixels) holds up no other
    return ThreadPoolExecutor(1 + (os.cpu_count() or 1), _NAME, initializer=_one_thread)


def _one_thread() -> None:
    """Use one core: the threads of one picture would wait for each other at every timestep."""
    torch.set_num_threads(1)
    _here.stays = True


def in_kept_thread(function: Callable[P, T]) -> Callable[P, T]:
    """Return `function`, run in one of the threads that stay; its errors reach the caller."""

    @wraps(function)
    def there(*given: P.args, **more: P.kwargs) -> T:
        if hasattr(_here, "stays"):  # to wait for another of them could be to wait for ever
            return function(*given, **more)
        return _pool().submit(function, *given, **more).result()

    return there
