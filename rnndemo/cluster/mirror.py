"""A run that a cluster trains, mirrored into its folder: see `rnndemo.cluster.remote`."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rnndemo import codec
from rnndemo.cluster.messages import BROUGHT, CHECKPOINT, Cargo, RunRequest, RunUpdate
from rnndemo.config import RunConfig
from rnndemo.errors import N_
from rnndemo.storage.files import read_json, write_bytes
from rnndemo.storage.folders import home
from rnndemo.storage.log import Event, EventLog, EventReader
from rnndemo.storage.names import EVENTS, STATE
from rnndemo.training import worker
from rnndemo.training.requests import VALUES
from rnndemo.training.state import CLUSTER, read_state
from rnndemo.trials.executor import DIED, Ended
from rnndemo.trials.task import COMPLETE, Result, Task

if TYPE_CHECKING:
    from rnndemo.cluster.dask import LiveCluster

NEWS, WISHES = 0.25, 0.03  # seconds between two questions what is new; between two looks at wishes
SILENCE = 60.0  # seconds without an answer after which a worker counts as gone
RATE = 500_000  # bytes a second that checkpoints may take
MAX_DATA = 20_000_000  # bytes of a set of own classes that go along; a larger one is trained here
MAX_ATTEMPTS = 2
LASTING = ("lr", "epochs")  # wishes that a checkpoint keeps; an event of the same kind tells of it

UNREACHED = N_(
    "The cluster cannot be reached any more. Nothing is lost: resume goes on from the last "
    "checkpoint, here or there."
)
GONE = N_(
    "The worker on the cluster that trained this run ended, and so did the next one; is there "
    "memory enough? Nothing is lost: resume goes on from the last checkpoint."
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
        What people wish.
    reached : LiveCluster
    wishes : list of Event
        What to begin with.
    """

    def __init__(
        self, folder: Path, controls: EventReader, reached: LiveCluster, wishes: list[Event]
    ) -> None:
        self.folder, self.controls, self.cluster = folder, controls, reached
        self.config = codec.from_json(read_json(folder / BROUGHT[0]))
        self.begin = wishes
        self.attempts = 0
        self.asked = RunRequest()
        self.wishes: list[tuple[int, Event]] = []  # of this attempt, and where each lies
        self.course: Event = {"kind": "go"}  # what the run was last asked to do
        self.since: list[Event] = []  # wishes that no checkpoint here knows of
        self.fulfilled = 0  # of these, how many the next checkpoint knows of
        self.answered = time.monotonic()
        self.spared_until = 0.0
        self.state = b""

    def run(self) -> None:
        """Let the run be trained; return when it has ended or stands, wherever it came to."""
        worker.change(
            self.folder, status="running", doing="preparing", message="", values={}, where=CLUSTER
        )
        try:
            self._submit()
            while not self._ended(self._wait()):
                self._ask()
        finally:
            with suppress(OSError):
                self.cluster.ask(0, replace(self.asked, leave=True))
        for place, _ in self.wishes[self.asked.heard :][:1]:
            self.controls.place = place  # what came too late is for who has the run next

    def _submit(self) -> None:
        self.cluster.submit(Task(0, self.config, self.folder))

    def _wait(self) -> Result | None:
        """Wait until it is time to ask; return the result if the task ends meanwhile."""
        deadline = time.monotonic() + NEWS
        while time.monotonic() < deadline and not self.controls.waiting():
            for told in self.cluster.finished(WISHES):
                if isinstance(told, Ended):
                    return told.result
        return None

    def _ended(self, result: Result | None) -> bool:
        """Tell whether it is over, after a task has ended by `result`, or goes on by None."""
        if result is None:
            if self.asked.attempt and time.monotonic() - self.answered > SILENCE:
                return self._stand(UNREACHED)
            return self.attempts > MAX_ATTEMPTS and self._stand(GONE)
        last = self.cluster.last
        if result.state == COMPLETE and last is not None and not last.left:
            if last.attempt == self.asked.attempt:
                self._take(last)
            return True
        if result.state != COMPLETE and result.message != DIED:
            return self._stand(UNREACHED)
        if self.attempts >= MAX_ATTEMPTS:
            return self._stand(UNREACHED if result.state == COMPLETE else GONE)
        self._submit()
        return False

    def _stand(self, message: str) -> bool:
        worker.change(self.folder, status="paused", doing="", message=message, values={})
        return True

    def _ask(self) -> None:
        place = self.controls.place
        for wish in self.controls.new():
            if wish["kind"] in VALUES:
                self.wishes.append((place, wish))
            place = self.controls.place
        spared = (CHECKPOINT,) if self._spares() else ()
        wishes = tuple(wish for _, wish in self.wishes[self.asked.heard :])
        self.asked = replace(self.asked, wishes=wishes, spared=spared)
        answer = self.cluster.ask(0, self.asked)
        if answer is None:
            return
        self.answered = time.monotonic()
        if answer.attempt != self.asked.attempt:
            self._attempt(answer.attempt)
        else:
            self.asked = replace(self.asked, cargo=None)
            self._take(answer)

    def _spares(self) -> bool:
        """Tell whether the checkpoint here is good enough for now."""
        return not self.fulfilled and time.monotonic() < self.spared_until

    def _attempt(self, attempt: str) -> None:
        """Give the run to a worker that has none yet, from the newest checkpoint here."""
        self.attempts += 1
        self.wishes = self.wishes[self.asked.heard :]
        self.asked = RunRequest(attempt)
        if self.attempts > MAX_ATTEMPTS:
            return
        for wish in self.begin:
            self._heed(wish)
        stands = read_state(self.folder).status == "paused"
        course = {"kind": "hold"} if stands else self.course
        wishes = self.begin or [*self.since, course]
        paths = [self.folder / name for name in BROUGHT]
        files = {path.name: path.read_bytes() for path in paths if path.is_file()}
        cargo = Cargo(files, own_data(self.config), tuple(wishes))
        self.asked = replace(self.asked, cargo=cargo)
        self.begin, self.spared_until, self.fulfilled = [], 0.0, 0

    def _heed(self, wish: Event) -> None:
        """Keep in mind what must be wished again where a worker dies."""
        if wish["kind"] in LASTING:
            self.since.append(wish)
        if wish["kind"] != "lr":
            self.course = {"kind": "go"} if wish["kind"] == "epochs" else wish

    def _take(self, answer: RunUpdate) -> None:
        """Put what is new into the folder: the state last, so that it is never ahead."""
        lines = answer.events[self.asked.place - answer.place :]
        self.fulfilled += sum(lines.count(b'{"kind":"%b"' % kind.encode()) for kind in LASTING)
        for name, (_, content) in answer.files.items():
            write_bytes(self.folder / Path(name).name, content)
            if name == CHECKPOINT:
                self.since, self.fulfilled = self.since[self.fulfilled :], 0
                self.spared_until = time.monotonic() + len(content) / RATE
        for _, wish in self.wishes[self.asked.heard : answer.heard]:
            self._heed(wish)
        if lines:
            log = EventLog(self.folder / EVENTS)
            try:
                log.write_lines(lines)
            finally:
                log.close()
        if answer.state not in (b"", self.state):
            write_bytes(self.folder / STATE, answer.state)
            self.state = answer.state
        stamps = {name: stamp for name, (stamp, _) in answer.files.items()}
        self.asked = replace(
            self.asked, heard=answer.heard, place=self.asked.place + len(lines),
            seen={**self.asked.seen, **stamps},
        )  # fmt: skip
