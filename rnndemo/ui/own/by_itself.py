"""When a training of own classes starts by itself: after new examples, once a person rests."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import streamlit as st

from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.visitor import visitor
from rnndemo.ui.shell.widgets import switch
from rnndemo.ui.train.bar import state_of

REST = 4.0  # seconds without a new example before a training starts
LOOK = 1.0  # seconds between two looks whether it is time


@dataclass(frozen=True)
class Watch:
    """The examples of a set as a session has seen them.

    Parameters
    ----------
    known : frozenset of str
        Those that lay there at first, or when the last training began.
    seen : frozenset of str
        Those at the last look.
    since : float
        When they last changed, in seconds on any clock.
    """

    known: frozenset[str]
    seen: frozenset[str]
    since: float

    def after(self, examples: frozenset[str], now: float) -> Watch:
        """Return the watch after another look."""
        return self if examples == self.seen else replace(self, seen=examples, since=now)

    @property
    def waits(self) -> bool:
        """Whether there are new examples; that some are gone is no reason to train."""
        return bool(self.seen - self.known)

    def due(self, now: float) -> bool:
        """Return whether it is time to train."""
        return self.waits and now - self.since >= REST


def trains_by_itself() -> bool:
    """Draw the switch for trainings that start by themselves, and return whether it is on."""
    about = _(
        "A few seconds after you have added examples, a training starts, if each class has "
        "enough and nothing else of yours is training."
    )
    return switch(_("Train by itself"), "own_by_itself", about, value=True, persist_state="session")


def waits(own_set: OwnSetFolder) -> bool:
    """Return whether this session has added examples that no training has begun with."""
    return _look(own_set).waits


def due(own_set: OwnSetFolder) -> bool:
    """Return whether it is time to train; never while another run of the visitor is active."""
    ripe = _look(own_set).due(time.monotonic())
    return ripe and not any(state_of(run).active for run in visitor().all())


def began(own_set: OwnSetFolder) -> None:
    """Remember that a training begins with what the set has now."""
    examples = frozenset(own_set.content.examples)
    st.session_state[_key(own_set)] = Watch(examples, examples, time.monotonic())


def _look(own_set: OwnSetFolder) -> Watch:
    if _key(own_set) not in st.session_state:
        began(own_set)
    watch: Watch = st.session_state[_key(own_set)]
    watch = watch.after(frozenset(own_set.content.examples), time.monotonic())
    st.session_state[_key(own_set)] = watch
    return watch


def _key(own_set: OwnSetFolder) -> str:
    return f"own_watch_{own_set.id}"
