"""A training in closed form. Processes start with it, so it imports little."""

from __future__ import annotations

import math
import os
import random
import signal
import time
from pathlib import Path

from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.trials.task import COMPLETE, PRUNED, STOPPED, Report, Result, ShouldStop, Task


def accuracy(config: RunConfig) -> float:
    """Return the accuracy of `closed_form`: best at a rate of 0.01, better with more units."""
    off = abs(math.log10(config.training.lr) + 2)
    size = config.model.hidden_size / 512
    return max(0.0, 0.9 - 0.2 * off + 0.05 * size + 0.001 * (config.seed % 10))


def closed_form(task: Task, report: Report, should_stop: ShouldStop) -> Result:
    """Act as a training whose outcome is arithmetic.

    The name of its data says what befalls it: ``sleep:SECONDS``, ``jitter:SECONDS`` at most,
    ``dies``, ``dies-once:PATH``, ``refuses``, ``no-disk``, ``breaks``.
    """
    task.folder.mkdir(parents=True, exist_ok=True)
    (task.folder / "began").write_text(str(os.getpid()))
    kind, _, what = task.config.data.name.partition(":")
    reached = accuracy(task.config)
    if kind == "sleep":
        end = time.monotonic() + float(what)
        while time.monotonic() < end:
            if should_stop():
                return Result(STOPPED)
            time.sleep(0.005)
    elif kind == "jitter":
        time.sleep(random.SystemRandom().uniform(0, float(what)))
    elif kind in MISFORTUNES:
        MISFORTUNES[kind](what)
    for stage in task.stages:
        if report(stage, reached * stage / 100):
            return Result(PRUNED, reached * stage / 100, 0.5, images=stage)
    return Result(
        COMPLETE, reached, reached - 0.01, test_low=0.0, test_high=1.0, test_size=10, images=100,
        seconds=0.01, parameters=task.config.model.hidden_size,
    )  # fmt: skip


def _die(what: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_once(what: str) -> None:
    try:
        Path(what).touch(exist_ok=False)
    except FileExistsError:
        return
    _die(what)


def _refuse(what: str) -> None:
    raise InputError("{field}: this will not do.", field="data.name")


def _no_disk(what: str) -> None:
    raise OSError(28, "No space left on device")


def _break(what: str) -> None:
    raise ZeroDivisionError("one by zero")


MISFORTUNES = {
    "dies": _die, "dies-once": _die_once, "refuses": _refuse, "no-disk": _no_disk, "breaks": _break,
}  # fmt: skip
