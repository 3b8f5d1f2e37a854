"""What a run on a cluster and its launcher say to each other: see `rnndemo.cluster.remote`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rnndemo.storage.log import Event
from rnndemo.storage.names import STATE

CHECKPOINT = "checkpoint.safetensors"
BROUGHT = ("config.json", STATE, CHECKPOINT)  # of a run, to begin with
SENT_BACK = (CHECKPOINT, "model.safetensors", "card.json", "report.npz")


@dataclass(frozen=True)
class Cargo:
    """What a run is trained from.

    Parameters
    ----------
    files : mapping of str to bytes
        `BROUGHT`, as far as there are any.
    data : mapping of str to bytes
        A set of own classes: its files by their path below the data folder.
    wishes : tuple of Event
        What to begin with.
    """

    files: Mapping[str, bytes]
    data: Mapping[str, bytes] = field(default_factory=dict)
    wishes: tuple[Event, ...] = ()


@dataclass(frozen=True)
class RunRequest:
    """What a launcher wants to know, and what it has got.

    Parameters
    ----------
    attempt : str
        Whom it means: see `RunUpdate`.
    cargo : Cargo or None
        Given to an attempt that has just begun.
    wishes : tuple of Event
        Those that were not heard yet, as far as it knows.
    heard : int
        How many were heard before these.
    place : int
        How many bytes of events it has.
    seen : mapping of str to int
        Stamps of the files that it has.
    spared : tuple of str
        Files that it can do without for now.
    leave : bool
        Whether the run is wanted no more.
    """

    attempt: str = ""
    cargo: Cargo | None = None
    wishes: tuple[Event, ...] = ()
    heard: int = 0
    place: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)
    spared: tuple[str, ...] = ()
    leave: bool = False


@dataclass(frozen=True)
class RunUpdate:
    """What is new.

    Parameters
    ----------
    attempt : str
        Of which begin of the task: each has a random name.
    heard : int
        How many wishes were heard; in the last answer, how many were taken in.
    place : int
        Of the first byte of `events`.
    events : bytes
        Whole lines.
    files : mapping of str to (int, bytes)
        Stamps and contents.
    state : bytes
        ``state.json``; nothing before there is one.
    left : bool
        Whether the task has given the run up, since it was wanted no more or nobody asked.
    """

    attempt: str
    heard: int = 0
    place: int = 0
    events: bytes = b""
    files: Mapping[str, tuple[int, bytes]] = field(default_factory=dict)
    state: bytes = b""
    left: bool = False
