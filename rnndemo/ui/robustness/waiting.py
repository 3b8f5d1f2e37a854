"""Work that takes a second or two, with a bar that grows meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from typing import TypeVar

import streamlit as st

from rnndemo.hardening.scores import Progress

T = TypeVar("T")

EVERY = 0.1  # seconds between two looks


class Abandoned(Exception):
    """Nobody waits for the work any more: the page has been run anew."""


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1 + (os.cpu_count() or 1), "waited_for")


def with_bar(work: Callable[[Progress], T], text: str) -> T:
    """Return what `work` returns; it is told to stop when the page is run anew meanwhile.

    Only the thread of the page draws: the work runs in another one, and says how far it is.

    Parameters
    ----------
    work : callable
        Gets what it tells how much is done, of how much.
    text : str
        Above the bar, translated.
    """
    state = {"share": 0.0, "left": False}

    def progress(done: int, total: int) -> None:
        if state["left"]:
            raise Abandoned
        state["share"] = min(1.0, done / total)

    future = _pool().submit(work, progress)
    place = st.empty()
    try:
        while not future.done():
            place.progress(state["share"], text)
            wait([future], EVERY)
        return future.result()
    finally:
        state["left"] = True
        place.empty()
