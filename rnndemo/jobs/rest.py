"""How many paused trainings keep their process, and with it all that they have loaded."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path

from rnndemo.jobs.machine import slots
from rnndemo.jobs.tickets import waiting
from rnndemo.storage.locks import locked

PLACE = ".resting-"  # a file that the process in this place holds locked


class Rest:
    """A place for a paused process to rest in, of as many as may train at once.

    Parameters
    ----------
    queue : Path
        The folder of the tickets: while a job waits there, nobody rests.
    """

    def __init__(self, queue: Path) -> None:
        self.queue = queue
        self.place = ExitStack()
        self.resting = False

    def possible(self) -> bool:
        """Return whether it may rest now; then it has a place until it leaves."""
        if waiting(self.queue):
            return False
        for number in range(0 if self.resting else slots()):
            with suppress(OSError):  # somebody else's, or there is no queue
                self.place.enter_context(locked(self.queue / f"{PLACE}{number}", patience=0))
                self.resting = True
                break
        return self.resting

    def leave(self) -> None:
        """Leave its place to others."""
        self.place.close()
        self.resting = False
