"""Runs that this process trains itself, for the command line: no worker, no queue.

Such a run is like any other: its folder says what happens, and its lock keeps a second process out.
Ctrl-C waits for the end of the step, saves, and leaves a run that resumes bit by bit as if nothing
had happened.
"""

from __future__ import annotations

import errno
import os
import shlex
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import torch

from rnndemo.config import RunConfig
from rnndemo.data.load import Data
from rnndemo.errors import InputError
from rnndemo.evaluation.cards import own_digest
from rnndemo.jobs.machine import memory
from rnndemo.jobs.process import reserve_note, worker_of, write_exit_note, write_worker
from rnndemo.storage.locks import held
from rnndemo.storage.log import Event
from rnndemo.storage.names import CONFIG, EVENTS, STATE, WEIGHTS, WORKER
from rnndemo.training.demand.estimate import sizes_of
from rnndemo.training.demand.room import check_room
from rnndemo.training.engine import Engine
from rnndemo.training.folder import check_checkpoint, check_same_data, load_config, make_run
from rnndemo.training.progress import Progress
from rnndemo.training.requests import values_of
from rnndemo.training.state import FULL, TESTED, RunState, change_state, mark_failed, read_state
from rnndemo.training.trainer import Diverged, StepEvent


def begin(folder: Path, config: RunConfig, data: Data, start: bytes = b"") -> Engine:
    """Create a run in `folder` and train it to its end.

    Parameters
    ----------
    start : bytes, optional
        Its first checkpoint, see `make_run`.

    Raises
    ------
    InputError
        If the folder holds a run or a model already, this machine has not the memory or the disk
        for it, or the training fails.
    KeyboardInterrupt
        After Ctrl-C, with a sentence: where it stopped, and the command that resumes it.
    """
    check_free(folder)
    check_room(config, folder, sizes_of(data), memory())
    folder.mkdir(parents=True, exist_ok=True)
    with _held(folder) as lock:
        check_free(folder)  # another process may have been faster
        with _failure_reported(folder, lock):
            make_run(folder, config, start)
            return _run(folder, data, [])


def go_on(
    folder: Path,
    load: Callable[[RunConfig], Data],
    more_epochs: int | None = None,
    lr: float | None = None,
) -> Engine:
    """Train the run in `folder` from its last checkpoint to its end.

    Parameters
    ----------
    load : callable
        Returns the data of a configuration.
    more_epochs : int, optional
        How many more epochs to train; only for a run that has ended.
    lr : float, optional
        Another learning rate, from the next step on.

    Raises
    ------
    InputError
        If there is no run, another process trains it, it has ended and `more_epochs` is not given,
        its checkpoint is missing, its data have changed, or the training fails.
    KeyboardInterrupt
        As in `begin`.
    """
    if not (folder / STATE).is_file():
        raise InputError(
            "There is no run to continue in {folder}; start one with --preset or --config.",
            folder=str(folder),
        )
    with _held(folder) as lock:
        config = load_config(folder)
        _check_ended(folder, read_state(folder), more_epochs)
        check_checkpoint(folder)
        requests: list[Event] = [{"kind": "lr", "lr": lr}] if lr is not None else []
        more = more_epochs is not None
        requests.append({"kind": "epochs", "epochs": more_epochs} if more else {"kind": "go"})
        for request in requests:
            values_of(config, request)  # raises; the engine would ignore the request
        data = load(config)
        check_same_data(folder, lambda: own_digest(data))
        with _failure_reported(folder, lock):
            return _run(folder, data, requests)


def check_free(folder: Path) -> None:
    """Check that nothing in `folder` would be overwritten.

    Raises
    ------
    InputError
        If it holds a run or a model.
    """
    if (folder / STATE).exists():
        raise InputError(
            "{out} already contains a run. To continue it: {command}. To start a new one, name "
            "another folder.",
            out=str(folder), command=command(folder),
        )  # fmt: skip
    if (folder / WEIGHTS).exists() or (folder / CONFIG).exists():
        raise InputError(
            "{out} already contains a model; name another folder, or remove it first.",
            out=str(folder),
        )


