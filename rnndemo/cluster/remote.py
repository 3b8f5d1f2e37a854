"""A run that people watch and steer, trained by a worker of a cluster.

The worker trains it in a folder of its own, by the same engine as everywhere. Its launcher (see
`rnndemo.cluster.worker`) asks again and again what is new: each time it says what it has got, so
that an answer that went astray is given again, and brings the wishes that were not heard yet.
A task that begins, for the first time or after its worker died, is given the run by its launcher;
so it always goes on from the newest checkpoint. When nobody asks any more, the task ends.
"""

from __future__ import annotations

import logging
import os
import queue
import secrets
import tempfile
import threading
import time
import traceback
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rnndemo.cluster.messages import CHECKPOINT, SENT_BACK, Cargo, RunRequest, RunUpdate
from rnndemo.errors import InputError
from rnndemo.storage.files import write_bytes
from rnndemo.storage.folders import HOME
from rnndemo.storage.log import Event, EventLog, EventReader
from rnndemo.storage.names import CONTROLS, EVENTS, STATE
from rnndemo.training.worker import ENDED, fail
from rnndemo.trials.worker import one_training

PAUSE_TIMEOUT = 20.0  # seconds that a paused run stays, to answer at once
ALONE = 30.0  # seconds without a question after which the launcher is gone


class Left(Exception):
    """The run is wanted no more, or its launcher is gone."""


class _RunChannel:
    """The worker's end of the line between a run and its launcher."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.attempt = folder, secrets.token_hex(4)
        self.cargo: queue.Queue[Cargo] = queue.Queue()
        self.question, self.asked = RunRequest(), time.monotonic()
        self.heard, self.closed = 0, False
        self.brought = 0  # stamp of the checkpoint that its launcher has
        self.hearing = threading.Lock()

    def answer(self, question: RunRequest) -> RunUpdate:
        self.asked = time.monotonic()
        if question.attempt != self.attempt:
            return RunUpdate(self.attempt)
        self.question = question
        if question.cargo is not None:
            self.cargo.put(question.cargo)
        with self.hearing:
            if not self.closed and self.folder.is_dir():
                self._hear(question.wishes[self.heard - question.heard :])
        return self.news(question.spared)

    def _hear(self, wishes: tuple[Event, ...]) -> None:
        log = EventLog(self.folder / CONTROLS)
        try:
            for wish in wishes:
                log.write(**wish)
                self.heard += 1
        finally:
            log.close()

    def news(self, spared: Collection[str] = ()) -> RunUpdate:
        """Return what the launcher has not got yet, save for files that it can do without.

        The state is read first, so that it is never ahead of what it speaks of; checkpoints after
        events, so that what is told survives.
        """
        state, asked = _content(self.folder / STATE), self.question
        lines = _content(self.folder / EVENTS)[asked.place :]
        files = {}
        for name in SENT_BACK:
            stamp = _stamp(self.folder / name)
            if name not in spared and stamp not in (0, asked.seen.get(name), self.brought):
                files[name] = stamp, _content(self.folder / name)
        whole = lines[: lines.rfind(b"\n") + 1]
        return RunUpdate(self.attempt, self.heard, asked.place, whole, files, state)

    def begin(self) -> Cargo:
        """Wait for the run, and put it into the folder."""
        while True:
            try:
                cargo = self.cargo.get(timeout=1.0)
                break
            except queue.Empty:
                self.check()
        fresh = self.folder.with_name("fresh")
        fresh.mkdir()
        for name, content in cargo.files.items():
            write_bytes(fresh / Path(name).name, content)
        self.brought = _stamp(fresh / CHECKPOINT)
        fresh.rename(self.folder)
        return cargo

    def check(self, *_: object) -> None:
        """See that the run is still wanted."""
        if self.question.leave or time.monotonic() - self.asked > ALONE:
            raise Left

    def close(self, controls: EventReader) -> None:
        """Hear no more; what was not taken in counts as not heard."""
        with self.hearing:
            self.closed = True
            taken = _content(self.folder / CONTROLS)[: controls.place]
            self.heard = taken.count(b"\n")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _stamp(path: Path) -> int:
    """Return what changes whenever the file is renamed into place anew, 0 where it is missing."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


_lines: dict[
    str, _RunChannel
] = {}  # of the runs that this process trains, by the names of their tasks


def answer_live(name: str, question: RunRequest) -> RunUpdate | None:
    """Answer for a task of `train_live` in this process, None where there is none of that name."""
    line = _lines.get(name)
    return line.answer(question) if line is not None else None


def _is_no_question(record: logging.LogRecord) -> bool:
    """Keep out of a worker's log what would be in it four times a second."""
    return answer_live.__name__ not in record.getMessage()


def train_live(run: str, name: str) -> RunUpdate:
    """Train a run as its launcher wants it; return what there is to tell at the end.

    Parameters
    ----------
    run : str
        The run's name, for its card.
    name : str
        By which its launcher asks for it.
    """
    logging.getLogger("distributed.worker").addFilter(_is_no_question)
    with one_training, tempfile.TemporaryDirectory(prefix="rowbyrow-") as place:
        line = _lines[name] = _RunChannel(Path(place) / Path(run).name)
        try:
            _train(line, Path(place))
            return line.news()
        except Left:
            return RunUpdate(line.attempt, left=True)
        finally:
            del _lines[name]


def _train(line: _RunChannel, place: Path) -> None:
    cargo = line.begin()
    controls = EventReader(line.folder / CONTROLS)
    try:
        _engine(line, cargo, controls, place)
    except InputError as problem:
        fail(line.folder, problem)
    except Left:
        raise
    except Exception as problem:
        traceback.print_exc()
        fail(line.folder, InputError(ENDED, error=repr(problem)))
    line.close(controls)


def _engine(line: _RunChannel, cargo: Cargo, controls: EventReader, place: Path) -> None:
    import torch

    from rnndemo.data.load import data_of
    from rnndemo.data.sets import check_fit
    from rnndemo.training.engine import Engine
    from rnndemo.training.folder import load_config

    torch.set_num_threads(1)
    config = load_config(line.folder)
    with _own_data(cargo.data, place):
        data = data_of(config)
    check_fit(config, data)
    line.asked = time.monotonic()  # while a process imports, it may be deaf
    Engine(line.folder, data, controls, on_step=line.check).run(cargo.wishes, PAUSE_TIMEOUT)


@contextmanager
def _own_data(files: Mapping[str, bytes], place: Path) -> Iterator[None]:
    """Let a set of own classes lie in the data folder for as long as it is read."""
    if not files:
        yield
        return
    before = os.environ.get(HOME)
    for name, content in files.items():
        path = (place / name).resolve()
        if place.resolve() in path.parents:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, content)
    os.environ[HOME] = str(place)  # one training a process: nobody else looks
    try:
        yield
    finally:
        os.environ.pop(HOME)
        if before is not None:
            os.environ[HOME] = before
