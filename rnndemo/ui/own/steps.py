"""Own classes on the page Gestures: name them, show examples, train a network, try it."""

from __future__ import annotations

import streamlit as st

from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import N_
from rnndemo.ui.own.answer import try_step
from rnndemo.ui.own.classes import classes_step
from rnndemo.ui.own.record import examples_step
from rnndemo.ui.own.sets import bring, hands, new_set, offer_undo, set_choice
from rnndemo.ui.own.state import LINK, chosen, complaints, label_of
from rnndemo.ui.own.train import train_step
from rnndemo.ui.shell import url
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.sets import shelf

INTRO = N_(
    "Think of some signs. Show each one five to fifty times, drawn or in front of the camera, "
    "and a network learns them while you watch. Everything is saved as you go."
)


def own_classes() -> None:
    """Draw the way from an idea to a network that knows it, one step below the other."""
    url.add(LINK)
    st.markdown(_(INTRO))
    sets = shelf().all()
    kept = chosen(sets)
    st.subheader(_("1 · Your set"))
    for place in ("set", "upload"):
        complaints(place)
    offer_undo()
    if kept is None:
        _beginning()
        return
    set_choice(kept, sets)
    if kept.content.kind == "photographed":
        hands(kept)
    _steps(kept)


def _beginning() -> None:
    left, right = st.columns(2, gap="large")
    with left:
        new_set()
    with right:
        hands(None)
        bring()


def _steps(kept: OwnSetFolder) -> None:
    """Draw the steps, each in a place of its own: what follows stays where it is."""
    st.subheader(_("2 · Your classes"))
    with st.container():
        classes_step(kept)
    label = label_of(kept.content)
    if not label:
        return
    with st.container():
        examples_step(kept, label)
    st.subheader(_("4 · Train a network on them"))
    with st.container():
        run = train_step(kept)
    if run is not None:
        try_step(kept, run)
