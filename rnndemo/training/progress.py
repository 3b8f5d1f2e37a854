"""How far a training is, as one line of text."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from typing import Any

from rnndemo.training.loop import EpochEvent, StepEvent

REFRESH = 0.5  # seconds between two lines on a terminal
SMOOTHING = 0.95  # of the loss that is shown between two epochs
CLEAR = "\x1b[K"  # to the end of the line


class Progress:
    """One line of progress on stderr: rewritten on a terminal, one an epoch elsewhere.

    Parameters
    ----------
    write : callable, optional
        Takes the text; stderr where not given.
    terminal : bool, optional
        Whether a line can be rewritten; asked of stderr where not given.
    """

    def __init__(
        self, write: Callable[[str], Any] | None = None, terminal: bool | None = None
    ) -> None:
        self.write = write or sys.stderr.write
        self.terminal = sys.stderr.isatty() if terminal is None else terminal
        self.shown, self.loss, self.accuracy, self.left = 0.0, math.nan, math.nan, math.nan

    def step(self, event: StepEvent) -> None:
        """Show how far training is."""
        self.loss = event.loss if math.isnan(self.loss) else _smooth(self.loss, event.loss)
        self.left = event.seconds * (event.steps / event.step - 1)
        now = time.monotonic()
        if self.terminal and now - self.shown > REFRESH:
            self.shown = now
            self.write(
                f"\r{event.step / event.steps:4.0%}  loss {self.loss:.4f}  {self._so_far()}{CLEAR}"
            )

    def epoch(self, event: EpochEvent) -> None:
        """Leave a line for the epoch."""
        self.accuracy = event.validation_accuracy
        start, end = ("\r", CLEAR) if self.terminal else ("", "")
        self.write(
            f"{start}{event.epoch / event.epochs:4.0%}  epoch {event.epoch}/{event.epochs}  "
            f"loss {event.train_loss:.4f}  {self._so_far()}{end}\n"
        )

    def _so_far(self) -> str:
        known = not math.isnan(self.accuracy)
        accuracy = f"validation accuracy {self.accuracy:.2%}  " if known else ""
        minutes, seconds = divmod(round(self.left), 60)
        return f"{accuracy}{minutes}:{seconds:02} left"


def _smooth(before: float, now: float) -> float:
    return SMOOTHING * before + (1 - SMOOTHING) * now
