"""The process of a run that may train on a cluster: `rnndemo.training.worker` with two places.

It waits for a place on this machine and for one on the cluster. Where the cluster's comes first, it
hands the run over and mirrors it: its events, its checkpoints and its network come into the run's
folder, what people ask for goes the other way. Nobody who looks at the folder sees a difference,
and the run can go on from it anywhere. It imports no torch for that.
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

from rnndemo import codec
from rnndemo.cluster.messages import BROUGHT
from rnndemo.cluster.mirror import UNREACHED, Mirror, own_data
from rnndemo.config import DATA_SETS
from rnndemo.errors import InputError
from rnndemo.jobs import cluster
from rnndemo.jobs.queue import Turn
from rnndemo.storage.files import read_json
from rnndemo.storage.log import Event, EventReader
from rnndemo.training import worker

if TYPE_CHECKING:
    from rnndemo.cluster.dask import LiveCluster

REACHING = 8.0  # seconds in which a cluster must answer
LOOK, AGAIN = 2.0, 5.0  # seconds between two looks at its room; and after one that failed


class HereOrCluster:
    """A run's turn to train, on this machine or on the cluster.

    Parameters
    ----------
    queue : Path
        Of this machine.
    folder : Path
        The run's.
    """

    def __init__(self, queue: Path, folder: Path) -> None:
        self.here = Turn(queue, folder.name)
        self.there = Turn(cluster.tickets(), folder.name, cluster.room)
        self.folder = folder
        self.goes = False  # whether its place is on the cluster
        self.reached: LiveCluster | None = None
        self.look_again = 0.0

    def place(self) -> int:
        """Return 0 when it may train, else its place among those that wait, from 1."""
        here = self.here.place()
        if not here:
            self.there.give_back()
            return 0
        if here == 1:
            self._look()
        if not self.portable or self.there.place():
            return here
        self.here.give_back()
        self.goes = True
        return 0

    @cached_property
    def portable(self) -> bool:
        """Whether the run's data is on every machine, or can go along."""
        try:
            config = codec.from_json(read_json(self.folder / BROUGHT[0]))
            return config.data.name in DATA_SETS or bool(own_data(config))
        except InputError:
            return False

    def _look(self) -> None:
        """See how much room the cluster has, for all that wait behind this run too."""
        if cluster.age() < LOOK or time.monotonic() < self.look_again:
            return
        try:
            room = self.reach().capacity
        except InputError:  # it may come back; until then this machine has places
            self.look_again, room = time.monotonic() + AGAIN, 0
        cluster.write_room(room)

    def reach(self) -> LiveCluster:
        """Return the cluster; an `InputError` where it cannot be reached."""
        if self.reached is not None and self.reached.lost:
            self.leave()
        if self.reached is None:
            _check_listens(cluster.scheduler())
            from rnndemo.cluster.dask import LiveCluster

            self.reached = LiveCluster(cluster.scheduler(), patience=REACHING)
        return self.reached

    def leave(self) -> None:
        """Let go of the cluster."""
        if self.reached is not None:
            with suppress(OSError):
                self.reached.close()
            self.reached = None

    def give_back(self) -> None:
        """Let another run train."""
        self.leave()
        self.here.give_back()
        self.there.give_back()


def _check_listens(address: str) -> None:
    """See quickly, and with nothing imported, that somebody listens at an address."""
    try:
        parts = urlsplit(address)
        socket.create_connection((parts.hostname or "", parts.port or 0), REACHING).close()
    except (OSError, ValueError):
        raise InputError(UNREACHED) from None


def train(folder: Path, controls: EventReader, turn: HereOrCluster, requests: list[Event]) -> None:
    """Train the run where its place is."""
    if not turn.goes:
        turn.leave()
        worker.train_here(folder, controls, turn.here, requests)
        return
    try:
        reached = turn.reach()
    except InputError:
        worker.change(folder, status="paused", doing="", message=UNREACHED, values={})
        return
    Mirror(folder, controls, reached, requests).run()


if __name__ == "__main__":
    sys.exit(worker.work(sys.argv[1:], HereOrCluster, train))
