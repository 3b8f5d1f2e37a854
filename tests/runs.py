"""Helpers for tests of runs: waiting with a deadline, and the state of a training."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors.torch import load
from torch import Tensor

from rnndemo.config import RunConfig
from rnndemo.jobs.process import reserve_note
from rnndemo.storage.log import Event, EventLog, EventReader
from rnndemo.storage.names import CHECKPOINT, CONTROLS, EVENTS, WORKER
from rnndemo.training import worker
from rnndemo.training.folder import make_run
from rnndemo.training.runs import Run
from rnndemo.training.state import RunState, read_state
from tests.patience import PATIENCE


def until(look: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Poll until the value is true; return it."""
    deadline = time.monotonic() + patience
    while (begin := time.monotonic()) < deadline:
        if found := look():
            return found
        # what is waited for needs the processor more
        time.sleep(max(0.005, 4 * (time.monotonic() - begin)))
    raise AssertionError(f"waited {patience} s in vain: {what}")


def until_state(run: Run, *statuses: str) -> RunState:
    """Wait until `run` is in one of these; show what it is in instead."""
    seen: list[RunState] = []

    def look() -> RunState | None:
        seen[:] = [run.state]
        return seen[0] if seen[0].status in statuses else None

    try:
        return until(look, " or ".join(statuses))
    except AssertionError as problem:
        log = (run.folder / "worker.log").read_text()
        raise AssertionError(f"{problem}; it is {seen}; it printed {log!r}") from None


def until_step(run: Run, step: int) -> Event:
    """Wait until `run` has reported that step, or a later one."""
    return until(
        lambda: next((e for e in events(run.folder, "steps") if e["step"] >= step), None),
        f"step {step}",
    )


def events(folder: Path, kind: str = "") -> list[Event]:
    """Return what a run has reported, all of it or the events of one kind."""
    return [e for e in EventReader(folder / EVENTS).new() if kind in ("", e["kind"])]


def write_request(folder: Path, kind: str, **content: object) -> None:
    """Write a request as `Run.ask` does, but start no worker."""
    log = EventLog(folder / CONTROLS)
    log.write(kind, **content)
    log.close()


def write_raw(folder: Path, data: bytes) -> None:
    """Append anything to a run's requests."""
    with (folder / CONTROLS).open("ab") as file:
        file.write(data)


def take_lock(folder: Path) -> int:
    """Return the descriptor of a run's lock, held as by a worker."""
    lock = os.open(folder / WORKER, os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def work_here(folder: Path, config: RunConfig) -> RunState:
    """Make a run in ``folder/run`` and let this process be its worker; return how it ended."""
    run = folder / "run"
    make_run(run, config)
    write_request(run, "go")
    lock = take_lock(run)
    reserve_note(lock)
    worker.main([str(run), str(folder / "queue"), "0", str(lock)])
    return read_state(run)


def tensors(folder: Path) -> dict[str, Tensor]:
    """Return weights, averages, optimiser and random states of a run's checkpoint."""
    return load((folder / CHECKPOINT).read_bytes())


def differing(first: dict[str, Tensor], second: dict[str, Tensor]) -> list[str]:
    """Return the names of the tensors that are not equal bit by bit."""
    if first.keys() != second.keys():
        return sorted(first.keys() ^ second.keys())
    return [name for name, value in first.items() if not _same(value, second[name])]


def _same(first: Tensor, second: Tensor) -> bool:
    return first.dtype == second.dtype and (
        first.detach().numpy().tobytes() == second.detach().numpy().tobytes()
    )