def command(folder: Path, *more: str) -> str:
    """Return the command that resumes the run in `folder`."""
    words = ["python", "-m", "rnndemo", "train", "--resume", *more]
    if torch.get_num_threads() != 1:  # the command's own default
        words += ["--threads", str(torch.get_num_threads())]
    name = str(folder)
    return shlex.join([*words, "--out", f"./{name}" if name.startswith("-") else name])


def _check_ended(folder: Path, state: RunState, more_epochs: int | None) -> None:
    if state.status == "done" and more_epochs is None:
        raise InputError(
            "The run in {folder} is finished. To train it for N more epochs: {command}",
            folder=str(folder), command=command(folder, "--more-epochs", "N"),
        )  # fmt: skip
    if more_epochs is not None and state.status not in TESTED:
        raise InputError(
            "The run in {folder} still has epochs to train, so --more-epochs cannot be used "
            "yet. To continue it: {command}",
            folder=str(folder), command=command(folder),
        )  # fmt: skip


@contextmanager
def _held(folder: Path) -> Iterator[int]:
    """Hold the run's lock, and yield its descriptor."""
    with held(folder / WORKER, lambda: _busy(folder)) as lock:
        reserve_note(lock)
        write_worker(lock, os.getpid())
        yield lock


def _busy(folder: Path) -> InputError:
    try:
        which = f" ({worker_of(folder)})"
    except (OSError, ValueError):
        which = ""
    return InputError(
        "Another process{which} is using the run in {folder}; wait until it ends, or stop it "
        "first.",
        which=which, folder=str(folder),
    )  # fmt: skip


@contextmanager
def _failure_reported(folder: Path, lock: int) -> Iterator[None]:
    """Write a failure of the block into the run's folder; raise one that says how to resume."""
    try:
        yield
    except KeyboardInterrupt:
        with suppress(OSError, InputError):  # the folder may be gone, or the disk full
            change_state(folder, status="paused", doing="", message="", values={})
        raise KeyboardInterrupt(_stopped(folder)) from None
    except InputError as problem:
        mark_failed(folder, problem)
        if not isinstance(problem, Diverged):
            raise
        raise InputError(
            "{problem} The run is kept. To continue from its last checkpoint with a lower "
            "learning rate: {command}",
            problem=str(problem), command=command(folder, "--lr", "RATE"),
        ) from None  # fmt: skip
    except OSError as problem:
        if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        if not (folder / STATE).exists():  # the run was not created yet
            (folder / CONFIG).unlink(missing_ok=True)
            raise InputError("The disk is full. Make room, then try again.") from None
        write_exit_note(lock, FULL)
        raise InputError(
            "The disk is full. Make room, then continue from the last checkpoint: {command}",
            command=command(folder),
        ) from None


def _stopped(folder: Path) -> str:
    """Return the message after Ctrl-C."""
    try:
        state = read_state(folder)
    except InputError:  # the run was not created yet
        return ""
    where = f"at step {state.step:,} of {state.steps:,}" if state.step else "before the first step"
    return f"Stopped {where}. To go on: {command(folder)}"


def _run(folder: Path, data: Data, requests: Sequence[Event]) -> Engine:
    engine = Engine(folder, data)
    progress = Progress(engine.trainer, folder / EVENTS)
    with whole_steps(engine, progress.step):
        try:
            engine.run(requests)
        except Exception:
            progress.end()
            raise
        except KeyboardInterrupt:
            trainer = engine.trainer
            engine.change(step=trainer.step, steps=trainer.steps, seconds=trainer.seconds)
            raise
    return engine


@contextmanager
def whole_steps(engine: Engine, show: Callable[[StepEvent], None]) -> Iterator[None]:
    """Delay Ctrl-C to the end of a step: half a step could not be repeated bit by bit.

    Parameters
    ----------
    engine : Engine
        Its ``on_step`` is set.
    show : callable
        Called after every step.
    """
    pressed = False

    def press(*signal_and_frame: object) -> None:
        nonlocal pressed
        if engine.trainer.done:  # testing: no step will follow
            raise KeyboardInterrupt
        pressed = True

    def after(event: StepEvent) -> None:
        show(event)
        if pressed:
            raise KeyboardInterrupt

    engine.on_step = after
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # ignored, as for a shell's background jobs
        yield
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
