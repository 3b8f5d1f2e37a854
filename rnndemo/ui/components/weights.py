"""Weights for the browser, sent once a tab (`weights.js`)."""

from __future__ import annotations

import streamlit as st

from rnndemo.ui.components.component import component
from rnndemo.web.packed import Packed

_mount = component("weights", "shared.js", web=True, html="<i></i>")


def send_weights(key: str, packed: Packed | None) -> None:
    """Give this tab the weights of a model; other components there find them by the manifest's id.

    Parameters
    ----------
    packed : Packed, optional
        None for no model: what follows on the page keeps its place.
    """
    with st.container(key=f"{key}_weights"):
        if packed is not None:
            name = packed.manifest["id"]
            _mount(data=name.encode() + packed.weights, key=f"{key}_{name}")
