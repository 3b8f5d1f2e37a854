"""The events that a run has reported so far, sorted for charts.

========== ==========================================================================
event       what it reports
========== ==========================================================================
``start``   a worker took over: machine, precision, parameters, digest of the weights
``steps``   one or more updates: mean loss and accuracy, rate, gradients, throughput
``rewind``  a worker resumes from a checkpoint: earlier events of later steps are void
``lr``      a person changed the learning rate
``epochs``  a person added epochs
``film``    the hidden states of the probe picture
``watch``   validation, gradient by timestep, histograms (see `rnndemo.training.watch`)
``test``    accuracy on the whole test part
========== ==========================================================================

Each has the ``step`` after which it was reported.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rnndemo.storage.log import Event, EventReader
from rnndemo.storage.names import EVENTS

MAX_FRAMES = 240  # of the film; beyond that, every second one is dropped


@dataclass(frozen=True, eq=False)
class FilmFrame:
    """What the network made of the probe picture after a training step.

    Parameters
    ----------
    step : int
        Counts from 1; 0 is before training.
    loss : float
        Of the step's batch; NaN before the first.
    answer : str
        The most probable class.
    odds : float
        Probability of that class.
    values : ndarray
        int8 ``(time, units)``: the last layer's hidden states times 127, rounded and clipped.
    """

    step: int
    loss: float
    answer: str
    odds: float
    values: np.ndarray


@dataclass
class History:
    """The events of the run in `folder`, sorted."""

    folder: Path
    start: Event = field(default_factory=dict)
    steps: list[Event] = field(default_factory=list)
    validation: list[Event] = field(default_factory=list)
    gradients: list[Event] = field(default_factory=list)
    histograms: list[Event] = field(default_factory=list)
    frames: list[FilmFrame] = field(default_factory=list)
    rates: list[Event] = field(default_factory=list)
    tests: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reader = EventReader(self.folder / EVENTS)

    @property
    def damaged(self) -> int:
        """How many lines hold no event, or one that lacks fields."""
        return self.reader.damaged

    def update(self) -> History:
        """Read the new events; kinds that this version does not know are ignored."""
        for event in self.reader.new():
            if event["kind"] not in KINDS:
                continue
            try:
                event["step"] = int(event["step"])  # the x axis of charts
                KINDS[event["kind"]](self, event)
            except (KeyError, TypeError, ValueError, OverflowError):
                self.reader.damaged += 1
        return self

    def series(self, kind: str, name: str) -> tuple[list[int], list[float | None]]:
        """Return the steps and the values of one number, for example of ``("steps", "loss")``."""
        events: list[Event] = getattr(self, kind)
        return [event["step"] for event in events], [event.get(name) for event in events]

    def norms(self) -> tuple[list[int], list[float | None]]:
        """Return steps and norms of the whole gradient: of every step where each was reported."""
        steps: list[int] = []
        values: list[float | None] = []
        for event in self.steps:
            norms = event.get("each_norm") or [event.get("norm")]
            steps += range(event["step"] - len(norms) + 1, event["step"] + 1)
            values += norms
        return steps, values

    @property
    def last_step(self) -> int:
        """The last step that is reported."""
        return max((part[-1]["step"] for part in (self.steps, self.validation) if part), default=0)

    @property
    def validation_pictures(self) -> int:
        """How many pictures validation is measured on; 0 if unknown, as in older runs."""
        return int(self.validation[-1].get("pictures", 0)) if self.validation else 0

    def throughput(self) -> float:
        """Return the recent images per second, 0 before any are reported."""
        recent = self.steps[-8:]
        if len(recent) < 2:
            return 0.0
        seconds = recent[-1]["seconds"] - recent[0]["seconds"]
        return (recent[-1]["images"] - recent[0]["images"]) / seconds if seconds > 0 else 0.0

    def seconds_left(self) -> float | None:
        """Return how long training will take at the recent speed; None while that is unknown."""
        if not self.steps:
            return None
        last, speed = self.steps[-1], self.throughput()
        share = last["progress"]
        if not speed or not share or share >= 1:
            return None
        images = last["images"] / last["step"] * (last["steps"] - last["step"])
        return float(images / speed)


def _rewind(history: History, event: Event) -> None:
    """Drop what was reported after the checkpoint from which a worker resumes."""
    step = event["step"]
    for kind in ("steps", "validation", "gradients", "histograms", "rates"):
        setattr(history, kind, [e for e in getattr(history, kind) if e["step"] <= step])
    history.frames = [frame for frame in history.frames if frame.step <= step]


def _start(history: History, event: Event) -> None:
    history.start = {**event, "weights": history.start.get("weights", event["weights"])}


def _watch(history: History, event: Event) -> None:
    for name, kind in (
        ("validation_accuracy", history.validation),
        ("gradient", history.gradients),
        ("weights", history.histograms),
    ):
        if name in event:
            kind.append(event)


def _film(history: History, event: Event) -> None:
    values = np.frombuffer(base64.b64decode(event["states"]), np.int8)
    values = values.reshape(int(event["timesteps"]), int(event["units"]))
    loss, odds = (math.nan if event[name] is None else event[name] for name in ("loss", "odds"))
    history.frames.append(FilmFrame(event["step"], loss, event["answer"], odds, values))
    if len(history.frames) > MAX_FRAMES:  # the newest stays
        history.frames = history.frames[::-2][::-1]


KINDS: dict[str, Callable[[History, Event], None]] = {
    "rewind": _rewind,
    "start": _start,
    "steps": lambda history, event: history.steps.append(event),
    "watch": _watch,
    "film": _film,
    "lr": lambda history, event: history.rates.append(event),
    "test": lambda history, event: history.tests.append(event),
}
