"""Messages between a run on a cluster and its launcher: see `rnndemo.cluster.remote`.

They are sent as dictionaries of their fields, with types that msgpack can encode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rnndemo.storage.log import Event
from rnndemo.storage.names import CARD, CHECKPOINT, CONFIG, REPORT, STATE, WEIGHTS

SENT_OUT = (CONFIG, STATE, CHECKPOINT)  # files of a run that its worker receives
SENT_BACK = (CHECKPOINT, WEIGHTS, CARD, REPORT)  # files that the worker sends back
# requests whose effect a checkpoint stores; events of the same kinds follow
LASTING = ("lr", "epochs")


@dataclass(frozen=True)
class Cargo:
    """The first message to an attempt: all that the run needs. Requests follow.

    Parameters
    ----------
    files : mapping of str to bytes
        Those of `SENT_OUT` that exist.
    data : mapping of str to bytes
        Files of a set of own classes, by their path below the data folder.
    requests : sequence of Event
        The first requests.
    most_seconds : float
        Of training, over all resumes; 0: no limit. A launcher of an older version sends none.
    """

    files: Mapping[str, bytes]
    data: Mapping[str, bytes] = field(default_factory=dict)
    requests: Sequence[Event] = ()
    most_seconds: float = 0.0


@dataclass(frozen=True)
class RunUpdate:
    """What is new of a run since the last update; the first names only the attempt.

    Parameters
    ----------
    attempt : str
        Random name of the attempt, that is of this start of the task.
    received : int
        How many requests it has received; in the last update, how many it has read.
    events : bytes
        Whole lines of the event log.
    files : mapping of str to bytes
        Changed files. The checkpoint that stores an event of a kind in `LASTING` comes with that
        event or before.
    state : bytes
        ``state.json``; empty before it exists.
    last : bool
        Whether the training is over.
    """

    attempt: str
    received: int = 0
    events: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    state: bytes = b""
    last: bool = False


def lasting_events(lines: bytes) -> int:
    """Return how many events have a kind in `LASTING`."""
    return sum(lines.count(b'{"kind":"%b"' % kind.encode()) for kind in LASTING)
