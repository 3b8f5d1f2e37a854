"""A trial on its way to a worker and back: what is to be trained, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import InputError

COMPLETE, PRUNED, FAILED, STOPPED, RUNNING = "complete", "pruned", "failed", "stopped", "running"
ENDED = (COMPLETE, PRUNED, FAILED)

# where in a training the validation accuracy is measured for pruning, in hundredths of its steps
STAGES = (10, 25, 50)


@dataclass(frozen=True)
class Task:
    """What a worker is asked to train.

    Parameters
    ----------
    number : int
        Of the trial, from 0.
    config : RunConfig
    folder : Path
        Where the run is to lie.
    thresholds : mapping of int to float
        Stage -> validation accuracy below which the trial is given up; no entry, no such stage.
    stages : tuple of int
        Where to measure, in hundredths of the training; none where nobody asks.
    """

    number: int
    config: RunConfig
    folder: Path
    thresholds: Mapping[int, float] = field(default_factory=dict)
    stages: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "number": self.number,
            "config": codec.to_json(self.config),
            "folder": str(self.folder),
            "thresholds": {str(stage): value for stage, value in self.thresholds.items()},
            "stages": list(self.stages),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Task:
        """Read what `to_json` wrote."""
        return cls(
            content["number"], codec.from_json(content["config"]), Path(content["folder"]),
            {int(stage): value for stage, value in content["thresholds"].items()},
            tuple(content["stages"]),
        )  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What came of a trial.

    Parameters
    ----------
    state : str
        "complete", "pruned" (given up, and tested where it stood), "failed", or "stopped" (by a
        person: it will be tried again).
    validation_accuracy : float or None
        On the whole validation part: trials are chosen by it.
    test_accuracy, test_low, test_high : float or None
        On the whole test part, with its 95 % interval: for the report alone.
    test_size, validation_size : int
        Pictures in these parts.
    seconds : float
        Spent in training.
    images, steps : int
        That it trained on; that it made.
    parameters : int
        Weights of the network.
    flops : int
        Floating-point operations of the matrix products when it reads one picture.
    diverged : bool
    message : str
        Why it failed, as a gettext key.
    values : mapping
        Of the placeholders in `message`.
    """

    state: str
    validation_accuracy: float | None = None
    test_accuracy: float | None = None
    test_low: float | None = None
    test_high: float | None = None
    test_size: int = 0
    validation_size: int = 0
    seconds: float = 0.0
    images: int = 0
    steps: int = 0
    parameters: int = 0
    flops: int = 0
    diverged: bool = False
    message: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why it failed, in English; "" where it did not."""
        return self.message.format(**self.values)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Result:
        """Read what `to_json` wrote; what a newer version added is passed over."""
        return cls(
            **{part.name: content[part.name] for part in fields(cls) if part.name in content}
        )


def failed(problem: Exception, **measured: Any) -> Result:
    """Return the result of a trial that ended by `problem`."""
    if isinstance(problem, InputError):
        values = {name: _plain(value) for name, value in problem.values.items()}
        return Result(FAILED, message=problem.message, values=values, **measured)
    return Result(FAILED, message="{error}", values={"error": repr(problem)}, **measured)


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, str)) else str(value)


# (stage, validation accuracy) -> whether the trial is to be given up
Report = Callable[[int, float], bool]
# asked between two batches: whether to stop
ShouldStop = Callable[[], bool]
# what a worker runs
Objective = Callable[[Task, Report, ShouldStop], Result]
