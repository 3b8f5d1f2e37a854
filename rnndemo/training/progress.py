"""The progress of a training, as one line of text."""

from __future__ import annotations

import math
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnndemo.storage.log import EventReader
from rnndemo.training.trainer import StepEvent, Trainer

REFRESH = 0.5  # seconds between two lines on a terminal
SMOOTHING = 0.95  # of loss and accuracy
CLEAR = "\x1b[K"  # to the end of the line


class Smoothed:
    """An exponential running mean."""

    def __init__(self) -> None:
        self.total = self.weight = 0.0

    def add(self, value: float) -> None:
        """Add one value."""
        self.total = SMOOTHING * self.total + (1 - SMOOTHING) * value
        self.weight = SMOOTHING * self.weight + (1 - SMOOTHING)

    @property
    def mean(self) -> float:
        """The mean so far; NaN where there is none."""
        return self.total / self.weight if self.weight else math.nan


class Progress:
    """Progress on stderr: one line per epoch, and on a terminal one that is rewritten.

    Parameters
    ----------
    events : Path
        The run's event log, for the validation accuracy.
    """

    def __init__(self, trainer: Trainer, events: Path) -> None:
        self.trainer = trainer
        self.events = EventReader(events, events.stat().st_size if events.exists() else 0)
        self.write: Callable[[str], Any] = sys.stderr.write
        self.terminal = sys.stderr.isatty()
        self.start: tuple[float, float] | None = None  # seconds and progress at its first step
        self.loss, self.accuracy, self.validation = Smoothed(), Smoothed(), ""
        self.shown, self.line_open = 0.0, False

    def step(self, event: StepEvent) -> None:
        """Show the progress after a step; end the line with each epoch and with the training."""
        trainer, now = self.trainer, time.monotonic()
        self.loss.add(event.loss)
        self.accuracy.add(event.accuracy)
        if self.start is None:  # a run that is resumed, or has a new leg, is timed from here
            self.start = event.seconds, trainer.progress
        per_epoch = len(trainer.batches)
        if trainer.done or event.step % per_epoch == 0:
            epoch, epochs = (-(-count // per_epoch) for count in (event.step, event.steps))
            start, end = ("\r", CLEAR) if self.terminal else ("", "")
            self.write(f"{start}{self._line(event, f'epoch {epoch}/{epochs}')}{end}\n")
            self.line_open = False
        elif self.terminal and now - self.shown > REFRESH:
            self.shown, self.line_open = now, True
            line = self._line(event, f"step {event.step:,}/{event.steps:,}")
            self.write(f"\r{line[: shutil.get_terminal_size().columns - 1]}{CLEAR}")

    def end(self) -> None:
        """End an open line, so that other text can follow."""
        if self.line_open:
            self.write("\n")
            self.line_open = False

    def _line(self, event: StepEvent, place: str) -> str:
        for one in self.events.new():
            known = one.get("validation_accuracy")
            if known is not None:
                self.validation = f"validation {known:.2%} of {one['pictures']:,}"
        parts = [
            f"{self.trainer.progress:4.0%}  {_clock(self._left(event))} left",
            place,
            f"loss {self.loss.mean:.4f}",
            f"accuracy {self.accuracy.mean:.2%}",
            self.validation,
            f"{event.images / event.seconds:,.0f} images/s",
        ]
        return "  ".join(part for part in parts if part and "nan" not in part)

    def _left(self, event: StepEvent) -> float:
        """Return how many seconds the rest will take at this speed; NaN if unknown."""
        assert self.start is not None
        seconds, share = self.start
        gained = self.trainer.progress - share
        if self.trainer.done:
            return 0.0
        return (event.seconds - seconds) / gained * (1 - share - gained) if gained else math.nan


def _clock(seconds: float) -> str:
    if math.isnan(seconds):
        return "?:??"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
