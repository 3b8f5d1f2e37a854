"""Which cluster trains what this machine has no place for, and how much room it has.

Its scheduler's address stands in the variable `SCHEDULER`. How many runs it can train at once lies
in a small file, kept fresh by whoever is the first to wait (`rnndemo.cluster.worker`): the others
need not ask, and a page can show it.
"""

from __future__ import annotations

import time
from pathlib import Path

from rnndemo.storage.environment import value_of
from rnndemo.storage.files import write_bytes
from rnndemo.storage.folders import home

SCHEDULER = "ROWBYROW_SCHEDULER"  # the variable that names a Dask scheduler, tcp://HOST:PORT
ROOM = "room"
OUTDATED = 15.0  # seconds after which what is known of the room counts no more


def scheduler() -> str:
    """Return the address of the cluster's scheduler, "" where there is none."""
    return value_of(SCHEDULER)


def tickets() -> Path:
    """Return the folder of those that train on the cluster, or would."""
    return home() / "cluster"


def room() -> int:
    """Return how many runs the cluster can train at once, 0 where that is unknown or outdated."""
    try:
        return int((tickets() / ROOM).read_text()) if age() < OUTDATED else 0
    except (OSError, ValueError):
        return 0


def age() -> float:
    """Return the age of what `room` returns, in seconds."""
    try:
        return time.time() - (tickets() / ROOM).stat().st_mtime
    except OSError:
        return float("inf")


def write_room(count: int) -> None:
    """Write down how much room there is, for every process of the server."""
    tickets().mkdir(parents=True, exist_ok=True)
    write_bytes(tickets() / ROOM, str(count).encode())
