"""A server that stays small: what nobody needs any more goes back to the system.

Python finds objects that only refer to one another by looking at all of them, and the C library
keeps what was freed, in a heap for each of many threads. Streamlit would look after every run of a
page, which took more of the server's time than all the rest; here it is done once a minute.
"""

from __future__ import annotations

import ctypes
import gc
import threading
import time
from contextlib import suppress

EVERY = 60.0  # seconds
HEAPS = 2  # a thread that finds all of them in use waits; Python lets one thread run at a time
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's mallopt


def stay_small() -> None:
    """Begin to give memory back; to be called once, when the server has imported what it needs."""
    with suppress(AttributeError, OSError, TypeError):  # the C library is another one than glibc
        ctypes.CDLL(None).mallopt(_ARENA_MAX, HEAPS)
    gc.collect()
    gc.freeze()  # the modules stay: they need not be looked at again
    threading.Thread(target=_give_back_for_ever, name="memory", daemon=True).start()


def _give_back_for_ever() -> None:
    while True:
        time.sleep(EVERY)
        give_back()


def give_back() -> None:
    """Free what only refers to itself, and give free memory back to the system."""
    gc.collect()
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
