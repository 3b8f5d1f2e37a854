"""What a visitor asks to be compared, and what is told of how it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rnndemo.comparison.peers import PEERS
from rnndemo.data.own_data import offered
from rnndemo.errors import InputError

MOST_EPOCHS, MOST_SEEDS = 200, 5
LIMITS = {"epochs": (0, MOST_EPOCHS), "seeds": (1, MOST_SEEDS)}


@dataclass(frozen=True)
class Asked:
    """What a comparison is to measure.

    Parameters
    ----------
    data : str
        A registered data set, or ``set:ID``.
    peers : tuple of str
        Keys of `PEERS`.
    epochs : int
        Of each network; 0 for as many as the amount of pictures asks for.
    seeds : int
        Trainings of each network.
    made : float
        Seconds since 1970.
    """

    data: str
    peers: tuple[str, ...]
    epochs: int
    seeds: int
    made: float = 0.0

    @property
    def all_peers(self) -> list[str]:
        """The peers, and those whose training time they are given, in the order of the table."""
        wanted = {*self.peers, *(PEERS[name].time_of for name in self.peers if name in PEERS)}
        return [name for name in PEERS if name in wanted]

    def check(self) -> None:
        """See that it can be measured.

        Raises
        ------
        InputError
            If it cannot.
        """
        if not offered(self.data):
            raise InputError("There is no data set {name!r} here.", name=self.data[:40])
        if not self.peers or any(name not in PEERS for name in self.peers):
            raise InputError("Choose at least one peer.")
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise InputError(
                    "{field} = {value!r}: a whole number from {low} to {high} is needed.",
                    field=name, value=value, low=least, high=most,
                )  # fmt: skip


@dataclass(frozen=True)
class Status:
    """What a comparison is doing: "queued", "running", "done", "stopped" or "failed".

    Parameters
    ----------
    status : str
    place : int
        In the queue.
    message : str
        What went wrong, a gettext key.
    values : dict
        Of its placeholders.
    """

    status: str
    place: int = 0
    message: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether a process waits or measures."""
        return self.status in ("queued", "running")
