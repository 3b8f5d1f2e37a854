"""One network to take along: a button for the page that draws and answers without a server."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnndemo.export.formats import FORMATS
from rnndemo.models.store import Model
from rnndemo.ui.shell.session import _
from rnndemo.ui.shell.widgets import file_name


def take_along(key: str, model: Model, name: str) -> None:
    """Draw the button if a browser can read as `model` does; the page is made when it is pressed.

    Parameters
    ----------
    name : str
        What the network is called, for the name of the file.
    """
    one_file = FORMATS["html"]
    with st.container():
        if one_file.fits(model):
            st.download_button(
                _(one_file.label), partial(one_file.content, model),
                f"{file_name(name, 'network')}{one_file.suffix}", "text/html",
                key=key, on_click="ignore", icon=":material/download:", type="tertiary",
            )  # fmt: skip
