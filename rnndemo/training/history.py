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
``scene``   what a network for scenes says of the picture that is followed
``watch``   validation, gradient by timestep, histograms (see `rnndemo.training.watch`)
``test``    accuracy on the whole test part
========== ==========================================================================

Each has the ``step`` after which it was reported.
"""

from __future__ import annotations

import base64
import math
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rnndemo.storage.log import Event, EventReader
from rnndemo.storage.names import EVENTS
from rnndemo.storage.records import read

MAX_FRAMES = 240  # of the film; beyond that, every second one is dropped
MAX_BYTES = 8_000_000  # of a log that is read at once; of a longer one, its beginning and its end
MAX_SIDE, MAX_CLASSES = 512, 10_000  # of a scene
BOX = 6  # numbers of a box
MOST = 2.0**53  # up to this, whole numbers are exact in a browser too
LATEST = 4e9  # seconds since 1970

_Number = float | None  # None stands for what is not finite
_PART = re.compile(r"(head|layer\d{1,4})(\.\w{1,20})?")  # of a network, see `watch.py`


@dataclass(frozen=True)
class _Histogram:
    low: float
    high: float
    shares: tuple[_Number, ...]


# kind of event -> the form of its values, as `records.read` knows it; any of them may be missing
FORMS: dict[str, dict[str, Any]] = {
    "start": {"weights": str, "machine": str, "precision": str},
    "steps": {
        "lr": float, "loss": float, "accuracy": _Number, "norm": _Number, "progress": float,
        "each_norm": tuple[_Number, ...], "norms": Mapping[str, _Number],
    },
    "watch": {
        "validation_loss": _Number, "validation_accuracy": _Number,
        "mean_iou": _Number, "ap50": _Number, "ap75": _Number,
        "gradient": tuple[tuple[tuple[_Number, ...], ...], ...],
        "weights": Mapping[str, _Histogram], "activations": Mapping[str, _Histogram],
        "turning": str,
    },
    "film": {"loss": _Number, "odds": _Number, "answer": str, "states": str},
    "scene": {
        "loss": _Number, "size": tuple[int, int], "mask": str,
        "boxes": tuple[tuple[_Number, ...], ...], "number": tuple[str, ...],
    },
    "lr": {"lr": float},
    "test": {"test_accuracy": _Number, "test_low": _Number, "test_high": _Number},
}  # fmt: skip
# what a chart or a number on a page needs, and an event may lack
DEFAULTS: dict[str, Event] = {
    "steps": {"steps": 0, "images": 0, "seconds": 0.0, "progress": 0.0, "lr": 0.0, "norms": {}},
}
NEEDED = {"steps": ("loss",), "lr": ("lr",)}  # besides the step, the x axis of charts
COUNTS = (
    "step", "steps", "images", "pictures", "parameters", "steps_per_epoch", "test_size",
    "timesteps", "units", "epochs", "ticks",
)  # fmt: skip
TIMES = ("seconds", "time")


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


@dataclass(frozen=True, eq=False)
class SceneFrame:
    """What a network for scenes said of the picture that is followed, after a training step.

    Parameters
    ----------
    mask : ndarray
        int8 ``(height, width)``: the class of every pixel, negative for the ground.
    boxes : tuple
        Left, top, right, bottom, class and score of each.
    number : tuple of str
        The classes from left to right.
    picture : ndarray, optional
        uint8 ``(height, width)``: what it was shown; older runs do not tell.
    """

    step: int
    loss: float
    mask: np.ndarray
    boxes: tuple[tuple[float, ...], ...]
    number: tuple[str, ...]
    picture: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class TurningFrame:
    """How units turned after a training step.

    Parameters
    ----------
    factor : ndarray
        complex64 ``(units,)``: λ of each.
    ticks : int
        How often they turn while a picture is read.
    """

    step: int
    factor: np.ndarray
    ticks: int


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
    scenes: list[SceneFrame] = field(default_factory=list)
    turning: list[TurningFrame] = field(default_factory=list)
    rates: list[Event] = field(default_factory=list)
    tests: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reader = EventReader(self.folder / EVENTS, most=MAX_BYTES)

    @property
    def damaged(self) -> int:
        """How many lines hold no event, or one whose values are missing or cannot be."""
        return self.reader.damaged

    def update(self) -> History:
        """Read the new events; kinds that this version does not know are ignored."""
        for event in self.reader.new():
            if event["kind"] not in KINDS:
                continue
            try:
                check(event)
                KINDS[event["kind"]](self, {**DEFAULTS.get(event["kind"], {}), **event})
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
        return self._recent_rate("images")

    def seconds_left(self) -> float | None:
        """Return how long training will take at the recent speed; None while that is unknown.

        A time limit is part of the progress: the training may end long before its last step.
        """
        speed = self._recent_rate("progress")
        share = self.steps[-1]["progress"] if self.steps else 1.0
        left = (1 - share) / speed if speed > 0 else 0.0
        return left if 0 < left < LATEST else None

    def _recent_rate(self, name: str) -> float:
        """Return by how much a number of the steps has grown lately, per second of training."""
        recent = self.steps[-8:]
        if len(recent) < 2:
            return 0.0
        seconds = recent[-1]["seconds"] - recent[0]["seconds"]
        return (recent[-1][name] - recent[0][name]) / seconds if seconds > 0 else 0.0


def check(event: Event) -> None:
    """Check the values of an event, which a damaged file may hold.

    Raises
    ------
    KeyError, ValueError
        If it lacks its step, or a value is of another form or out of range.
    """
    for name in ("step", *NEEDED.get(event["kind"], ())):
        event[name]
    for name in COUNTS:
        if not _is_within(event.get(name, 0), MOST, int):
            raise ValueError(f"{name} is no count")
    for name in TIMES:
        if not _is_within(event.get(name, 0.0), LATEST, int, float):
            raise ValueError(f"{name} is no time")
    for name, form in FORMS.get(event["kind"], {}).items():
        if name in event:
            read(form, event[name])
    for name in ("norms", "weights", "activations"):
        parts = event.get(name)
        if isinstance(parts, dict) and not all(map(_PART.fullmatch, parts)):
            raise ValueError(f"{name} of no part of a network")


def _is_within(value: Any, most: float, *kinds: type) -> bool:
    return type(value) in kinds and 0 <= value <= most


def _rewind(history: History, event: Event) -> None:
    """Drop what was reported after the checkpoint from which a worker resumes."""
    step = event["step"]
    for kind in ("steps", "validation", "gradients", "histograms", "rates"):
        setattr(history, kind, [e for e in getattr(history, kind) if e["step"] <= step])
    history.frames = [frame for frame in history.frames if frame.step <= step]
    history.scenes = [frame for frame in history.scenes if frame.step <= step]
    history.turning = [frame for frame in history.turning if frame.step <= step]


def _start(history: History, event: Event) -> None:
    history.start = {**event, "weights": history.start.get("weights", event["weights"])}


def _watch(history: History, event: Event) -> None:
    if "validation_accuracy" in event:
        history.validation.append(event)
    for name, kind in (("gradient", history.gradients), ("weights", history.histograms)):
        if name in event:
            kind[1:] = [event]  # the first and the newest stay: no others are drawn
    if "turning" in event:
        factor = np.frombuffer(base64.b64decode(event["turning"]), np.complex64)
        if not 0 < len(factor) <= MAX_SIDE or (np.abs(factor) > 1 + 1e-6).any():
            raise ValueError("no factors of units")
        frame = TurningFrame(event["step"], factor, event["ticks"])
        if np.isfinite(factor).all():  # else its weights have run out of bounds
            history.turning[1:] = [frame]  # the first and the newest stay


def _film(history: History, event: Event) -> None:
    values = np.frombuffer(base64.b64decode(event["states"]), np.int8)
    values = values.reshape(int(event["timesteps"]), int(event["units"]))
    loss, odds = (math.nan if event[name] is None else event[name] for name in ("loss", "odds"))
    history.frames.append(FilmFrame(event["step"], loss, event["answer"], odds, values))
    if len(history.frames) > MAX_FRAMES:  # the newest stays
        history.frames = history.frames[::-2][::-1]


def _scene(history: History, event: Event) -> None:
    height, width = event["size"]
    if not (0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE):
        raise ValueError("no size of a scene")
    mask = _unpacked(event["mask"], np.int8, (height, width))
    boxes = tuple(tuple(box) for box in event["boxes"])
    if not all(map(_is_box, boxes)):
        raise ValueError("no box")
    loss = math.nan if event["loss"] is None else event["loss"]
    picture = _unpacked(event["picture"], np.uint8, (height, width)) if "picture" in event else None
    number = tuple(event["number"])
    history.scenes.append(SceneFrame(event["step"], loss, mask, boxes, number, picture))
    if len(history.scenes) > MAX_FRAMES:  # the newest stays
        history.scenes = history.scenes[::-2][::-1]


def _is_box(box: tuple[float | None, ...]) -> bool:
    """Return whether these are four sides, the number of a class and a score."""
    if len(box) != BOX or None in box:
        return False
    label, score = box[-2:]
    return label in range(MAX_CLASSES) and 0 <= (score or 0) <= 1


def _unpacked(text: str, kind: type[np.integer[Any]], size: tuple[int, int]) -> np.ndarray:
    """Return compressed bytes in base64 as ``(height, width)``."""
    try:
        content = zlib.decompressobj().decompress(base64.b64decode(text), size[0] * size[1])
    except zlib.error:
        raise ValueError("no picture") from None
    return np.frombuffer(content, kind).reshape(size)


KINDS: dict[str, Callable[[History, Event], None]] = {
    "rewind": _rewind,
    "start": _start,
    "steps": lambda history, event: history.steps.append(event),
    "watch": _watch,
    "film": _film,
    "scene": _scene,
    "lr": lambda history, event: history.rates.append(event),
    "test": lambda history, event: history.tests.append(event),
}
