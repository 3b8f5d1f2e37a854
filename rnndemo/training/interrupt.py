"""Ctrl-C while something is made that is to stay whole."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rnndemo.training.engine import Engine
from rnndemo.training.steps import StepEvent


@contextmanager
def whole_steps(engine: Engine, show: Callable[[StepEvent], None]) -> Iterator[None]:
    """Hold Ctrl-C back until a step is whole: half of one could not be made again bit by bit.

    Parameters
    ----------
    engine : Engine
        Its ``on_step`` is set.
    show : callable
        Hears of every step.
    """
    pressed = False

    def press(*signal_and_frame: object) -> None:
        nonlocal pressed
        if engine.trainer.done:  # it tests
            raise KeyboardInterrupt
        pressed = True

    def after(event: StepEvent) -> None:
        show(event)
        if pressed:
            raise KeyboardInterrupt

    engine.on_step = after
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # in a shell's background nobody presses keys
        yield
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def pressed_keys() -> Iterator[Callable[[], bool]]:
    """Yield what tells whether Ctrl-C was pressed; pressed again, it does what it always does."""
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
