"""Keep what is slow to load: whoever asks for the same meanwhile waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

P = ParamSpec("P")
R = TypeVar("R")


class _Loading:
    """One at a time loads what it belongs to."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def loaded_once(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator: the last `most` results are kept, and threads compute none twice.

    ``functools.lru_cache`` alone lets every thread that finds nothing load the same.
    """

    def decorate(load: Callable[P, R]) -> Callable[P, R]:
        kept = lru_cache(maxsize=most)(load)
        loading: WeakValueDictionary[Hashable, _Loading] = WeakValueDictionary()
        finding = threading.Lock()

        @wraps(load)
        def loaded(*key: P.args, **named: P.kwargs) -> R:
            with finding:
                mine = loading.setdefault((key, *named.items()), _Loading())
            with mine.lock:
                return kept(*key, **named)  # type: ignore[arg-type]  # hashable, as lru_cache needs

        return loaded

    return decorate
