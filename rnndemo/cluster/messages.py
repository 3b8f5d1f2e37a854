"""What a run on a cluster and its launcher send each other: see `rnndemo.cluster.remote`.

As messages they are the dictionaries of their fields, of what msgpack knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rnndemo.storage.log import Event
from rnndemo.storage.names import CARD, CHECKPOINT, CONFIG, REPORT, STATE, WEIGHTS

BROUGHT = (CONFIG, STATE, CHECKPOINT)  # of a run, to begin with
SENT_BACK = (CHECKPOINT, WEIGHTS, CARD, REPORT)
LASTING = ("lr", "epochs")  # requests that a checkpoint stores; events of the same kinds report it


@dataclass(frozen=True)
class Cargo:
    """What a run is trained from: the first message to an attempt; requests follow.

    Parameters
    ----------
    files : mapping of str to bytes
        `BROUGHT`, as far as there are any.
    data : mapping of str to bytes
        A set of own classes: its files by their path below the data folder.
    requests : sequence of Event
        What to begin with.
    """

    files: Mapping[str, bytes]
    data: Mapping[str, bytes] = field(default_factory=dict)
    requests: Sequence[Event] = ()


@dataclass(frozen=True)
class RunUpdate:
    """What is new of a run since the update before; the first says only which attempt begins.

    Parameters
    ----------
    attempt : str
        Of which begin of the task: each has a random name.
    received : int
        How many requests it has received; in the last update, how many were acted upon.
    events : bytes
        Whole lines.
    files : mapping of str to bytes
        With an event of a kind in `LASTING`, or before, comes the checkpoint that stores it.
    state : bytes
        ``state.json``; nothing before there is one.
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
    """Return how many of the events are of a kind in `LASTING`."""
    return sum(lines.count(b'{"kind":"%b"' % kind.encode()) for kind in LASTING)
