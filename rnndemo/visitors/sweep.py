"""What is swept away, at the start of a server and every hour, whoever comes.

- what has been in the trash for longer than a day,
- examples of own classes that were deleted longer ago,
- all of visitors who have not come for `KEEP_DAYS`, unless a process still works for them.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress

from rnndemo.data.own.shelf import OwnSets
from rnndemo.errors import InputError
from rnndemo.storage.folders import TRASHES, empty_trash, folders_in, home
from rnndemo.storage.limits import KEEP_DAYS, limit
from rnndemo.storage.locks import locked
from rnndemo.storage.visitors import keep_private, last_visit, owners
from rnndemo.visitors.belongings import delete_everything, works

EVERY = 3600.0  # seconds
DAY = 24 * 3600
LOCK = ".sweeping"

_log = logging.getLogger(__name__)


def sweep(now: float) -> None:
    """Sweep the data folder once; of several servers on one data folder, one does it at a time.

    Parameters
    ----------
    now : float
        Seconds since 1970.
    """
    if not home().is_dir():
        return
    try:
        with locked(home() / LOCK, patience=0):
            keep_private()
            for kind in TRASHES:
                for trash in folders_in(home() / kind):
                    empty_trash(trash, now=now)
            for owner in owners():
                with suppress(InputError):
                    OwnSets(owner).sweep(now)
                _expire(owner, now)
    except TimeoutError:
        pass  # another server does it


def _expire(owner: str, now: float) -> None:
    days = limit(KEEP_DAYS)
    if days and now - last_visit(owner, now) > days * DAY and not works(owner):
        with suppress(InputError):
            delete_everything(owner)


def start_sweeping() -> None:
    """Sweep now and every hour, in a thread of this process; to be called once.

    What the process writes is private from here on.
    """
    keep_private()
    threading.Thread(target=_sweep_for_ever, name="sweep", daemon=True).start()


def _sweep_for_ever() -> None:
    while True:
        try:
            sweep(time.time())
        except Exception:  # an error must not end it for good
            _log.exception("The data folder could not be swept")
        time.sleep(EVERY)
