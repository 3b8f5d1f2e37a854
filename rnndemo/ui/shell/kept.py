"""Work beside pages that is kept: by each session that waits for it, and the last for everyone."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

import streamlit as st

T = TypeVar("T")


class KeptWork(Generic[T]):
    """Work that goes on beside a page, whoever asks for the same getting the same.

    A session keeps the work that it asked for last, whatever others ask for meanwhile: with a
    bounded cache alone, sessions of more models than it holds would begin anew for ever.

    Parameters
    ----------
    key : str
        Of what a session keeps, in its state.
    most : int
        How many are remembered besides, the last that were asked for.
    """

    def __init__(self, key: str, most: int) -> None:
        self.key = key
        self.lock = threading.Lock()
        # all that somebody still has: a session, `latest`, or the thread that works on it
        self.known: WeakValueDictionary[Hashable, T] = WeakValueDictionary()
        self.latest: deque[T] = deque(maxlen=most)

    def of(self, identity: Hashable, begin: Callable[[], T]) -> T:
        """Return the work of this identity; `begin` it where nobody has.

        Parameters
        ----------
        identity : hashable
            What tells it from other work.
        begin : callable
            Returns it at once; it goes on in a thread, which refers to it until it ends.
        """
        held: tuple[Hashable, T] | None = st.session_state.get(self.key)
        if held is None or held[0] != identity:
            with self.lock:
                work = self.known.get(identity)
                if work is None:
                    work = self.known[identity] = begin()
                self._drop(work)
                self.latest.append(work)
            st.session_state[self.key] = held = identity, work
        return held[1]

    def forget(self, identity: Hashable, work: T) -> None:
        """Let `work` go, so that it begins anew, unless somebody else has begun it already."""
        with self.lock:
            if self.known.get(identity) is work:
                del self.known[identity]
                self._drop(work)
        st.session_state.pop(self.key, None)

    def _drop(self, work: T) -> None:
        if work in self.latest:
            self.latest.remove(work)
