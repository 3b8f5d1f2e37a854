"""Ctrl-C while something is made that is to stay whole."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def pressed_keys() -> Iterator[Callable[[], bool]]:
    """Yield what returns whether Ctrl-C was pressed; pressed again, it does what it always does."""
    pressed: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def put_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def press(number: int, frame: object) -> None:
        pressed.append(number)
        put_back()

    for number in before:
        signal.signal(number, press)
    try:
        yield lambda: bool(pressed)
    finally:
        put_back()
