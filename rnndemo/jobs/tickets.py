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
from collections import Counter
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
    """Return the tickets that count, by number, and remove those of processes that have ended."""
    found = []
    for ticket in _all(folder):
        if ticket.state == STORED or is_locked(ticket.path):
            found.append(ticket)
        else:
            ticket.path.unlink(missing_ok=True)
    return found


def stored(folder: Path, job: str = "") -> list[Ticket]:
    """Return the tickets without a process, those of one job or all; no lock is looked at."""
    return [
        ticket
        for ticket in _all(folder)
        if ticket.state == STORED and job in ("", ticket.job)
    ]  # fmt: skip


def _all(folder: Path) -> list[Ticket]:
    names: list[str] = []
    with suppress(OSError):  # nobody has drawn a ticket yet
        names = sorted(os.listdir(folder))  # noqa: PTH208  (three times as fast as paths)
    return [ticket for name in names if (ticket := parsed(folder / name)) is not None]


def number(known: Iterable[Ticket], served: Mapping[str, int]) -> int:
    """Return a number for a new ticket: the time, but more than any known one has.

    So a clock that is set back puts nobody before others.
    """
    last = max((ticket.number for ticket in known), default=0)
    return max(time.time_ns(), last + 1, max(served.values(), default=0) + 1)


def order(known: Iterable[Ticket], served: Mapping[str, int]) -> list[Ticket]:
    """Return the tickets that wait, in the order in which they are served: visitors take turns.

    Who has a training waits behind those who have none. Among these a visitor counts as having come
    when the oldest ticket was drawn, or when the visitor was last served, whichever is later. The
    tickets of one visitor are served in the order in which they were drawn.

    Parameters
    ----------
    served : mapping of str to int
        Visitor -> the number at which the visitor's last ticket was served.
    """
    known = list(known)
    before = Counter(ticket.visitor for ticket in known if ticket.state == TRAINS)
    keys: dict[Ticket, tuple[int, int, int]] = {}
    for ticket in sorted(known, key=lambda one: one.number):
        if ticket.state != TRAINS:
            came = max(ticket.number, served.get(ticket.visitor, 0))
            keys[ticket] = before[ticket.visitor], came, ticket.number
            before[ticket.visitor] += 1
    return sorted(keys, key=keys.__getitem__)


def read_served(folder: Path) -> dict[str, int]:
    """Return when visitors were last served, nothing where that cannot be read."""
    try:
        content = read_json(folder / SERVED)
        return {str(visitor): int(when) for visitor, when in content.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def write_served(ticket: Ticket, known: Iterable[Ticket]) -> None:
    """Write that a visitor is served now.

    Only visitors with further tickets are remembered: the next ticket of any other has a larger
    number anyway.
    """
    known, served = list(known), read_served(ticket.folder)
    waiting = {one.visitor for one in known if one.state != TRAINS and one != ticket}
    served[ticket.visitor] = number(known, served)
    with suppress(OSError):  # a full disk costs the order of turns, no turn
        write_json(
            ticket.folder / SERVED,
            {visitor: when for visitor, when in served.items() if visitor in waiting},
        )
