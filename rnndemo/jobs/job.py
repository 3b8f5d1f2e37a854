"""Jobs: things in the data folder with a process of their own; runs, studies, comparisons."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from rnndemo.errors import InputError
from rnndemo.jobs import process
from rnndemo.jobs.process import read_exit_note, reserve_note, write_worker
from rnndemo.jobs.queue import (
    Most,
    Start,
    advance,
    count,
    enqueue,
    place_of_run,
    run_queue,
    take,
    waits,
)
from rnndemo.storage.files import as_input_error, read_json, write_json
from rnndemo.storage.limits import JOBS, limit
from rnndemo.storage.locks import is_locked, locked
from rnndemo.storage.names import ABOUT, ASKING, WORKER

MAX_TITLE = 60  # characters


@dataclass(frozen=True)
class Job:
    """A thing that a process works on, or has worked on.

    Parameters
    ----------
    own : bool
        Whether it is the visitor's own, to be steered and changed, or only to be looked at.
    """

    folder: Path
    own: bool = False

    texts: ClassVar[tuple[str, ...]] = ("title",)  # keys of texts in `about`
    not_own: ClassVar[str]  # message to those who may only look
    not_written: ClassVar[str]  # message where writing fails for a {reason}

    @property
    def name(self) -> str:
        """Its random name, part of its links."""
        return self.folder.name

    @property
    def about(self) -> dict[str, Any]:
        """Title, when it was made (seconds since 1970), and more, as far as they can be read."""
        known = {**dict.fromkeys(self.texts, ""), "made": 0.0}
        content = None
        with suppress(InputError):
            content = read_json(self.folder / ABOUT)
        if not isinstance(content, dict):
            return known
        return {
            key: content[key] if isinstance(content.get(key), type(default)) else default
            for key, default in known.items()
        }

    @property
    def made(self) -> float:
        """When it was made, in seconds since 1970."""
        return float(self.about["made"])

    @property
    def queue(self) -> Path:
        """The folder of the tickets with which its process takes turns."""
        return run_queue()

    @property
    def most(self) -> Most | None:
        """How many of that queue have a turn at once; None for `slots`."""
        return None

    @property
    def waits(self) -> bool:
        """Whether it waits for its turn without a process."""
        return waits(self.queue, self.name)

    @property
    def running(self) -> bool:
        """Whether a process works on it, or it waits for one."""
        return self.waits or is_locked(self.folder / WORKER)  # a process locks before it stops to

    @property
    def place(self) -> int:
        """Its place in the queue, 0 if it need not wait."""
        return place_of_run(self.queue, self.name, self.most)

    @property
    def exit_note(self) -> str:
        """Why its last process ended, if only the lock file could hold that; else ""."""
        return read_exit_note(self.folder)

    def check_own(self) -> None:
        """Raise an `InputError` if it is another visitor's."""
        if not self.own:
            raise InputError(self.not_own)

    def describe(self, title: str, **more: Any) -> None:
        """Change its title, and other values of `about`."""
        self.check_own()
        about = {**self.about, "title": title.strip()[:MAX_TITLE], **more}
        with as_input_error(self.not_written):
            write_json(self.folder / ABOUT, about)

    def kill(self, send: Callable[[int, int], None] = os.kill) -> None:
        """Kill its process, if it has one, or take it out of the queue; its files stay.

        Parameters
        ----------
        send : callable, optional
            See `rnndemo.jobs.process.kill`.
        """
        self.check_own()
        with self._locked():
            take(self.queue, self.name)
            process.kill(self.folder, send)
        advance(self.queue, self.most)

    @property
    def _request_lock(self) -> Path:
        """The file that is locked by who sends a request, or starts or ends its process."""
        return self.folder / ASKING

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep others from starting or ending its process; raise an `OSError` as `InputError`."""
        with as_input_error(self.not_written), locked(self._request_lock):
            yield

    def check_queue(self) -> None:
        """Raise an `InputError` if no further job may wait on this server."""
        most = int(limit(JOBS))
        if count(self.queue) >= most:
            raise InputError(
                "The server is full: {most} trainings are running or waiting; try again when some "
                "have ended.",
                most=most,
            )

    def _enqueue(self, work: str, *arguments: object) -> None:
        """Start its process when it is its turn; `work` is a key of `WORKERS`."""
        self._mark_resumed()
        enqueue(self.queue, Start(work, self.folder, tuple(map(str, arguments))), self.most)

    def _start_worker(self, work: str, *arguments: object) -> None:
        """Start its process, which then holds the lock; `work` is a key of `WORKERS`."""
        with locked(self.folder / WORKER) as lock:
            self._mark_resumed()
            reserve_note(lock)  # last: if the disk is full, the last worker's note stays
            write_worker(lock, process.start(work, self.folder, lock, *map(str, arguments)))

    def _mark_resumed(self) -> None:
        """Write that it goes on, however it ended before."""
