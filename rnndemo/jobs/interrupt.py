"""Ctrl-C during work that must not stop halfway."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def pressed_keys() -> Iterator[Callable[[], bool]]:
    """Yield a function that returns whether Ctrl-C was pressed; a second press acts as usual."""
    pressed: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def press(number: int, frame: object) -> None:
        pressed.append(number)
        restore()

    for number in before:
        signal.signal(number, press)
    try:
        yield lambda: bool(pressed)
    finally:
        restore()
