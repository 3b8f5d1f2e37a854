"""A run that a cluster trains, mirrored into its folder: see `rnndemo.cluster.remote`."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from rnndemo.cluster.messages import LASTING, SENT_OUT, Cargo, RunUpdate, lasting_events
from rnndemo.config import RunConfig
from rnndemo.errors import N_
from rnndemo.storage.files import write_bytes
from rnndemo.storage.folders import home
from rnndemo.storage.limits import RUN_SECONDS, limit
from rnndemo.storage.log import Event, EventLog, EventReader
from rnndemo.storage.names import EVENTS, STATE
from rnndemo.training.folder import load_config
from rnndemo.training.requests import VALUES
from rnndemo.training.state import CLUSTER, change_state, read_state
from rnndemo.trials.executor import DIED
from rnndemo.trials.task import COMPLETE, Result, Task

if TYPE_CHECKING:
    from rnndemo.cluster.dask import LiveCluster

REQUEST_SECONDS = 0.05  # between two reads of people's requests
UPDATE_TIMEOUT = 60.0  # seconds without an update after which a worker counts as dead
MAX_DATA = 20_000_000  # bytes of a set of own classes; with a larger one, runs train here
MAX_ATTEMPTS = 2

UNREACHED = N_(
    "The cluster can no longer be reached. Nothing is lost: Resume continues from the last "
    "checkpoint, here or on the cluster."
)
GONE = N_(
    "The cluster worker that trained this run died, and so did its replacement. Is there "
    "enough memory? Nothing is lost: Resume continues from the last checkpoint."
)


def own_data(config: RunConfig) -> dict[str, bytes]:
    """Return the files of the set of own classes of a run, by paths below the data folder.

    Nothing if the run has another data set, or the set is larger than `MAX_DATA`.

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
    """Keeps the folder here up to date with a run on the cluster, and passes on requests.

    Parameters
    ----------
    controls : EventReader
        People's requests.
    requests : list of Event
        The first requests.
    """

    def __init__(
        self, folder: Path, controls: EventReader, cluster: LiveCluster, requests: list[Event]
    ) -> None:
        self.folder, self.controls, self.cluster = folder, controls, cluster
        self.config = load_config(folder)
        self.first_requests = requests
        self.attempts: list[str] = []
        self.requests: list[tuple[int, Event]] = []  # for this attempt, each with its first byte
        self.received = 0  # how many of them the attempt has received
        self.course: Event = {"kind": "go"}  # the last request to train or to pause
        self.unsaved: list[Event] = []  # lasting requests that no checkpoint here stores
        self.updated = time.monotonic()
        self.state = b""

    def run(self) -> None:
        """Let the cluster train the run; return when it has ended, is paused, or is lost."""
        change_state(
            self.folder, status="running", doing="preparing", message="", values={}, where=CLUSTER
        )
        self._submit()
        while not self._over(self.cluster.receive(REQUEST_SECONDS)):
            self._pass_on()
        for place, _ in self.requests[self.received :][:1]:
            self.controls.place = place  # requests that came too late are left for the next worker

    def _submit(self) -> None:
        self.cluster.submit(Task(0, self.config, self.folder))

    def _over(self, news: RunUpdate | Result | None) -> bool:
        """Handle an update or the task's end; return whether `run` has to return."""
        if isinstance(news, RunUpdate):
            self.updated = time.monotonic()
            if news.attempt not in self.attempts:
                return self._start(news.attempt)
            if news.attempt == self.attempts[-1]:
                self._store(news)
            return news.last and news.attempt == self.attempts[-1]
        if news is None or news.state == COMPLETE:  # then the last update is on its way
            silent = self.attempts and time.monotonic() - self.updated > UPDATE_TIMEOUT
            return bool(silent) and self._pause(UNREACHED)
        if news.message != DIED:
            return self._pause(UNREACHED)
        if len(self.attempts) >= MAX_ATTEMPTS:
            return self._pause(GONE)
        self._submit()
        return False

    def _pause(self, message: str) -> bool:
        change_state(self.folder, status="paused", doing="", message=message, values={})
        return True

    def _pass_on(self) -> None:
        """Send new requests to the attempt; the next one gets those that it does not receive."""
        place = self.controls.place
        for request in self.controls.new():
            if request["kind"] in VALUES:
                self.requests.append((place, request))
                if self.attempts:
                    self.cluster.send(self.attempts[-1], request)
            place = self.controls.place

    def _start(self, attempt: str) -> bool:
        """Send the run, from the newest checkpoint here, to a new attempt; return as `_over`."""
        self.attempts.append(attempt)
        if len(self.attempts) > MAX_ATTEMPTS:
            return self._pause(GONE)
        del self.requests[: self.received]
        self.received = 0
        for request in self.first_requests:
            self._remember(request)
        paused = read_state(self.folder).status == "paused"
        course = {"kind": "hold"} if paused else self.course
        requests = tuple(self.first_requests or [*self.unsaved, course])
        paths = [self.folder / name for name in SENT_OUT]
        files = {path.name: path.read_bytes() for path in paths if path.is_file()}
        cargo = Cargo(files, own_data(self.config), requests, limit(RUN_SECONDS))
        self.cluster.send(attempt, cargo)
        for _, request in self.requests:
            self.cluster.send(attempt, request)
        self.first_requests = []
        return False

    def _remember(self, request: Event) -> None:
        """Remember a request that must be sent again if the worker dies."""
        if request["kind"] in LASTING:
            self.unsaved.append(request)
        if request["kind"] != "lr":
            self.course = {"kind": "go"} if request["kind"] == "epochs" else request

    def _store(self, update: RunUpdate) -> None:
        """Write an update into the folder: the state last, so that it is never ahead."""
        for name, content in update.files.items():
            write_bytes(self.folder / Path(name).name, content)
        for _, request in self.requests[self.received : update.received]:
            self._remember(request)
        self.received = update.received
        del self.unsaved[: lasting_events(update.events)]
        if update.events:
            with closing(EventLog(self.folder / EVENTS)) as log:
                log.write_lines(update.events)
        if update.state not in (b"", self.state):
            write_bytes(self.folder / STATE, update.state)
            self.state = update.state
