"""A thing in the data folder that a process of its own works on: a run, a study, a comparison."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from rnndemo.errors import InputError
from rnndemo.jobs import process
from rnndemo.jobs.process import read_exit_note, reserve_note, write_worker
from rnndemo.jobs.queue import place_of_run, run_queue
from rnndemo.storage.files import as_input_error, read_known, write_json
from rnndemo.storage.locks import is_locked, locked
from rnndemo.storage.names import ABOUT, ASKING, WORKER

MAX_TITLE = 60  # letters


@dataclass(frozen=True)
class Job:
    """A thing that a process works on, or did.

    Parameters
    ----------
    folder : Path
    own : bool
        Whether it may be steered and changed, or only looked at.
    """

    folder: Path
    own: bool = False

    texts: ClassVar[tuple[str, ...]] = ("title",)  # of `about`
    not_own: ClassVar[str]  # what is said to who may only look
    not_written: ClassVar[str]  # what is said where the disk refuses, for a {reason}

    @property
    def name(self) -> str:
        """Its random name, part of links to it."""
        return self.folder.name

    @property
    def about(self) -> dict[str, Any]:
        """Title, when it was made (seconds since 1970), and more, as far as they can be read."""
        return read_known(self.folder / ABOUT, {**dict.fromkeys(self.texts, ""), "made": 0.0})

    @property
    def made(self) -> float:
        """When it was made, in seconds since 1970."""
        return float(self.about["made"])

    @property
    def running(self) -> bool:
        """Whether a process works on it, or waits to."""
        return is_locked(self.folder / WORKER)

    @property
    def place(self) -> int:
        """Its place in the queue, 0 where it need not wait."""
        return place_of_run(run_queue(), self.name)

    @property
    def exit_note(self) -> str:
        """Why its last process ended, where that could not be written down elsewhere; else ""."""
        return read_exit_note(self.folder)

    def check_own(self) -> None:
        """Check that it may be steered and changed.

        Raises
        ------
        InputError
            If it is another visitor's.
        """
        if not self.own:
            raise InputError(self.not_own)

    def describe(self, title: str, **more: Any) -> None:
        """Give it a title, and what else `about` holds."""
        self.check_own()
        about = {**self.about, "title": title.strip()[:MAX_TITLE], **more}
        with as_input_error(self.not_written):
            write_json(self.folder / ABOUT, about)

    def kill(self, send: Callable[[int, int], None] = os.kill) -> None:
        """End its process at once, if it has one; what is written down stays.

        Parameters
        ----------
        send : callable, optional
            See `rnndemo.jobs.process.kill`.
        """
        self.check_own()
        with self._asking():
            process.kill(self.folder, send)

    @property
    def _asking_lock(self) -> Path:
        """The file whose lock is held by who starts or ends its process."""
        return self.folder / ASKING

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Let nobody else start or end its process; say in words what the system refuses."""
        with as_input_error(self.not_written), locked(self._asking_lock):
            yield

    def _start_worker(self, work: str, *arguments: object) -> None:
        """Start its process, which holds the lock from now on; `work` is a key of `WORKERS`."""
        with locked(self.folder / WORKER) as lock:
            self._forget_end()
            reserve_note(lock)  # last: on a full disk, what the last worker said still holds
            write_worker(lock, process.start(work, self.folder, lock, *map(str, arguments)))

    def _forget_end(self) -> None:
        """Write down that it goes on, however it ended before."""
