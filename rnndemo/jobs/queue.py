"""The queue of trainings: as many at once as the machine can bear, first come, first served.

Every worker holds a ticket: a file in one folder, named by the time it was drawn, locked by its
process. The system releases the lock however the process ends, so a killed worker takes up no
place. The first `slots` tickets train, the others wait.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rnndemo.storage.folders import home
from rnndemo.storage.locks import is_locked, locked

MEMORY_EACH = 1_000_000_000  # bytes that a worker may need


def slots() -> int:
    """Return how many workers may train at once on this machine.

    A worker computes on one thread: recurrent layers gain little from a second one, and where
    threads of several processes share cores they wait for each other at every timestep. With more
    than two cores, one is left to the server.
    """
    cores = _cores()
    by_memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEMORY_EACH
    return max(1, min(cores - 1 if cores > 2 else cores, by_memory))


def _cores() -> int:
    """Return the cores that this process may use, within a container's quota."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, min(cores, int(quota) // int(period)))
    except (OSError, ValueError):  # no such file, or "max"
        return cores


class Turn:
    """A run's turn to train.

    Parameters
    ----------
    folder : Path
        The queue's.
    run : str
        The run's name, so that a page can find its place.
    most : callable, optional
        Returns how many may train at once; by default `slots`.
    """

    def __init__(self, folder: Path, run: str, most: Callable[[], int] | None = None) -> None:
        self.folder, self.run, self.most = folder, run, most
        self.file: int | None = None
        self.ticket = folder

    def place(self) -> int:
        """Return 0 if the run may train, else its place among those that wait, from 1."""
        if self.file is None:
            self.file = self._draw()
        return place(self.folder, self.ticket.name, self.most)

    def _draw(self) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{self.run}.{os.getpid()}"
        file = os.open(fresh, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)  # before others see it, and would remove it
        with locked(self.folder / ".drawing"):  # so that tickets appear in the order of their names
            self.ticket = fresh.rename(self.folder / f"{time.time_ns():020d}-{self.run}")
        return file

    def give_back(self) -> None:
        """Let another run train."""
        if self.file is not None:
            self.ticket.unlink(missing_ok=True)
            os.close(self.file)
            self.file = None


def place(folder: Path, ticket: str, most: Callable[[], int] | None = None) -> int:
    """Return 0 if the run of a ticket may train, else its place among those that wait, from 1."""
    before = sum(1 for name in _alive(folder) if name < ticket)
    return max(0, before - (most or slots)() + 1)


def place_of_run(folder: Path, run: str, most: Callable[[], int] | None = None) -> int:
    """Return the place of a run's ticket, 0 if it may train or has none."""
    mine = [name for name in _alive(folder) if name.endswith(f"-{run}")]
    return place(folder, mine[0], most) if mine else 0


def _alive(folder: Path) -> Iterator[str]:
    """Yield the tickets that a living process holds, and remove the others."""
    for path in sorted(folder.glob("[0-9]*")):
        if is_locked(path):
            yield path.name
        else:
            path.unlink(missing_ok=True)


def run_queue() -> Path:
    """Return the folder of the tickets of trainings on this machine."""
    return home() / "queue"
