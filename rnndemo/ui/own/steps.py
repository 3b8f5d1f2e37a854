"""Own classes on the page Gestures: name them, show examples, train a network, try it."""

from __future__ import annotations

import streamlit as st

from rnndemo.data.own.shelf import OwnSetFolder
from rnndemo.errors import N_
from rnndemo.ui.own.answer import try_step
from rnndemo.ui.own.classes import classes_step
from rnndemo.ui.own.record import examples_step
from rnndemo.ui.own.sets import hands, new_set, offer_undo, set_choice, upload
from rnndemo.ui.own.state import LINK, chosen, complaints, label_of
from rnndemo.ui.own.train import newest_model, train_step
from rnndemo.ui.shell import url
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.sets import shelf

INTRO = N_(
    "Think of some signs; each is a *class*. Show each one five to fifty times, drawn or in front "
    "of the camera, and a network learns them while you watch. Everything is saved as you go."
)


def own_classes() -> None:
    """Draw the steps from an idea to a network that knows it, one below the other."""
    url.add(LINK)
    st.markdown(_(INTRO))
    sets = shelf().all()
    own_set = chosen(sets)
    st.header(_("1 · Your set"))
    for place in ("set", "upload"):
        complaints(place)
    offer_undo()
    if own_set is None:
        _beginning()
        return
    set_choice(own_set, sets)
    if own_set.content.kind == "photographed":
        hands(own_set)
    _steps(own_set)


def _beginning() -> None:
    left, right = st.columns(2, gap="large")
    with left:
        new_set()
    with right:
        hands(None)
        upload()


def _steps(own_set: OwnSetFolder) -> None:
    """Draw the steps, each in a container of its own, so that what follows stays in its place."""
    st.header(_("2 · Your classes"))
    with st.container():
        classes_step(own_set)
    label = label_of(own_set.content)
    if not label:
        return
    with st.container():
        examples_step(own_set, label)
    st.header(_("4 · Train a network on them"))
    with st.container():
        train_step(own_set)
    model = newest_model(own_set)
    if model is not None:
        try_step(own_set, model)
