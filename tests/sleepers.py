"""Processes that do nothing, in place of workers: for tests of starting and ending them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rnndemo.jobs import process
from rnndemo.training.runs import Run
from rnndemo.training.state import RunState, write_state


class Sleeper(subprocess.Popen):
    """In place of a worker: holds the lock it is handed, and does nothing."""

    spawned: list[list[str]] = []  # noqa: RUF012

    def __init__(self, command: list[str], **options: Any) -> None:
        self.spawned.append(command[3:])
        super().__init__(["sleep", "600"], **options)


@contextmanager
def ended() -> Iterator[None]:
    """End the workers that are started meanwhile."""
    try:
        yield
    finally:
        for child in process.children:
            child.kill()
            child.wait()
        process.children.clear()


@contextmanager
def asleep(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let each worker that is started meanwhile be a `Sleeper`."""
    monkeypatch.setattr(Sleeper, "spawned", [])
    monkeypatch.setattr("rnndemo.jobs.process.subprocess.Popen", Sleeper)
    with ended():
        yield


def end(run: Run, status: str = "paused", **state: Any) -> None:
    """Let its worker go, and the run be in that state."""
    run.kill()
    write_state(run.folder, RunState(status, **state))
