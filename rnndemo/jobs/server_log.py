"""A server's log that stays small: what repeats is written a few times, then counted."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

SOME, SECONDS = 5, 60.0  # of the same message, so many are written in so many seconds
SAME = 20  # first letters in which messages agree that are the same but for a name or a number
LOGGERS = ("asyncio", "uvicorn.error", "streamlit")


class Repeats(logging.Filter):
    """Lets a few of the same messages pass, and says later how many more there were.

    A server without free descriptors is told so by asyncio some thousand times a second, each with
    a traceback.

    Parameters
    ----------
    clock : callable, optional
        Returns seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.clock = clock
        self.seen: dict[tuple[str, int, str], list[float]] = {}  # -> since when, how many

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write a message (`logging.Filter`)."""
        key = (record.name, record.levelno, str(record.msg)[:SAME])
        now = self.clock()
        since, count = self.seen.get(key, (now, 0))
        if now - since >= SECONDS:
            if count > SOME:
                left_out = int(count - SOME)
                record.msg = f"{record.getMessage()} ({left_out} more like this were left out)"
                record.args = ()
            since, count = now, 0
        self.seen[key] = [since, count + 1]
        return count < SOME


def bound_log() -> None:
    """Let what the server says repeatedly be written a few times; to be called once."""
    repeats = Repeats()
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.addFilter(repeats)
        for handler in logger.handlers:  # a logger's filter does not see what its children say
            handler.addFilter(repeats)
