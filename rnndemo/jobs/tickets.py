"""Tickets of a queue: files whose names say whose they are, and in what order they are served.

A name is ``NUMBER-VISITOR-JOB.STATE``. NUMBER is the time at which the ticket was drawn, JOB the
name of a run, a study or a comparison, VISITOR its visitor's folder, "" where that is unknown.

==========  ====================================================================================
state       meaning
==========  ====================================================================================
``stored``  no process yet: the file says which one to start
``waits``   a process waits, and holds a lock on the file
``trains``  a process trains, and holds a lock on the file
==========  ====================================================================================

The system releases a lock however its process ends, so a killed process takes up no place.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rnndemo.storage.files import read_json, write_json
from rnndemo.storage.locks import is_locked

STORED, WAITS, TRAINS = "stored", "waits", "trains"
SERVED = ".served"  # the file with the number at which each visitor was last served


@dataclass(frozen=True)
class Ticket:
    """A ticket in the folder of a queue."""

    folder: Path
    number: int
    visitor: str
    job: str
    state: str

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / f"{self.number:020d}-{self.visitor}-{self.job}.{self.state}"


def parsed(path: Path) -> Ticket | None:
    """Return the ticket of a file, None if its name is none of a ticket."""
    stem, _, state = path.name.rpartition(".")
    parts = stem.split("-", 2)
    if len(parts) < 3 or not parts[0].isdecimal() or state not in (STORED, WAITS, TRAINS):
        return None
    return Ticket(path.parent, int(parts[0]), parts[1], parts[2], state)


def tickets(folder: Path) -> list[Ticket]:
    """Return the tickets that count, by number: all but those of processes that have ended."""
    return [one for one in _all(folder) if one.state == STORED or is_locked(one.path)]


def stored(folder: Path, job: str = "") -> list[Ticket]:
    """Return the tickets without a process, those of one job or all; no lock is looked at."""
    return [
        ticket
        for ticket in _all(folder)
        if ticket.state == STORED and job in ("", ticket.job)
    ]  # fmt: skip


def waiting(folder: Path) -> bool:
    """Return whether there are tickets without a process: quicker than `stored`."""
    return any(name.endswith(f".{STORED}") for name in _names(folder))


def training(folder: Path) -> int:
    """Return how many processes train: quicker than `tickets`."""
    return sum(name.endswith(f".{TRAINS}") and is_locked(folder / name) for name in _names(folder))


def _names(folder: Path) -> list[str]:
    with suppress(OSError):  # else nobody has drawn a ticket yet
        return os.listdir(folder)  # noqa: PTH208  (three times as fast as paths)
    return []


def _all(folder: Path) -> list[Ticket]:
    found = (parsed(folder / name) for name in sorted(_names(folder)))
    return [ticket for ticket in found if ticket is not None]


def number(known: Iterable[Ticket], served: Mapping[str, int]) -> int:
    """Return a number for a new ticket: the time, but more than any known one has.

    So a clock that is set back puts nobody before others.
    """
    last = max((ticket.number for ticket in known), default=0)
    return max(time.time_ns(), last + 1, max(served.values(), default=0) + 1)


def order(known: Iterable[Ticket], served: Mapping[str, int]) -> list[Ticket]:
    """Return the tickets that wait, in the order in which they are served: visitors take turns.

    In each round every visitor has one ticket served, the oldest first; who has a training has had
    the first round. Within the first, visitors are served in the order in which they came: when
    they drew their oldest ticket, or when their last training ended, whichever is later. Later
    rounds repeat the order of the round before.

    Parameters
    ----------
    served : mapping of str to int
        Visitor -> the number at which the visitor's last training ended.
    """
    rounds: dict[str, int] = {}  # visitor -> round of the next ticket
    last: dict[str, int] = {}  # visitor -> when served in the round before
    waiting: dict[int, list[Ticket]] = {}  # round -> tickets
    first = sorted(known, key=lambda one: (one.state != TRAINS, one.number))
    for place, ticket in enumerate(first):
        turn = rounds.get(ticket.visitor, 0)
        rounds[ticket.visitor] = turn + 1
        if ticket.state == TRAINS:
            last[ticket.visitor] = place
        else:
            waiting.setdefault(turn, []).append(ticket)
    found: list[Ticket] = []
    for turn in sorted(waiting):
        found += sorted(waiting[turn], key=lambda one: _came(one, last, served))
        last |= {ticket.visitor: len(first) + place for place, ticket in enumerate(found)}
    return found


def _came(ticket: Ticket, last: Mapping[str, int], served: Mapping[str, int]) -> tuple[int, int]:
    """Return what the tickets of a round are ordered by."""
    since = max(ticket.number, served.get(ticket.visitor, 0))
    return (1, last[ticket.visitor]) if ticket.visitor in last else (0, since)


def read_served(folder: Path) -> dict[str, int]:
    """Return when visitors were last served, nothing where that cannot be read."""
    try:
        content = read_json(folder / SERVED)
        return {str(visitor): int(when) for visitor, when in content.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def served_after(
    ended: Iterable[Ticket], left: Iterable[Ticket], served: Mapping[str, int]
) -> dict[str, int]:
    """Return when visitors were last served, after some of their trainings have ended.

    Only visitors with further tickets are remembered: the next ticket of any other has a larger
    number anyway.
    """
    left, after = list(left), dict(served)
    for ticket in ended:
        after[ticket.visitor] = number(left, after)
    waiting = {one.visitor for one in left}
    return {visitor: when for visitor, when in after.items() if visitor in waiting}


def clear(folder: Path, ended: Ticket | None = None) -> list[Ticket]:
    """Remove the tickets of processes that have ended, and `ended`; return the others."""
    left = [one for one in tickets(folder) if ended is None or one.number != ended.number]
    over = [one for one in _all(folder) if one not in left]
    for ticket in over:
        ticket.path.unlink(missing_ok=True)
    if any(ticket.state == TRAINS for ticket in over):
        with suppress(OSError):  # a full disk costs the order of turns, no turn
            write_json(folder / SERVED, served_after(over, left, read_served(folder)))
    return left
