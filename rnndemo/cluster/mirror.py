"""A run that a cluster trains, mirrored into its folder: see `rnndemo.cluster.remote`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from rnndemo import codec
from rnndemo.cluster.messages import BROUGHT, LASTING, Cargo, RunUpdate, lasting_events
from rnndemo.config import RunConfig
from rnndemo.errors import N_
from rnndemo.storage.files import read_json, write_bytes
from rnndemo.storage.folders import home
from rnndemo.storage.log import Event, EventLog, EventReader
from rnndemo.storage.names import EVENTS, STATE
from rnndemo.training import worker
from rnndemo.training.requests import VALUES
from rnndemo.training.state import CLUSTER, read_state
from rnndemo.trials.executor import DIED
from rnndemo.trials.task import COMPLETE, Result, Task

if TYPE_CHECKING:
    from rnndemo.cluster.dask import LiveCluster

LOOK_SECONDS = 0.05  # between two looks at what people ask for
SILENCE = 60.0  # seconds without an update after which a worker counts as gone
MAX_DATA = 20_000_000  # bytes of a set of own classes that go along; a larger one is trained here
MAX_ATTEMPTS = 2

UNREACHED = N_(
    "The cluster can no longer be reached. Nothing is lost: resume continues from the last "
    "checkpoint, here or on the cluster."
)
GONE = N_(
    "The cluster worker that trained this run died, and so did its replacement. Is there "
    "enough memory? Nothing is lost: resume continues from the last checkpoint."
)


def own_data(config: RunConfig) -> dict[str, bytes]:
    """Return the set of own classes that a run is trained on, by paths below the data folder.

    Returns
    -------
    dict of str to bytes
        Nothing where it is trained on something else, or the set is too large to go along.

    Raises
    ------
    InputError
        If there is no such set.
    """
    kind, _, name = config.data.name.partition(":")
    if kind != "set":
        return {}
    from rnndemo.data.own.shelf import OwnSets

    files = [path for path in OwnSets.find_anyones(name).folder.iterdir() if path.is_file()]
    if sum(path.stat().st_size for path in files) > MAX_DATA:
        return {}
    return {path.relative_to(home()).as_posix(): path.read_bytes() for path in files}


class Mirror:
    """A run on the cluster, and its folder here.

    Parameters
    ----------
    folder : Path
    controls : EventReader
        What people ask for.
    reached : LiveCluster
    requests : list of Event
        What to begin with.
    """

    def __init__(
        self, folder: Path, controls: EventReader, reached: LiveCluster, requests: list[Event]
    ) -> None:
        self.folder, self.controls, self.cluster = folder, controls, reached
        self.config = codec.from_json(read_json(folder / BROUGHT[0]))
        self.begin = requests
        self.attempts: list[str] = []
        self.requests: list[tuple[int, Event]] = []  # to this attempt, and where each lies
        self.received = 0  # how many of them
        self.course: Event = {"kind": "go"}  # what the run was last asked to do
        self.unsaved: list[Event] = []  # requests that no checkpoint here stores
        self.updated = time.monotonic()
        self.state = b""

    def run(self) -> None:
        """Let the run be trained; return when it has ended or stands, wherever it came to."""
        worker.change(
            self.folder, status="running", doing="preparing", message="", values={}, where=CLUSTER
        )
        self._submit()
        while not self._over(self.cluster.receive(LOOK_SECONDS)):
            self._pass_on()
        for place, _ in self.requests[self.received :][:1]:
            self.controls.place = place  # what came too late is for who has the run next

    def _submit(self) -> None:
        self.cluster.submit(Task(0, self.config, self.folder))

    def _over(self, news: RunUpdate | Result | None) -> bool:
        """Do what follows from an update or the task's end; return whether the run is over here."""
        if isinstance(news, RunUpdate):
            self.updated = time.monotonic()
            if news.attempt not in self.attempts:
                return self._attempt(news.attempt)
            if news.attempt == self.attempts[-1]:
                self._take(news)
            return news.last and news.attempt == self.attempts[-1]
        if news is None or news.state == COMPLETE:  # then the last update is on its way
            silent = self.attempts and time.monotonic() - self.updated > SILENCE
            return bool(silent) and self._stand(UNREACHED)
        if news.message != DIED:
            return self._stand(UNREACHED)
        if len(self.attempts) >= MAX_ATTEMPTS:
            return self._stand(GONE)
        self._submit()
        return False

    def _stand(self, message: str) -> bool:
        worker.change(self.folder, status="paused", doing="", message=message, values={})
        return True

    def _pass_on(self) -> None:
        """Pass on what people ask for; what nobody receives is passed on to the next attempt."""
        place = self.controls.place
        for request in self.controls.new():
            if request["kind"] in VALUES:
                self.requests.append((place, request))
                if self.attempts:
                    self.cluster.send(self.attempts[-1], request)
            place = self.controls.place

    def _attempt(self, attempt: str) -> bool:
        """Give the run to a worker that has none yet, from the newest checkpoint here."""
        self.attempts.append(attempt)
        if len(self.attempts) > MAX_ATTEMPTS:
            return self._stand(GONE)
        del self.requests[: self.received]
        self.received = 0
        for request in self.begin:
            self._remember(request)
        stands = read_state(self.folder).status == "paused"
        course = {"kind": "hold"} if stands else self.course
        requests = tuple(self.begin or [*self.unsaved, course])
        paths = [self.folder / name for name in BROUGHT]
        files = {path.name: path.read_bytes() for path in paths if path.is_file()}
        self.cluster.send(attempt, Cargo(files, own_data(self.config), requests))
        for _, request in self.requests:
            self.cluster.send(attempt, request)
        self.begin = []
        return False

    def _remember(self, request: Event) -> None:
        """Remember what must be asked for again where a worker dies."""
        if request["kind"] in LASTING:
            self.unsaved.append(request)
        if request["kind"] != "lr":
            self.course = {"kind": "go"} if request["kind"] == "epochs" else request

    def _take(self, update: RunUpdate) -> None:
        """Put what is new into the folder: the state last, so that it is never ahead."""
        for name, content in update.files.items():
            write_bytes(self.folder / Path(name).name, content)
        for _, request in self.requests[self.received : update.received]:
            self._remember(request)
        self.received = update.received
        del self.unsaved[: lasting_events(update.events)]
        if update.events:
            log = EventLog(self.folder / EVENTS)
            try:
                log.write_lines(update.events)
            finally:
                log.close()
        if update.state not in (b"", self.state):
            write_bytes(self.folder / STATE, update.state)
            self.state = update.state
