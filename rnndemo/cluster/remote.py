"""A run that people watch and steer, trained by a worker of a cluster.

The worker trains it in a folder of its own, with the same engine as everywhere. From its launcher
(see `rnndemo.cluster.worker`) it receives the run, then requests, and sends it updates. A task that
starts, for the first time or after its worker died, receives the run from its launcher, so it
always resumes from the newest checkpoint. When its launcher ends, the task is cancelled.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from rnndemo.cluster.messages import SENT_BACK, Cargo, RunUpdate, lasting_events
from rnndemo.errors import InputError
from rnndemo.storage.files import write_bytes
from rnndemo.storage.folders import HOME
from rnndemo.storage.log import EventLog, EventReader
from rnndemo.storage.names import CHECKPOINT, CONTROLS, EVENTS, STATE
from rnndemo.training.state import mark_failed
from rnndemo.training.worker import ENDED
from rnndemo.trials.worker import one_training

PAUSE_TIMEOUT = 20.0  # seconds that a run stays paused, ready to go on at once, before it ends
UPDATE_SECONDS = 0.25  # between two updates
CHECKPOINT_RATE = 500_000  # bytes per second that checkpoints may take


class Cancelled(Exception):
    """The run was cancelled, or its launcher has ended."""


class _Exchange:
    """Sends a run's updates to its launcher, and receives its requests."""

    def __init__(self, folder: Path, updates: Any, requests: Any, cancelled: Callable[[], bool]):
        self.folder, self.cancelled = folder, cancelled
        self.updates, self.requests = updates, requests
        self.received = self.place = 0
        self.stamps: dict[str, int] = {}  # of the files that the launcher has
        self.next_checkpoint = 0.0
        self.over = threading.Event()
        self.lost = False

    def begin(self) -> Cargo:
        """Receive the run, and write it into the folder."""
        self._put(RunUpdate(self.requests.name))
        while (message := self._next()) is None:
            self._put(RunUpdate(self.requests.name))
        cargo = Cargo(**message)
        fresh = self.folder.with_name("fresh")
        fresh.mkdir()
        for name, content in cargo.files.items():
            write_bytes(fresh / Path(name).name, content)
        self.stamps[CHECKPOINT] = _stamp(fresh / CHECKPOINT)
        fresh.rename(self.folder)
        return cargo

    def check(self, *_: object) -> None:
        """Raise `Cancelled` if the run was cancelled, or its launcher cannot be reached."""
        if self.lost or self.cancelled():
            raise Cancelled

    @contextmanager
    def running(self) -> Iterator[None]:
        """Exchange messages in a thread while the block runs."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self.over.set()
            thread.join()

    def _run(self) -> None:
        try:
            with closing(EventLog(self.folder / CONTROLS)) as controls:
                while not self.over.is_set():
                    request = self._next()
                    if request is not None:
                        controls.write(**request)
                        self.received += 1
                    self.send()
        except (Cancelled, OSError):
            self.lost = True

    def send(self, last: bool = False) -> None:
        """Send what is new; a checkpoint only if it is urgent.

        The state is read first, so that it is never ahead of events and files; checkpoints after
        events, so that what is reported survives.
        """
        state = _content(self.folder / STATE)
        lines = _content(self.folder / EVENTS)[self.place :]
        lines = lines[: lines.rfind(b"\n") + 1]
        urgent = last or lasting_events(lines) or time.monotonic() > self.next_checkpoint
        files = {}
        for name in SENT_BACK if urgent else SENT_BACK[1:]:
            stamp = _stamp(self.folder / name)
            if stamp not in (0, self.stamps.get(name)):
                files[name], self.stamps[name] = _content(self.folder / name), stamp
        self._put(RunUpdate(self.requests.name, self.received, lines, files, state, last))
        self.place += len(lines)
        if CHECKPOINT in files:
            self.next_checkpoint = time.monotonic() + len(files[CHECKPOINT]) / CHECKPOINT_RATE

    def _put(self, update: RunUpdate) -> None:
        """Send an update as soon as the queue takes it."""
        while not self.cancelled():
            with suppress(TimeoutError):
                self.updates.put(vars(update), timeout=1.0)
                return
        raise Cancelled

    def _next(self) -> dict[str, Any] | None:
        """Return the next message, None after `UPDATE_SECONDS` without one."""
        try:
            message: dict[str, Any] = self.requests.get(timeout=UPDATE_SECONDS)
        except TimeoutError:
            return None
        return message


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _stamp(path: Path) -> int:
    """Return a number that changes whenever the file is replaced, 0 if it is missing."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def train_live(run: str, updates: Any, requests: Any, cancelled: Callable[[], bool]) -> None:
    """Train a run that its launcher sends, until it ends, is paused or is cancelled.

    Parameters
    ----------
    run : str
        The run's name, for its card.
    updates, requests : distributed.Queue
        The queue of requests has the attempt's name.
    cancelled : callable
        Returns whether the run was cancelled, or its launcher has ended.
    """
    with (
        one_training,
        tempfile.TemporaryDirectory(prefix="rowbyrow-") as place,
        suppress(Cancelled),
    ):
        exchange = _Exchange(Path(place) / Path(run).name, updates, requests, cancelled)
        cargo = exchange.begin()
        controls = EventReader(exchange.folder / CONTROLS)
        with exchange.running():
            _train(exchange, cargo, controls, Path(place))
        exchange.check()
        # requests that the engine has not read count as not received
        exchange.received = _content(controls.path)[: controls.place].count(b"\n")
        exchange.send(last=True)


def _train(exchange: _Exchange, cargo: Cargo, controls: EventReader, place: Path) -> None:
    try:
        _engine(exchange, cargo, controls, place)
    except InputError as problem:
        mark_failed(exchange.folder, problem)
    except Cancelled:
        raise
    except Exception as problem:
        traceback.print_exc()
        mark_failed(exchange.folder, InputError(ENDED, error=repr(problem)))


def _engine(exchange: _Exchange, cargo: Cargo, controls: EventReader, place: Path) -> None:
    import torch

    from rnndemo.data.load import data_of
    from rnndemo.training.engine import Engine
    from rnndemo.training.folder import load_config
    from rnndemo.training.tasks import task_of

    torch.set_num_threads(1)
    config = load_config(exchange.folder)
    with _own_data(cargo.data, place):
        data = data_of(config)
    task_of(config).check(config, data)
    engine = Engine(
        exchange.folder, data, controls, on_step=exchange.check, most_seconds=cargo.most_seconds
    )
    engine.run(cargo.requests, PAUSE_TIMEOUT)


@contextmanager
def _own_data(files: Mapping[str, bytes], place: Path) -> Iterator[None]:
    """Use `place`, with a set of own classes in it, as the data folder during the block."""
    if not files:
        yield
        return
    before = os.environ.get(HOME)
    for name, content in files.items():
        path = (place / name).resolve()
        if place.resolve() in path.parents:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, content)
    os.environ[HOME] = str(place)  # `one_training`: nobody else in this process reads it
    try:
        yield
    finally:
        os.environ.pop(HOME)
        if before is not None:
            os.environ[HOME] = before
