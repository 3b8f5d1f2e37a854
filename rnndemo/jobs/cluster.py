"""The cluster that trains runs for which this machine has no place, and its capacity.

The variable `SCHEDULER` holds the scheduler's address. A small file holds how many runs the cluster
can train at once; the first run in the queue keeps it up to date (`rnndemo.cluster.worker`), the
other runs and the pages read it.
"""

from __future__ import annotations

import time
from pathlib import Path

from rnndemo.storage.environment import value_of
from rnndemo.storage.files import write_bytes
from rnndemo.storage.folders import home

SCHEDULER = "ROWBYROW_SCHEDULER"  # the variable that names a Dask scheduler, tcp://HOST:PORT
ROOM = "room"
OUTDATED = 15.0  # seconds after which the file no longer counts


def scheduler() -> str:
    """Return the address of the cluster's scheduler, "" if there is none."""
    return value_of(SCHEDULER)


def tickets() -> Path:
    """Return the folder of the tickets of runs that train on the cluster, or wait to."""
    return home() / "cluster"


def room() -> int:
    """Return how many runs the cluster can train at once, 0 if that is unknown or outdated."""
    try:
        return int((tickets() / ROOM).read_text()) if age() < OUTDATED else 0
    except (OSError, ValueError):
        return 0


def age() -> float:
    """Return the age of what `room` returns, in seconds; infinite if the clock was set back."""
    try:
        seconds = time.time() - (tickets() / ROOM).stat().st_mtime
    except OSError:
        return float("inf")
    return seconds if seconds >= 0 else float("inf")


def write_room(count: int) -> None:
    """Write how many runs the cluster can train at once, for every process of the server."""
    tickets().mkdir(parents=True, exist_ok=True)
    write_bytes(tickets() / ROOM, str(count).encode())
