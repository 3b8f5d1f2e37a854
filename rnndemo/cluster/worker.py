"""The process of a run that may train on a cluster: `rnndemo.training.worker` with two places.

It waits for a place on this machine and for one on the cluster. If the cluster's comes first, the
cluster trains the run and this process mirrors it: events, checkpoints and the network come into
the run's folder, and people's requests go to the cluster. The folder is like that of any run, and
the run can be resumed from it anywhere. This process needs no torch for that.
"""

from __future__ import annotations

import socket
import sys
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rnndemo.cluster.mirror import UNREACHED, Mirror, own_data
from rnndemo.config import DATA_SETS
from rnndemo.errors import InputError
from rnndemo.jobs import cluster
from rnndemo.jobs.queue import Turn
from rnndemo.storage.log import Event, EventReader
from rnndemo.training import worker
from rnndemo.training.folder import load_config
from rnndemo.training.state import change_state

if TYPE_CHECKING:
    from rnndemo.cluster.dask import LiveCluster

CONNECT_TIMEOUT = 8.0  # seconds in which a cluster must answer
QUEUE_SECONDS, MAX_QUEUE_SECONDS = 0.1, 5.0  # between two looks at the first place; at most
ROOM_SECONDS, RETRY_SECONDS = 2.0, 5.0  # between two checks of its room; after one that failed


class HereOrCluster:
    """A run's turn to train, on this machine or on the cluster.

    Parameters
    ----------
    queue : Path
        This machine's.
    folder : Path
        The run's.
    """

    def __init__(self, queue: Path, folder: Path, ticket: int | None = None) -> None:
        visitor = folder.parent.name
        self.here = worker.turn_here(queue, folder, ticket)
        self.there = Turn(cluster.tickets(), folder.name, cluster.room, visitor)
        self.folder = folder
        self.on_cluster = False
        self.connected: LiveCluster | None = None
        self.next_check = 0.0

    def place(self) -> int:
        """Return 0 if the run may train, else its place among those that wait, from 1."""
        here = self.here.place()
        if not here:
            self.there.give_back()
            return 0
        if here == 1:
            self._check_room()
        if not self.portable or self.there.place():
            return here
        self.here.give_back()
        self.on_cluster = True
        return 0

    @cached_property
    def portable(self) -> bool:
        """Whether the run's data is on every machine, or can be sent."""
        try:
            config = load_config(self.folder)
            return config.data.name in DATA_SETS or bool(own_data(config))
        except InputError:
            return False

    def _check_room(self) -> None:
        """Write the cluster's capacity, for all runs that wait behind this one too."""
        if cluster.age() < ROOM_SECONDS or time.monotonic() < self.next_check:
            return
        try:
            room = self.connect().capacity
        except InputError:  # it may come back; until then runs wait for this machine
            self.next_check, room = time.monotonic() + RETRY_SECONDS, 0
        cluster.write_room(room)

    def connect(self) -> LiveCluster:
        """Return the cluster; raise an `InputError` if it cannot be reached."""
        if self.connected is not None and self.connected.lost:
            self.disconnect()
        if self.connected is None:
            _check_listens(cluster.scheduler())
            from rnndemo.cluster.dask import LiveCluster

            self.connected = LiveCluster(cluster.scheduler(), patience=CONNECT_TIMEOUT)
        return self.connected

    def disconnect(self) -> None:
        """Close the connection to the cluster, if there is one."""
        if self.connected is not None:
            with suppress(OSError):
                self.connected.close()
            self.connected = None

    def give_back(self) -> None:
        """Let another run train."""
        self.disconnect()
        self.here.give_back()
        self.there.give_back()


def _check_listens(address: str) -> None:
    """Raise an `InputError` if nothing listens at an address: quicker than importing Dask."""
    try:
        parts = urlsplit(address)
        socket.create_connection((parts.hostname or "", parts.port or 0), CONNECT_TIMEOUT).close()
    except (OSError, ValueError):
        raise InputError(UNREACHED) from None


def train(folder: Path, controls: EventReader, turn: HereOrCluster, requests: list[Event]) -> None:
    """Train the run on this machine or on the cluster, as its turn says."""
    if not turn.on_cluster:
        turn.disconnect()
        worker.train_here(folder, controls, turn.here, requests)
        return
    try:
        connected = turn.connect()
    except InputError:
        change_state(folder, status="paused", doing="", message=UNREACHED, values={})
        return
    Mirror(folder, controls, connected, requests).run()


def wait(place: int) -> None:
    """Wait before a run looks at its place again: the later its turn, the longer."""
    time.sleep(min(QUEUE_SECONDS * place, MAX_QUEUE_SECONDS))


if __name__ == "__main__":
    sys.exit(worker.work(sys.argv[1:], HereOrCluster, train, wait))
