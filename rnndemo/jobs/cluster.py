"""A cluster that trains what this machine has no place for, as far as everybody knows of it.

Its scheduler's address stands in the variable `SCHEDULER`. How many runs it can train at once lies
in a small file, kept fresh by whoever is the first to wait (`rnndemo.cluster.worker`): the others
need not ask, and a page can tell.
"""

from __future__ import annotations

import time
from pathlib import Path

from rnndemo.storage.environment import value_of
from rnndemo.storage.files import write_bytes
from rnndemo.storage.folders import home

SCHEDULER = "ROWBYROW_SCHEDULER"  # the variable that names a Dask scheduler, tcp://HOST:PORT
ROOM = "room"
OUTDATED = 15.0  # seconds after which nobody knows how much room there is


def scheduler() -> str:
    """Return the address of the cluster's scheduler, "" where there is none."""
    return value_of(SCHEDULER)


def tickets() -> Path:
    """Return the folder of those that train on the cluster, or would."""
    return home() / "cluster"


def room() -> int:
    """Return how many runs the cluster can train at once, 0 where nobody has known for long."""
    try:
        return int((tickets() / ROOM).read_text()) if age() < OUTDATED else 0
    except (OSError, ValueError):
        return 0


def age() -> float:
    """Return for how many seconds `room` has been known."""
    try:
        return time.time() - (tickets() / ROOM).stat().st_mtime
    except OSError:
        return float("inf")


def write_room(count: int) -> None:
    """Let everybody know how much room there is."""
    tickets().mkdir(parents=True, exist_ok=True)
    write_bytes(tickets() / ROOM, str(count).encode())
