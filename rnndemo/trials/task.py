"""What goes to the worker of a trial and comes back: the task and its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.storage.records import read

COMPLETE, PRUNED, FAILED, STOPPED, RUNNING = "complete", "pruned", "failed", "stopped", "running"
ENDED = (COMPLETE, PRUNED, FAILED)

# where a training is measured on the validation part for pruning, in hundredths of its steps
STAGES = (10, 25, 50)


@dataclass(frozen=True)
class Task:
    """A trial to train.

    Parameters
    ----------
    number : int
        The trial's, from 0.
    folder : Path
        Of the run that the trial becomes.
    thresholds : mapping of int to float
        Stage -> validation accuracy below which the trial is pruned; without an entry it is not.
    stages : tuple of int
        Where to measure, in hundredths of the training.
    most_seconds : float
        Of training, after which it is stopped and tested as it is; 0: no limit.
    """

    number: int
    config: RunConfig
    folder: Path
    thresholds: Mapping[int, float] = field(default_factory=dict)
    stages: tuple[int, ...] = ()
    most_seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "number": self.number,
            "config": codec.to_json(self.config),
            "folder": str(self.folder),
            "thresholds": {str(stage): value for stage, value in self.thresholds.items()},
            "stages": list(self.stages),
            "most_seconds": self.most_seconds,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Task:
        """Read what `to_json` wrote."""
        return cls(
            content["number"], codec.from_json(content["config"]), Path(content["folder"]),
            {int(stage): value for stage, value in content["thresholds"].items()},
            tuple(content["stages"]), content.get("most_seconds", 0.0),
        )  # fmt: skip


@dataclass(frozen=True)
class Result:
    """The result of a trial.

    Parameters
    ----------
    state : str
        "complete", "pruned" (ended early, and tested as it was), "failed", or "stopped" (by a
        person or a full disk: it will be repeated).
    validation_accuracy : float or None
        On the whole validation part; trials are compared by it.
    test_accuracy, test_low, test_high : float or None
        On the whole test part, with its 95 % interval; only reported.
    test_size, validation_size : int
        How many pictures the parts have.
    seconds : float
        Spent in training: computing time, since trials share the machine.
    by_clock : bool
        Whether `seconds` are those of the clock, as an older version measured them.
    images, steps : int
        How many it was trained on; how many updates that took.
    parameters : int
        Weights of the network.
    flops : int
        Floating-point operations of the matrix products for one picture.
    message : str
        Why it failed, as a gettext key.
    values : mapping
        Values of the placeholders in `message`.
    """

    state: str
    validation_accuracy: float | None = None
    test_accuracy: float | None = None
    test_low: float | None = None
    test_high: float | None = None
    test_size: int = 0
    validation_size: int = 0
    seconds: float = 0.0
    by_clock: bool = False
    images: int = 0
    steps: int = 0
    parameters: int = 0
    flops: int = 0
    diverged: bool = False
    message: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why it failed, in English; "" if it did not."""
        return self.message.format(**self.values)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Result:
        """Read what `to_json` wrote; fields that a newer version added are ignored.

        Raises
        ------
        ValueError
            If a value is of another type, infinite or NaN, or the message lacks one.
        """
        result = read(cls, {"by_clock": True, **content})  # an older version did not tell
        try:
            result.message.format(**result.values)
        except (KeyError, IndexError, TypeError, AttributeError) as problem:
            raise ValueError("no values of this message") from problem
        return result


def failed(problem: Exception, **measured: Any) -> Result:
    """Return the result of a trial that ended by `problem`."""
    if isinstance(problem, InputError):
        return Result(FAILED, message=problem.message, values=problem.plain_values, **measured)
    return Result(FAILED, message="{error}", values={"error": repr(problem)}, **measured)


# (stage, validation accuracy) -> whether to prune the trial
Report = Callable[[int, float], bool]
# called between two batches: whether to stop
ShouldStop = Callable[[], bool]
# trains a trial
Objective = Callable[[Task, Report, ShouldStop], Result]
